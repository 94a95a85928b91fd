package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// rdResult is what reviewdog reads, as far as the tests look at it.
type rdResult struct {
	Diagnostics []struct {
		Location struct {
			Path  string
			Range rdRange
		}
		Code        *struct{ Value string }
		Suggestions []struct {
			Range rdRange
			Text  string
		}
	}
}

type rdRange struct{ Start, End struct{ Line, Column int } }

func (f *formatted) rdjson(t *testing.T) {
	data := f.output(t, "rdjson")
	valid(t, "rdjson.schema.json", data)
	var result rdResult
	if err := json.Unmarshal(data, &result); err != nil {
		t.Fatal(err)
	}
	all := map[string][]replacement{}
	errors := 0
	for _, d := range result.Diagnostics {
		if d.Code == nil && len(d.Suggestions) == 0 {
			errors++
		}
		if len(d.Suggestions) > 1 || len(d.Suggestions) == 1 && d.Suggestions[0].Range != d.Location.Range {
			t.Errorf("reviewdog does not show all suggestions of %+v", d)
		}
		for _, s := range d.Suggestions {
			all[d.Location.Path] = append(all[d.Location.Path], replacement{
				s.Range.Start.Line, s.Range.Start.Column, s.Range.End.Line, s.Range.End.Column, s.Text,
			})
		}
	}
	if errors != len(f.json.Errors) {
		t.Errorf("%d errors, want %d", errors, len(f.json.Errors))
	}
	want := f.after()
	for file, suggestions := range all {
		slices.SortStableFunc(suggestions, compare)
		if got := replace(t, string(f.before[file]), suggestions, func(_ string, n int) int { return n }); got != want[file] {
			t.Errorf("the suggestions for %s give\n%s", file, got)
		}
	}
	if len(all) != len(want) {
		t.Errorf("suggestions for %d files, want %d", len(all), len(want))
	}
}

