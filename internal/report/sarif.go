package report

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"

	"cmkify/detect"
	"cmkify/fix/splice"
	"cmkify/internal/explain"
	"cmkify/internal/lazyregexp"
	"cmkify/internal/terraform"
)

// SARIF prints a log of version 2.1.0: a rule for each problem and for each
// reason why a table cannot be judged, and a result for each of them that is
// found and not yet fixed, with its fix. What comments switch off is there,
// as suppressed.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type SARIF struct {
	Out io.Writer

	run    *sarifRun
	rules  map[string]int
	seen   map[*Repository]bool
	hashes map[*terraform.File][]string // of the lines of a file
}

func newSARIF(o Options) *SARIF {
	s := &SARIF{Out: o.Out, run: &sarifRun{ColumnKind: "unicodeCodePoints", Results: []*sarifResult{}}, rules: map[string]int{}, seen: map[*Repository]bool{}}
	driver := &s.run.Tool.Driver
	driver.Name, driver.Version = "cmkify", o.Version
	for _, row := range detect.Rows {
		if row.Kind != detect.ProblemKind && !leavesUnknown(row) {
			continue
		}
		s.rules[row.ID] = len(s.rules)
		driver.Rules = append(driver.Rules, sarifRuleOf(row))
	}
	return s
}

// leavesUnknown reports whether a reason is one why a table cannot be judged.
func leavesUnknown(row detect.Row) bool {
	return row.Kind == detect.ReasonKind && (strings.HasPrefix(row.ID, "unknown-") || row.ID == string(detect.RemoteModule))
}

