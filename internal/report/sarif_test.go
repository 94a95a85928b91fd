package report_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"unicode/utf8"

	"cmkify/internal/testkit/command"
)

func (f *formatted) sarif(t *testing.T, tool string) {
	run := f.sarifRun(t)
	f.sarifResults(t, run)
	f.sarifFixes(t, run)
	if got := len(run.Invocations[0].ToolExecutionNotifications); got != len(f.json.Errors) || run.Invocations[0].ExecutionSuccessful {
		t.Errorf("%d notifications for %d errors", got, len(f.json.Errors))
	}
	f.sarifRules(t, run)
	prints := fingerprints(t, run)
	moved := map[string][]byte{}
	for name, data := range f.before {
		moved[name] = data
		if len(name) > 3 && name[len(name)-3:] == ".tf" && utf8.Valid(data) && string(data[:min(3, len(data))]) != "\uFEFF" {
			moved[name] = append([]byte("# moved\n\n"), data...)
		}
	}
	if again := fingerprints(t, dryRun(t, tool, moved).sarifRun(t)); !maps.Equal(prints, again) {
		for p, where := range prints {
			if again[p] == "" {
				t.Errorf("the fingerprint of %s does not survive moved lines", where)
			}
		}
	}
}

// A sarifRun is what the tests look at in the run of a log.
type sarifRun struct {
	Tool struct {
		Driver struct{ Rules []sarifRule }
	}
	Results     []sarifResult
	Invocations []struct {
		ExecutionSuccessful        bool
		ToolExecutionNotifications []struct{ Message struct{ Text string } }
	}
}

type sarifRule struct {
	ID, HelpURI          string
	DefaultConfiguration struct{ Level string }
	Properties           struct {
		Tags     []string
		Severity string `json:"security-severity"`
	}
}

type sarifResult struct {
	RuleID              string
	RuleIndex           int
	Kind, Level         string
	PartialFingerprints map[string]string
	Locations           []struct {
		PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
	}
	Suppressions []struct {
		Kind, Justification string
		Location            *struct{}
	}
	Fixes []struct {
		ArtifactChanges []struct {
			ArtifactLocation struct{ URI string }
			Replacements     []sarifReplacement
		}
	}
}

type sarifReplacement struct {
	DeletedRegion   struct{ StartLine, StartColumn, EndLine, EndColumn int }
	InsertedContent struct {
		Text   *string
		Binary []byte
	}
}

func (r sarifReplacement) content() string {
	if r.InsertedContent.Text != nil {
		return *r.InsertedContent.Text
	}
	return string(r.InsertedContent.Binary)
}

// sarifRun returns the run of the log, which is valid.
func (f *formatted) sarifRun(t *testing.T) sarifRun {
	t.Helper()
	data := f.output(t, "sarif")
	valid(t, "sarif.schema.json", data)
	var log struct{ Runs []sarifRun }
	if err := json.Unmarshal(data, &log); err != nil {
		t.Fatal(err)
	}
	if len(log.Runs) != 1 {
		t.Fatalf("%d runs", len(log.Runs))
	}
	return log.Runs[0]
}

// sarifRules holds that each rule has what code scanning shows of it.
func (f *formatted) sarifRules(t *testing.T, run sarifRun) {
	t.Helper()
	levels := map[string]int{}
	for _, r := range run.Tool.Driver.Rules {
		levels[r.DefaultConfiguration.Level]++
		if u, err := url.Parse(r.HelpURI); err != nil || u.Scheme != "https" {
			t.Errorf("%s: helpUri %q", r.ID, r.HelpURI)
		}
		if score, err := strconv.ParseFloat(r.Properties.Severity, 64); err != nil || score < 1 || score > 6.9 || !slices.Contains(r.Properties.Tags, "security") {
			t.Errorf("%s: properties %+v", r.ID, r.Properties)
		}
	}
	if levels["note"] < 4 || levels["warning"] != 1 || levels["error"] != 3 {
		t.Errorf("levels %v", levels)
	}
}

// sarifResults holds the results to the findings.
func (f *formatted) sarifResults(t *testing.T, run sarifRun) {
	t.Helper()
	want, got := map[string]int{}, map[string]int{}
	suppressed, kinds := 0, map[string]int{}
	for _, finding := range f.json.Findings {
		if finding.Status == "unknown" {
			want[finding.Reason.ID]++
		}
		for _, p := range finding.Problems {
			want[p.ID]++
			if finding.Status == "suppressed" {
				suppressed++
			}
		}
	}
	for _, r := range run.Results {
		got[r.RuleID]++
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("rule %d is not %s", r.RuleIndex, r.RuleID)
		}
		rule := run.Tool.Driver.Rules[r.RuleIndex]
		if r.Kind == "fail" && r.Level != rule.DefaultConfiguration.Level || r.Kind == "review" && r.Level != "none" {
			t.Errorf("%s: kind %s with level %s", r.RuleID, r.Kind, r.Level)
		}
		if hash := r.PartialFingerprints["primaryLocationLineHash"]; !regexp.MustCompile(`^[0-9a-f]+:[1-9]\d*$`).MatchString(hash) {
			t.Errorf("%s: line hash %q", r.RuleID, hash)
		}
		for _, s := range r.Suppressions {
			suppressed--
			kinds[s.Kind]++
			if s.Location == nil || s.Justification == "" {
				t.Errorf("suppression %+v", s)
			}
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("results %v, want %v", got, want)
	}
	if len(kinds) != 2 || kinds["inSource"] < 10 || kinds["external"] < 5 && command.Slowness == 1 {
		t.Errorf("suppressions %v", kinds)
	}
	if suppressed != 0 {
		t.Errorf("%d suppressions are missing", suppressed)
	}
}