// A junitNode is a suite or a case with all that may stand in one.
// https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
type junitNode struct {
	XMLName   xml.Name
	Name      string      `xml:"name,attr"`
	Classname string      `xml:"classname,attr"`
	Time      string      `xml:"time,attr"`
	ID        string      `xml:"id,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Message   string      `xml:"message,attr"`
	Type      string      `xml:"type,attr"`
	Other     []xml.Attr  `xml:",any,attr"`
	Text      string      `xml:",chardata"`
	Nodes     []junitNode `xml:",any"`
}

// count counts the cases of a node by what is in them, and holds the counts
// that are written to it.
func (n *junitNode) count(t *testing.T) map[string]int {
	t.Helper()
	got := map[string]int{}
	for _, child := range n.Nodes {
		switch name := n.XMLName.Local + "/" + child.XMLName.Local; name {
		case "testsuites/testsuite", "testsuite/testcase":
			for outcome, more := range child.count(t) {
				got[outcome] += more
			}
		case "testcase/failure", "testcase/error", "testcase/skipped":
			got[child.XMLName.Local]++
			if child.Message == "" {
				t.Errorf("%s %s has no message", child.XMLName.Local, n.Name)
			}
		default:
			t.Errorf("%s is none of JUnit's", name)
		}
	}
	if n.Name == "" || len(n.Other) > 0 || strings.TrimSpace(n.Text) != "" {
		t.Errorf("%+v", n)
	}
	if n.XMLName.Local == "testcase" {
		if got["tests"] = 1; len(got) > 2 || n.Classname == "" {
			t.Errorf("%+v", n)
		}
	} else if got["tests"] != n.Tests || got["failure"] != n.Failures || got["error"] != n.Errors || got["skipped"] != n.Skipped {
		t.Errorf("%s %s has %v, and says %d, %d, %d, %d", n.XMLName.Local, n.Name, got, n.Tests, n.Failures, n.Errors, n.Skipped)
	}
	return got
}

func (f *formatted) junit(t *testing.T) {
	var suites junitNode
	if err := xml.Unmarshal(f.output(t, "junit"), &suites); err != nil {
		t.Fatal(err)
	}
	got := suites.count(t)
	s := f.json.Summary
	want := map[string]int{
		"failure": s.Fixable + s.Manual, "skipped": s.Unknown + s.Suppressed, "error": s.Errors,
		"tests": s.Fixable + s.Manual + s.Unknown + s.Suppressed + s.Errors + s.Compliant,
	}
	if !maps.Equal(got, want) {
		t.Errorf("cases %v, want %v", got, want)
	}
}

// workflowCommand is how the runner reads a line.
// https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
var workflowCommand = regexp.MustCompile(`^::(error|warning|notice) ([^:]*)::(.*)$`)

func (f *formatted) github(t *testing.T) {
	got := map[string]int{}
	for line := range strings.Lines(string(f.output(t, "github"))) {
		m := workflowCommand.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			t.Errorf("no annotation: %s", line)
			continue
		}
		got[m[1]]++
		for _, property := range strings.Split(m[2], ",") {
			name, value, _ := strings.Cut(property, "=")
			if _, err := strconv.Atoi(value); !slices.Contains([]string{"file", "line", "col", "title"}, name) || (name == "line" || name == "col") != (err == nil) {
				t.Errorf("property %s in %s", property, line)
			}
		}
	}
	want := map[string]int{"error": len(f.json.Errors)}
	for _, finding := range f.json.Findings {
		switch finding.Status {
		case "fixable", "manual":
			want["error"] += len(finding.Problems)
		case "unknown":
			want["warning"]++
		}
		want["warning"] += len(finding.Warnings)
	}
	for level, n := range want {
		if got[level] != n {
			t.Errorf("%d annotations are %s, want %d", got[level], level, n)
		}
	}
}

// gitlab holds the report to what GitLab's documentation says that it needs.
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
func (f *formatted) gitlab(t *testing.T) {
	decoder := json.NewDecoder(bytes.NewReader(f.output(t, "gitlab")))
	decoder.DisallowUnknownFields()
	var issues []struct {
		Description string `json:"description"`
		CheckName   string `json:"check_name"`
		Fingerprint string `json:"fingerprint"`
		Severity    string `json:"severity"`
		Location    struct {
			Path  string `json:"path"`
			Lines struct {
				Begin int `json:"begin"`
			} `json:"lines"`
		} `json:"location"`
	}
	if err := decoder.Decode(&issues); err != nil {
		t.Fatal(err)
	}
	got, prints := map[string]int{}, map[string]bool{}
	for _, i := range issues {
		got[i.CheckName]++
		if i.Description == "" || prints[i.Fingerprint] || !slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, i.Severity) ||
			i.Location.Lines.Begin < 1 || f.before[i.Location.Path] == nil && i.CheckName != "error" {
			t.Errorf("%+v", i)
		}
		prints[i.Fingerprint] = true
	}
	want := map[string]int{"error": len(f.json.Errors)}
	for _, finding := range f.json.Findings {
		switch finding.Status {
		case "fixable", "manual":
			for _, p := range finding.Problems {
				want[p.ID]++
			}
		case "unknown":
			want[finding.Reason.ID]++
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("issues %v, want %v", got, want)
	}
}

func (f *formatted) jsonl(t *testing.T) {
	count := map[string]int{}
	tables, errors := 0, 0 // of the summaries of all repositories
	for line := range bytes.Lines(f.output(t, "jsonl")) {
		var read struct {
			Type       string
			Repository *struct{ Path string }
			Address    string
			Message    string
			Summary    struct{ Tables, Errors int }
		}
		if err := json.Unmarshal(line, &read); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		count[read.Type]++
		switch {
		case read.Type == "summary":
			tables, errors = tables+read.Summary.Tables, errors+read.Summary.Errors
		case read.Type == "finding" && read.Address == "", read.Type == "error" && read.Message == "":
			t.Errorf("%s", line)
		}
	}
	if count["finding"] != len(f.json.Findings) || count["error"] != len(f.json.Errors) || tables != f.json.Summary.Tables || errors != f.json.Summary.Errors || len(count) != 3 {
		t.Errorf("lines %v", count)
	}
}

func (f *formatted) markdown(t *testing.T) {
	src := f.output(t, "markdown")
	page := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(src))
	title, ok := page.FirstChild().(*ast.Heading)
	if !ok || title.Level != 1 || !bytes.HasPrefix(src, []byte("# Encrypt "+strconv.Itoa(f.json.Summary.Fixable)+" DynamoDB tables")) {
		t.Errorf("the page begins with %.100s", src)
	}
	rows, cells := 0, map[int]bool{}
	err := ast.Walk(page, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if row, ok := n.(*extast.TableRow); ok && entering {
			rows++
			cells[row.ChildCount()] = true
		}
		return ast.WalkContinue, nil
	})
	s := f.json.Summary
	more := 0
	if m := regexp.MustCompile(`(?m)^and (\d+) more, which do not fit here\.$`).FindSubmatch(src); m != nil {
		more, err = strconv.Atoi(string(m[1]))
	}
	if want := s.Fixable + s.Manual + s.Unknown; err != nil || rows+more != want || len(cells) != 1 || !cells[4] {
		t.Errorf("%d rows with %v cells and %d more, want %d: %v", rows, cells, more, want, err)
	}
	if len(src) > 65536 {
		t.Errorf("%d bytes, which GitHub does not take", len(src))
	}
	for _, section := range []string{"## Before you apply", "## Left to you", "## How to undo it", "The diff has "} {
		if !bytes.Contains(src, []byte("\n"+section)) {
			t.Errorf("the page does not say %q", section)
		}
	}
}