func sarifRuleOf(row detect.Row) sarifRule {
	of := severityOf(row.ID)
	sentence := strings.TrimRight(upperFirst(row.Sentence), ": ") // a finding adds which
	if row.Kind == detect.ProblemKind {
		sentence = "A DynamoDB table " + row.Sentence
	}
	return sarifRule{
		ID:               row.ID,
		ShortDescription: sarifText{Text: sentence},
		FullDescription:  sarifText{Text: plainText(row.Doc)},
		HelpURI:          explain.Source(row.ID),
		Help:             sarifText{plainText(explain.Help(row)), explain.Help(row)},
		Default:          sarifDefault{of.level},
		Properties:       sarifProperties{[]string{"security", "terraform", "aws", "dynamodb", "kms"}, of.score},
	}
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func plainText(markdown string) string { return strings.ReplaceAll(markdown, "`", "") }

// Directory keeps what the log says of one directory.
func (s *SARIF) Directory(r Result) error {
	if r.Repository != nil && !s.seen[r.Repository] && len(r.Findings)+len(r.Errors) > 0 {
		s.seen[r.Repository] = true
		s.repository(r.Repository)
	}
	places := r.places()
	for _, f := range r.Findings {
		switch {
		case f.Status == detect.Unknown:
			problem := Problem{ID: detect.ProblemID(f.Reason.ID), File: f.File, Line: f.Line, Column: f.Column}
			result := s.result(places, f, problem, 0)
			result.Kind, result.Level = "review", "none"
		case f.Status != detect.Compliant && f.Status != detect.Fixed:
			same := map[detect.ProblemID]int{}
			for _, p := range f.Problems {
				s.result(places, f, p, same[p.ID]).Fixes = sarifFixes(places, r.editsOf(f))
				same[p.ID]++
			}
		}
	}
	if len(r.Errors) > 0 {
		s.notify(places, r.Errors)
	}
	return nil
}

// result adds the result of one problem, the nth of its kind of the table.
func (s *SARIF) result(p places, f *Finding, problem Problem, nth int) *sarifResult {
	at := sarifAt(p, problem.File, place{problem.Line, problem.Column})
	at.Logical = []sarifLogical{{f.Address, "resource"}}
	prints := map[string]string{"cmkify/v1": fingerprint(f, problem, nth)}
	if hash := s.lineHash(p, problem.File, problem.Line); hash != "" {
		prints["primaryLocationLineHash"] = hash
	}
	result := &sarifResult{
		RuleID: string(problem.ID), RuleIndex: s.rules[string(problem.ID)], Kind: "fail", Level: severityOf(string(problem.ID)).level,
		Message: sarifText{Text: sarifEscape(sentences(f, problem.Message))}, Locations: []sarifLocation{at},
		PartialFingerprints: prints,
	}
	if off := f.Suppression; off != nil && f.Status == detect.Suppressed {
		why := off.ID
		if off.Reason != "" {
			why += ": " + off.Reason
		}
		kind := "inSource"
		if off.Configured {
			kind = "external"
		}
		result.Suppressions = []sarifSuppression{{kind, Escape(why), sarifAt(p, off.File, place{off.Line, off.Column})}}
	}
	s.run.Results = append(s.run.Results, result)
	return result
}

// fingerprint tells the nth problem of its kind of a table from all others. The
// line has no part in it: what is reported stays the same when others move it.
func fingerprint(f *Finding, p Problem, nth int) string {
	print := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%d", f.Module, f.Address, p.ID, nth))
	return fmt.Sprintf("%x", print[:16])
}

// lineHash returns what GitHub knows an alert by, "" for a line that is not
// there.
func (s *SARIF) lineHash(p places, file string, line int) string {
	f := p[file]
	if f == nil {
		return ""
	}
	hashes, known := s.hashes[f]
	if !known {
		hashes = lineHashes(f.Bytes)
		s.hashes = map[*terraform.File][]string{f: hashes} // of the last file only
	}
	if line < 1 || line > len(hashes) {
		return ""
	}
	return hashes[line-1]
}

// sarifEscape returns text as a message has it: [text](target) in it would be a
// link.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html section 3.11.6
func sarifEscape(text string) string {
	text = Escape(text)
	if !strings.Contains(text, "](") {
		return text
	}
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(text)
}

func sarifAt(p places, file string, at place) sarifLocation {
	out := sarifLocation{Physical: sarifPhysical{Artifact: artifact(file)}}
	if at.line > 0 {
		out.Physical.Region = &sarifRegion{StartLine: at.line, StartColumn: p.codePoints(file, at)}
	}
	return out
}

func artifact(file string) sarifArtifact { return sarifArtifact{(&url.URL{Path: file}).String()} }

// sarifFixes returns the edits as one fix, nil for none.
func sarifFixes(p places, edits []splice.Edit) []sarifFix {
	if len(edits) == 0 {
		return nil
	}
	var changes []sarifChange
	file := ""
	for _, e := range edits {
		if len(changes) == 0 || e.File != file {
			file, changes = e.File, append(changes, sarifChange{Artifact: artifact(e.File)})
		}
		start, end := p.span(e)
		made := sarifReplacement{Deleted: sarifRegion{start.line, p.codePoints(e.File, start), end.line, p.codePoints(e.File, end)}}
		if utf8.ValidString(e.New) {
			made.Inserted.Text = &e.New
		} else {
			made.Inserted.Binary = []byte(e.New)
		}
		change := &changes[len(changes)-1]
		change.Replacements = append(change.Replacements, made)
	}
	return []sarifFix{{sarifText{Text: "Encrypt the table with a customer managed key"}, changes}}
}

// notify adds errors: what could not be read or written.
func (s *SARIF) notify(p places, errors []terraform.Error) {
	if len(s.run.Invocations) == 0 {
		s.run.Invocations = []sarifInvocation{{ExecutionSuccessful: false}}
	}
	for _, e := range errors {
		n := sarifNotification{Level: "error", Message: sarifText{Text: sarifEscape(e.Message)}}
		if e.File != "" {
			n.Locations = []sarifLocation{sarifAt(p, e.File, place{e.Line, e.Column})}
		}
		s.run.Invocations[0].Notifications = append(s.run.Invocations[0].Notifications, n)
	}
}

var scpLike = lazyregexp.New(`^([\w.-]+@)?([\w.-]+):([^/].*)$`)

// repository notes which commit of which repository was looked at.
func (s *SARIF) repository(r *Repository) {
	remote := r.Remote
	if m := scpLike.FindStringSubmatch(remote); m != nil && !strings.Contains(remote, "://") {
		remote = "ssh://" + m[1] + m[2] + "/" + m[3] // what git writes git@host:path is no URI
	}
	if u, err := url.Parse(remote); err != nil || u.Scheme == "" {
		return // SARIF knows repositories by their URI only
	}
	s.run.Provenance = append(s.run.Provenance, sarifVersionControl{remote, r.Commit, artifact(r.Root + "/")})
}

// End prints the log.
func (s *SARIF) End(*Totals) error {
	return writeJSON(s.Out, sarifLog{
		Schema:  "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/main/sarif-2.1/schema/sarif-schema-2.1.0.json",
		Version: "2.1.0", Runs: []*sarifRun{s.run},
	}, "  ")
}
