package report

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"cmkify/detect"
	"cmkify/fix"
	"cmkify/internal/terraform"
)

// SARIF prints a log of version 2.1.0: a rule for each problem and for each
// reason why a table cannot be judged, and a result for each of them that is
// found and not yet fixed, with its fix. What comments switch off is there,
// as suppressed.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type SARIF struct {
	Out io.Writer

	run   *sarif.Run
	rules map[detect.ID]int
	seen  map[*Repository]bool
}

func newSARIF(o Options) *SARIF {
	s := &SARIF{Out: o.Out, run: sarif.NewRun(), rules: map[detect.ID]int{}, seen: map[*Repository]bool{}}
	driver := sarif.NewToolComponent().WithName("cmkify").WithVersion(o.Version)
	for _, row := range detect.Rows {
		if row.Kind != "problem" && !strings.HasPrefix(string(row.ID), "unknown-") {
			continue
		}
		s.rules[row.ID] = len(s.rules)
		rule := sarif.NewRule(string(row.ID)).
			WithShortDescription(sarif.NewMultiformatMessageString().WithText("A DynamoDB table " + row.Sentence)).
			WithFullDescription(sarif.NewMultiformatMessageString().WithText(plainText(row.Doc))).
			WithHelp(sarif.NewMultiformatMessageString().WithText(plainText(row.Doc)).WithMarkdown(row.Doc))
		driver.AddRule(rule)
	}
	s.run.WithTool(sarif.NewTool().WithDriver(driver)).WithColumnKind("unicodeCodePoints")
	return s
}

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
			problem := detect.Problem{ID: f.Reason.ID, File: f.File, Line: f.Line, Column: f.Column}
			s.result(places, f, problem, 0).WithKind("review").WithLevel("none")
		case f.Status != detect.Compliant && f.Status != detect.Fixed:
			same := map[detect.ID]int{}
			for _, p := range f.Problems {
				result := s.result(places, f, p, same[p.ID]).WithKind("fail").WithLevel("error")
				if fixed := s.fix(places, r.editsOf(f)); fixed != nil {
					result.AddFixe(fixed)
				}
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
func (s *SARIF) result(p places, f *detect.Finding, problem detect.Problem, nth int) *sarif.Result {
	message := Escape(sentences(f, problem.Message))
	at := sarif.NewLocationWithPhysicalLocation(physical(p, problem.File, place{problem.Line, problem.Column}))
	at.AddLogicalLocation(sarif.NewLogicalLocation().WithFullyQualifiedName(f.Address).WithKind("resource"))
	// Not the line: what is reported stays the same when others move it.
	print := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%d", f.Module, f.Address, problem.ID, nth))
	result := sarif.NewRuleResult(string(problem.ID)).WithRuleIndex(s.rules[problem.ID]).
		WithMessage(sarif.NewTextMessage(message)).AddLocation(at).
		WithPartialFingerprints(map[string]string{"cmkify/v1": fmt.Sprintf("%x", print[:16])})
	if off := f.Suppression; off != nil && f.Status == detect.Suppressed {
		why := off.ID
		if off.Reason != "" {
			why += ": " + off.Reason
		}
		result.AddSuppression(sarif.NewSuppression().WithKind("inSource").WithJustification(Escape(why)).
			WithLocation(sarif.NewLocationWithPhysicalLocation(physical(p, off.File, place{off.Line, off.Column}))))
	}
	s.run.AddResult(result)
	return result
}

func physical(p places, file string, at place) *sarif.PhysicalLocation {
	out := sarif.NewPhysicalLocation().WithArtifactLocation(artifact(file))
	if at.line > 0 {
		out.WithRegion(sarif.NewRegion().WithStartLine(at.line).WithStartColumn(p.codePoints(file, at)))
	}
	return out
}

func artifact(file string) *sarif.ArtifactLocation {
	return sarif.NewSimpleArtifactLocation((&url.URL{Path: file}).String())
}

// fix returns the edits as one fix, nil for none.
func (s *SARIF) fix(p places, edits []fix.Edit) *sarif.Fix {
	if len(edits) == 0 {
		return nil
	}
	out := sarif.NewFix().WithDescription(sarif.NewTextMessage("Encrypt the table with a customer managed key"))
	var change *sarif.ArtifactChange
	file := ""
	for _, e := range edits {
		if change == nil || e.File != file {
			file, change = e.File, sarif.NewArtifactChange().WithArtifactLocation(artifact(e.File))
			out.AddArtifactChange(change)
		}
		start, end := p.span(e)
		region := sarif.NewRegion().WithStartLine(start.line).WithStartColumn(p.codePoints(e.File, start)).
			WithEndLine(end.line).WithEndColumn(p.codePoints(e.File, end))
		content := sarif.NewArtifactContent()
		if utf8.ValidString(e.New) {
			content.WithText(e.New)
		} else {
			content.WithBinary(base64.StdEncoding.EncodeToString([]byte(e.New)))
		}
		change.AddReplacement(sarif.NewReplacement().WithDeletedRegion(region).WithInsertedContent(content))
	}
	return out
}

// notify adds errors: what could not be read or written.
func (s *SARIF) notify(p places, errors []terraform.Error) {
	if len(s.run.Invocations) == 0 {
		s.run.AddInvocation(sarif.NewInvocation().WithExecutionSuccessful(false))
	}
	for _, e := range errors {
		n := sarif.NewNotification().WithLevel("error").WithMessage(sarif.NewTextMessage(Escape(e.Message)))
		if e.File != "" {
			n.AddLocation(sarif.NewLocationWithPhysicalLocation(physical(p, e.File, place{e.Line, e.Column})))
		}
		s.run.Invocations[0].AddToolExecutionNotification(n)
	}
}

var scpLike = regexp.MustCompile(`^([\w.-]+@)?([\w.-]+):([^/].*)$`)

// repository notes which commit of which repository was looked at.
func (s *SARIF) repository(r *Repository) {
	remote := r.Remote
	if m := scpLike.FindStringSubmatch(remote); m != nil && !strings.Contains(remote, "://") {
		remote = "ssh://" + m[1] + m[2] + "/" + m[3] // what git writes git@host:path is no URI
	}
	if u, err := url.Parse(remote); err != nil || u.Scheme == "" {
		return // SARIF knows repositories by their URI only
	}
	details := sarif.NewVersionControlDetails().WithRepositoryURI(remote).WithMappedTo(artifact(r.Root + "/"))
	if r.Commit != "" {
		details.WithRevisionID(r.Commit)
	}
	s.run.AddVersionControlProvenance(details)
}

// End prints the log.
func (s *SARIF) End(*Totals) error {
	log := sarif.NewReport()
	log.AddRun(s.run)
	return log.PrettyWrite(s.Out)
}
