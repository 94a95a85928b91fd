package report

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/fix/splice"
)

// JSON prints one document for the whole run, findings in the order of path
// and line. Its shape is a contract: objects that are absent are null, lists
// are never null.
type JSON struct {
	Out     io.Writer
	Version string
	Edits   bool // print them

	document document
}

type document struct {
	Tool     tool          `json:"tool"`
	Summary  Summary       `json:"summary"`
	Findings []jsonFinding `json:"findings"`
	Edits    []jsonEdit    `json:"edits"`
	Errors   []jsonError   `json:"errors"`
}

type tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type jsonFinding struct {
	Address     string           `json:"address"`
	Module      string           `json:"module"`
	File        string           `json:"file"`
	Line        int              `json:"line"`
	Column      int              `json:"column"`
	Status      detect.Status    `json:"status"`
	Problems    []jsonProblem    `json:"problems"`
	Reason      *jsonNote        `json:"reason"`
	Warnings    []jsonNote       `json:"warnings"`
	Suppression *jsonSuppression `json:"suppression"`
	Keys        []jsonKey        `json:"keys"`
	Ways        []string         `json:"ways"`
}

type jsonProblem struct {
	ID      detect.ProblemID `json:"id"`
	Message string           `json:"message"`
	File    string           `json:"file"`
	Line    int              `json:"line"`
	Column  int              `json:"column"`
}

type jsonNote struct {
	ID      string `json:"id"`
	Message string `json:"message"`
}

type jsonSuppression struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

type jsonKey struct {
	For    string      `json:"for"`
	Ref    string      `json:"ref"`
	Action keys.Action `json:"action"`
	Module string      `json:"module"`
}

type jsonEdit struct {
	File  string `json:"file"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	New   string `json:"new"`
}

type jsonError struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// Directory keeps what the document says of one directory.
func (j *JSON) Directory(r Result) error {
	d := &j.document
	for _, f := range r.Findings {
		d.Findings = append(d.Findings, findingJSON(f))
	}
	if j.Edits {
		d.Edits = append(d.Edits, convert(r.Edits, func(e splice.Edit) jsonEdit { return jsonEdit{e.File, e.Start, e.End, e.New} })...)
	}
	d.Errors = append(d.Errors, convert(r.Errors, errorJSON)...)
	return nil
}

// End prints the document.
func (j *JSON) End(t *Totals) error {
	d := &j.document
	d.Tool, d.Summary = tool{"cmkify", j.Version}, t.Summary
	slices.SortStableFunc(d.Findings, func(a, b jsonFinding) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column)
	})
	slices.SortStableFunc(d.Edits, func(a, b jsonEdit) int { return cmp.Or(strings.Compare(a.File, b.File), a.Start-b.Start) })
	slices.SortStableFunc(d.Errors, func(a, b jsonError) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column)
	})
	d.Findings, d.Edits, d.Errors = notNil(d.Findings), notNil(d.Edits), notNil(d.Errors)
	return writeJSON(j.Out, d, "  ")
}

func findingJSON(f *Finding) jsonFinding {
	out := jsonFinding{
		Address: f.Address, Module: f.Module, File: f.File, Line: f.Line, Column: f.Column, Status: f.Status,
		Problems: convert(f.Problems, func(p Problem) jsonProblem { return jsonProblem(p) }),
		Warnings: convert(f.Warnings, func(n Note) jsonNote { return jsonNote{n.ID, n.Message} }),
		Keys:     convert(f.Keys, func(k Key) jsonKey { return jsonKey{k.For, k.Ref, k.Action, k.home} }),
		Ways:     notNil(f.Ways),
	}
	if s := f.Suppression; s != nil {
		out.Suppression = &jsonSuppression{s.File, s.Line, s.Column, s.ID, s.Reason}
	}
	if f.Reason != nil {
		out.Reason = &jsonNote{f.Reason.ID, f.Reason.Message}
	}
	return out
}

func convert[A, B any](in []A, to func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, to(a))
	}
	return out
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
