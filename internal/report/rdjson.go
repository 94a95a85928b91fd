package report

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"cmkify/detect"
	"cmkify/fix/splice"
)

// RDJSON prints a document for reviewdog, with the edits as suggestions: one a
// diagnostic, which is about the same lines. An edit of the table's own block is
// on its finding, each other one on a diagnostic of its own.
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
	if r.Edits = byLine(places, r.Edits); !d.Edits {
		r.Edits = nil
	}
	for _, f := range r.Findings {
		if f.Status != detect.Compliant && f.Status != detect.Suppressed && f.Status != detect.Fixed {
			d.finding(places, r, f, made)
		}
	}
	for i, e := range r.Edits {
		if len(r.Changes) > 0 && !made[i] && !r.unit().Written {
			d.more(places, e)
		}
	}
	for _, e := range r.Errors {
		d.diagnostics = append(d.diagnostics, rdDiagnostic{Message: e.Message, Severity: "ERROR", Location: rdAt(e.File, e.Line, e.Column)})
	}
	return nil
}

// finding adds the diagnostic of a table, with the edit of its own that is
// nearest, and one for each other of them: reviewdog takes one suggestion a
// comment, of the lines that the comment is about.
// https://github.com/reviewdog/reviewdog/blob/master/service/github/github.go
func (d *RDJSON) finding(p places, r Result, f *Finding, made map[int]bool) {
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
	var own []splice.Edit
	for i, e := range r.Edits {
		if !made[i] && e.File == add.Location.Path && slices.Equal(e.Tables, []string{f.ID}) {
			made[i] = true
			own = append(own, e)
		}
	}
	nearest := nearestTo(p, add.Location, own)
	if nearest >= 0 {
		add.suggest(p, own[nearest])
	}
	d.diagnostics = append(d.diagnostics, add)
	for i, e := range own {
		if i != nearest {
			d.more(p, e)
		}
	}
}

// nearestTo returns the index of the edit that begins nearest to a place of the
// file, -1 when there is none.
func nearestTo(p places, at rdLocation, edits []splice.Edit) int {
	best, distance := -1, 0
	for i, e := range edits {
		start, _ := p.span(e)
		away := start.line - at.Range.Start.Line
		if away = max(away, -away); best < 0 || away < distance {
			best, distance = i, away
		}
	}
	return best
}

// more adds a diagnostic for one more edit that fixes need.
func (d *RDJSON) more(p places, e splice.Edit) {
	add := rdDiagnostic{Message: "the fix of " + strings.Join(addresses(e.Tables), ", ") + " needs this, too", Severity: "ERROR"}
	add.suggest(p, e)
	d.diagnostics = append(d.diagnostics, add)
}

// suggest makes a diagnostic one about the lines of an edit.
func (r *rdDiagnostic) suggest(p places, e splice.Edit) {
	suggestion := rdSuggest(p, e)
	r.Location, r.Suggestions = rdLocation{e.File, &suggestion.Range}, []rdSuggestion{suggestion}
}

// byLine joins edits, in their order, that touch the same line: reviewdog makes a
// change of whole lines of each suggestion. What is not UTF-8 is not joined: no
// document can hold it.
func byLine(p places, edits []splice.Edit) []splice.Edit {
	var out []splice.Edit
	for _, e := range edits {
		if n := len(out) - 1; n >= 0 && out[n].File == e.File && p[e.File] != nil {
			_, end := p.span(out[n])
			start, _ := p.span(e)
			if between := p[e.File].Bytes[out[n].End:e.Start]; start.line == end.line && utf8.Valid(between) {
				out[n].New += string(between) + e.New
				out[n].End = e.End
				out[n].Tables = union(out[n].Tables, e.Tables)
				continue
			}
		}
		out = append(out, e)
	}
	return out
}

func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

func rdAt(file string, line, column int) rdLocation {
	if line == 0 {
		return rdLocation{Path: file}
	}
	return rdLocation{file, &rdRange{Start: rdPosition{line, column}}}
}

func rdSuggest(p places, e splice.Edit) rdSuggestion {
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