// sarifFixes holds that all fixes, made, give what is written.
func (f *formatted) sarifFixes(t *testing.T, run sarifRun) {
	t.Helper()
	all := map[string][]replacement{}
	for _, r := range run.Results {
		for _, fix := range r.Fixes {
			for _, c := range fix.ArtifactChanges {
				u, err := url.Parse(c.ArtifactLocation.URI)
				if err != nil {
					t.Fatal(err)
				}
				for _, one := range c.Replacements {
					made := replacement{one.DeletedRegion.StartLine, one.DeletedRegion.StartColumn, one.DeletedRegion.EndLine, one.DeletedRegion.EndColumn, one.content()}
					if !slices.Contains(all[u.Path], made) { // tables share keys
						all[u.Path] = append(all[u.Path], made)
					}
				}
			}
		}
	}
	want := f.after()
	for file, replacements := range all {
		slices.SortStableFunc(replacements, compare)
		if got := replace(t, string(f.before[file]), replacements, codePoints); got != want[file] {
			t.Errorf("the fixes of %s give\n%s", file, got)
		}
	}
	if len(all) != len(want) || len(want) < 100 {
		t.Errorf("fixes for %d files, want %d", len(all), len(want))
	}
}

func compare(a, b replacement) int {
	return cmp.Or(a.startLine-b.startLine, a.startColumn-b.startColumn, a.endLine-b.endLine, a.endColumn-b.endColumn)
}

// codePoints returns the bytes of the first n code points.
func codePoints(line string, n int) int {
	at := 0
	for range n {
		_, size := utf8.DecodeRuneInString(line[at:])
		at += size
	}
	return at
}

// fingerprints returns where results are by their fingerprints, which differ.
func fingerprints(t *testing.T, run sarifRun) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, r := range run.Results {
		p := r.PartialFingerprints["cmkify/v1"]
		where := r.Locations[0].PhysicalLocation.ArtifactLocation.URI + " " + r.RuleID
		if p == "" || out[p] != "" {
			t.Errorf("%s has the fingerprint %q of %s", where, p, out[p])
		}
		out[p] = where
	}
	return out
}

// TestSARIFCheck holds that a check, whose log is uploaded, has the fixes of a
// dry run, and that --exit-zero lets the upload follow.
func TestSARIFCheck(t *testing.T) {
	t.Parallel()
	dry := dryRun(t, command.Path(), goldenTree(t))
	for _, args := range [][]string{
		{"--dry-run", "--format", "sarif=dry.sarif"},
		{"--check", "--format", "sarif=check.sarif", "--format", "json=check.json", "--format", "rdjson=check.rdjson"},
	} {
		run := exec.Command(command.Path(), append(args, "--quiet", "--exit-zero", "shared", "problems")...)
		run.Dir = dry.dir
		var said bytes.Buffer
		run.Stderr = &said
		if err := run.Run(); err != nil || said.Len() > 0 {
			t.Fatalf("%v: %s", err, &said)
		}
	}
	fixes := func(name string) map[string]string {
		data, err := os.ReadFile(filepath.Join(dry.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var log struct {
			Runs []struct{ Results []map[string]json.RawMessage }
		}
		if err := json.Unmarshal(data, &log); err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, r := range log.Runs[0].Results {
			out[string(r["partialFingerprints"])] = string(r["fixes"])
		}
		return out
	}
	all, count := fixes("dry.sarif"), 0
	for print, fix := range fixes("check.sarif") {
		if fix != all[print] {
			t.Errorf("%s: with --check %s, without %s", print, fix, all[print])
		}
		if fix != "" {
			count++
		}
	}
	if count < 20 {
		t.Errorf("%d results with fixes", count)
	}
	for _, name := range []string{"check.json", "check.rdjson"} {
		data, err := os.ReadFile(filepath.Join(dry.dir, name))
		if err != nil || bytes.Contains(data, []byte("server_side_encryption {")) {
			t.Errorf("%s has edits, which --check does not make: %v", name, err)
		}
	}
}
