// Package report prints a run. What was found and done in each directory goes
// in, in the order of the walk; the diff and the formats come out, a file of
// this package for each, each to the writer it was given. Nothing is decided
// here, and names that could fool a terminal or a log are escaped.
package report

import (
	"io"

	"cmkify/detect"
)

// A Summary counts what a run found. Its field order is that of the JSON
// document.
type Summary struct {
	Directories int `json:"directories"`
	Files       int `json:"files"`
	Tables      int `json:"tables"`
	Compliant   int `json:"compliant"`
	Fixable     int `json:"fixable"`
	Fixed       int `json:"fixed"`
	Manual      int `json:"manual"`
	Unknown     int `json:"unknown"`
	Suppressed  int `json:"suppressed"`
	Errors      int `json:"errors"`
	Calls       int `json:"calls"`        // of modules with these tables
	NotCreated  int `json:"not_created"`  // tables without instances, which are not judged
	Examples    int `json:"examples"`     // tables in examples and tests, which are left alone
	NotSelected int `json:"not_selected"` // tables that --only and --skip leave out
}

// Add counts a directory's result.
func (s *Summary) Add(r Result) {
	if r.Files > 0 || len(r.Findings) > 0 || len(r.Errors) > 0 && r.Dir != "" {
		s.Directories++
	}
	s.Files += r.Files
	s.Tables += len(r.Findings)
	s.Errors += len(r.Errors)
	s.Calls += r.Calls
	s.NotCreated += len(r.NotCreated)
	s.Examples += r.Examples
	s.NotSelected += r.Unselected
	for _, f := range r.Findings {
		*s.count(f.Status)++
	}
}

func (s *Summary) count(status detect.Status) *int {
	switch status {
	case detect.Compliant:
		return &s.Compliant
	case detect.Fixable:
		return &s.Fixable
	case detect.Fixed:
		return &s.Fixed
	case detect.Manual:
		return &s.Manual
	case detect.Unknown:
		return &s.Unknown
	case detect.Suppressed:
		return &s.Suppressed
	}
	panic("no such status: " + string(status))
}

// A Format prints a run: each directory in the order of the walk, then the
// summary.
type Format interface {
	Directory(Result) error
	End(*Totals) error
}

// Options are what formats need to know of the run.
type Options struct {
	Out     io.Writer
	Version string // of cmkify
	Verbose bool   // compliant tables too, and what led to each verdict
	Edits   bool   // print what is, or would be, changed
}

// Names are the names of the formats.
var Names = []string{"text", "json", "jsonl", "sarif", "markdown", "rdjson", "github", "gitlab", "junit", "html"}

// needsEdits reports whether the format of that name tells of fixes that are not
// written, also in a run that prints none.
func needsEdits(name string) bool { return name == "sarif" }

// needsSources reports whether the format of that name tells positions in what was
// read, other than those of findings.
func needsSources(name string) bool { return name == "sarif" || name == "rdjson" }

// needsDiff reports whether the format of that name prints diffs.
func needsDiff(name string) bool { return name == "markdown" || name == "html" }

// New returns the format of that name, which is one of Names.
func New(name string, o Options) Format {
	switch name {
	case "text":
		return Text{Out: o.Out, Verbose: o.Verbose}
	case "json":
		return &JSON{Out: o.Out, Version: o.Version, Edits: o.Edits}
	case "jsonl":
		return JSONLines{Out: o.Out, Version: o.Version}
	case "sarif":
		return newSARIF(o)
	case "markdown":
		return &Markdown{Out: o.Out}
	case "rdjson":
		return &RDJSON{Out: o.Out, Edits: o.Edits}
	case "github":
		return GitHub{Out: o.Out}
	case "gitlab":
		return &GitLab{Out: o.Out}
	case "html":
		return &HTML{Out: o.Out, Version: o.Version}
	case "junit":
		return &JUnit{Out: o.Out}
	}
	panic("no such format: " + name)
}
