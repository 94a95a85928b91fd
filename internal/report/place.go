package report

import (
	"slices"
	"strings"
	"unicode/utf8"

	"cmkify/detect"
	"cmkify/fix/splice"
	"cmkify/internal/engine"
	"cmkify/internal/terraform"
)

// A place is a position in a file. Both count from 1, the column in bytes, a
// byte order mark left out.
type place struct{ line, column int }

// places tells positions in the files of directories.
type places map[string]*terraform.File

func (r Result) places() places {
	out := places{}
	for _, s := range r.unit().Sources {
		out[s.Path] = &terraform.File{Path: s.Path, Bytes: s.Bytes}
	}
	return out
}

// unit returns what the directory was worked on with.
func (r Result) unit() *engine.Unit {
	if r.Unit == nil {
		return &engine.Unit{Sources: r.Sources}
	}
	return r.Unit
}

// span returns where the text begins and ends that an edit replaces.
func (p places) span(e splice.Edit) (start, end place) {
	f := p[e.File]
	if f == nil {
		return place{1, 1}, place{1, 1}
	}
	start.line, start.column = f.Position(e.Start)
	end.line, end.column = f.Position(e.End)
	return start, end
}

// codePoints returns the column of a place as code points count, bytes that
// are not UTF-8 one each.
func (p places) codePoints(file string, at place) int {
	f := p[file]
	if f == nil || at.line < 1 {
		return at.column
	}
	line := f.LineAt(at.line)
	return utf8.RuneCount(line[:min(at.column-1, len(line))]) + 1
}

// editsOf returns the edits that the fix of one finding needs.
func (r Result) editsOf(f *Finding) []splice.Edit {
	if f.Status != detect.Fixable {
		return nil
	}
	var out []splice.Edit
	for _, e := range r.unit().Edits {
		if slices.Contains(e.Tables, f.ID) {
			out = append(out, e)
		}
	}
	return out
}

// sentences returns what is to be said of a problem of a finding: with the
// table, what is left to do, and the warnings.
func sentences(f *Finding, problem string) string {
	out := f.Address + ": " + problem
	if problem == "" {
		out = f.Address
	}
	if f.Reason != nil {
		out += "; " + string(f.Status) + ": " + f.Reason.Message
	}
	for _, w := range f.Warnings {
		out += "; warning: " + w.Message
	}
	return out
}

// addresses returns the addresses in the IDs of outcomes.
func addresses(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id[strings.LastIndexByte(id, ':')+1:]
	}
	return out
}
