package report

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"cmkify/detect"
	"cmkify/fix"
)

// RDJSON prints a document for reviewdog, with the edits as suggestions. A
// suggestion is made once, and where it is to be made: on a finding those of
// its own block, and the new keys on a diagnostic of their own.
// https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
type RDJSON struct {
	Out   io.Writer
	Edits bool // suggest them

	diagnostics []rdDiagnostic
}

type rdDiagnostic struct {
	Message     string         `json:"message"`
	Location    rdLocation     `json:"location"`
	Severity    string         `json:"severity"`
	Code        *rdCode        `json:"code,omitempty"`
	Suggestions []rdSuggestion `json:"suggestions,omitempty"`
}

type rdCode struct {
	Value string `json:"value"`
}

type rdLocation struct {
	Path  string   `json:"path"`
	Range *rdRange `json:"range,omitempty"`
}

type rdRange struct {
	Start rdPosition  `json:"start"`
	End   *rdPosition `json:"end,omitempty"`
}

type rdPosition struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

type rdSuggestion struct {
	Range rdRange `json:"range"`
	Text  string  `json:"text"`
}

// Directory keeps what the document says of one directory.
func (d *RDJSON) Directory(r Result) error {
	places, made := r.places(), map[int]bool{}
	if !d.Edits {
		r.Edits = nil
	}
	for _, f := range r.Findings {
		if f.Status == detect.Compliant || f.Status == detect.Suppressed || f.Status == detect.Fixed {
			continue
		}
		add := rdDiagnostic{Message: sentences(f, ""), Severity: "ERROR", Location: rdAt(f.File, f.Line, f.Column)}
		if f.Status == detect.Unknown {
			add.Severity = "WARNING"
		}
		if len(f.Problems) > 0 {
			p := f.Problems[0]
			add.Message, add.Location, add.Code = sentences(f, p.Message), rdAt(p.File, p.Line, p.Column), &rdCode{string(p.ID)}
		} else if f.Reason != nil {
			add.Code = &rdCode{f.Reason.ID}
		}
		var own []fix.Edit
		for i, e := range r.Edits {
			if !made[i] && e.File == add.Location.Path && slices.Equal(e.Tables, []string{f.ID}) {
				made[i] = true
				own = append(own, e)
			}
		}
		for _, e := range byLine(places, own) {
			add.Suggestions = append(add.Suggestions, rdSuggest(places, e))
		}
		d.diagnostics = append(d.diagnostics, add)
	}
	for i, e := range r.Edits {
		if len(r.Changes) == 0 || made[i] || r.unit().Written {
			continue
		}
		suggestion := rdSuggest(places, e)
		d.diagnostics = append(d.diagnostics, rdDiagnostic{
			Message:  "the fix of " + strings.Join(addresses(e.Tables), ", ") + " needs this, too",
			Location: rdLocation{e.File, &suggestion.Range}, Severity: "ERROR", Suggestions: []rdSuggestion{suggestion},
		})
	}
	for _, e := range r.Errors {
		d.diagnostics = append(d.diagnostics, rdDiagnostic{Message: e.Message, Severity: "ERROR", Location: rdAt(e.File, e.Line, e.Column)})
	}
	return nil
}

// byLine joins edits of one file that touch the same line: reviewdog makes a
// change of whole lines of each suggestion. What is not UTF-8 is not joined: no
// document can hold it.
func byLine(p places, edits []fix.Edit) []fix.Edit {
	var out []fix.Edit
	for _, e := range edits {
		if n := len(out) - 1; n >= 0 {
			_, end := p.span(out[n])
			start, _ := p.span(e)
			if between := p[e.File].Bytes[out[n].End:e.Start]; start.line == end.line && utf8.Valid(between) {
				out[n].New += string(between) + e.New
				out[n].End = e.End
				continue
			}
		}
		out = append(out, e)
	}
	return out
}

func rdAt(file string, line, column int) rdLocation {
	if line == 0 {
		return rdLocation{Path: file}
	}
	return rdLocation{file, &rdRange{Start: rdPosition{line, column}}}
}

func rdSuggest(p places, e fix.Edit) rdSuggestion {
	start, end := p.span(e)
	return rdSuggestion{rdRange{rdPosition{start.line, start.column}, &rdPosition{end.line, end.column}}, e.New}
}

// End prints the document.
func (d *RDJSON) End(*Totals) error {
	return writeJSON(d.Out, struct {
		Source      map[string]string `json:"source"`
		Diagnostics []rdDiagnostic    `json:"diagnostics"`
	}{map[string]string{"name": "cmkify"}, notNil(d.diagnostics)}, "  ")
}
