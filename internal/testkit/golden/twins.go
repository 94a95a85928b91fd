package golden

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Twin changes files in a way that must not matter.
type Twin struct {
	Name string
	Doc  string // what the twin has
	// Code says that it changes Terraform's code only, and no values of
	// variables.
	Code bool
	// Change returns the twin of a file.
	Change func(src []byte) []byte
	// Undo returns what a file of the twin's result is without the change, and
	// an error when that cannot be told, or the change has not survived. Where
	// it is nil, the result must be the twin of the case's.
	Undo func(src []byte) ([]byte, error)
	// Move returns where a position of a file is in its twin; nil for the same
	// place.
	Move func(src []byte, line, column int) (int, int)
}

var leadingSpaces = regexp.MustCompile(`(?m)^ +`)

// Twins are all of them.
var Twins = []Twin{
	{Name: "crlf", Doc: "carriage returns", Change: func(src []byte) []byte {
		return bytes.ReplaceAll(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	}},
	{Name: "no-final-newline", Doc: "no last newline", Change: func(src []byte) []byte { return bytes.TrimRight(src, "\r\n") }},
	{Name: "bom", Doc: "a byte order mark", Change: func(src []byte) []byte {
		if len(src) == 0 || !utf8.Valid(src) || bytes.HasPrefix(src, byteOrderMark) {
			return src
		}
		return slices.Concat(byteOrderMark, src)
	}},
	{Name: "tabs", Doc: "tabs in the place of two spaces", Change: func(src []byte) []byte {
		return leadingSpaces.ReplaceAllFunc(src, func(s []byte) []byte {
			return append(bytes.Repeat([]byte("\t"), len(s)/2), s[len(s)/2*2:]...)
		})
	}, Move: func(src []byte, line, column int) (int, int) {
		lines := bytes.SplitAfter(src, []byte("\n"))
		if line < 1 || line > len(lines) {
			return line, column
		}
		spaces := len(leadingSpaces.Find(lines[line-1]))
		return line, column - min(spaces, max(0, column-1))/2
	}},
	{Name: "ill-formatted", Doc: "ill-formatted neighbours above and below", Code: true, Change: func(src []byte) []byte {
		switch {
		case bytes.HasPrefix(src, byteOrderMark):
			return src
		case isJSON(src):
			return besideJSON(src)
		}
		eol := "\n"
		if crlf := bytes.Count(src, []byte("\r\n")); crlf > bytes.Count(src, []byte("\n"))-crlf {
			eol = "\r\n"
		}
		end := len(bytes.TrimRight(src, "\r\n"))
		return slices.Concat(ending(above, eol), src[:end], ending(below, eol), src[end:])
	}, Undo: func(src []byte) ([]byte, error) {
		switch {
		case bytes.HasPrefix(src, byteOrderMark):
			return src, nil
		case isJSON(src):
			return withoutBesideJSON(src)
		}
		for _, eol := range []string{"\n", "\r\n"} {
			rest, found := bytes.CutPrefix(src, ending(above, eol))
			if found && bytes.Count(rest, ending(below, eol)) == 1 {
				return bytes.Replace(rest, ending(below, eol), nil, 1), nil
			}
		}
		return nil, errors.New("a neighbour is changed")
	}, Move: func(src []byte, line, column int) (int, int) {
		if bytes.HasPrefix(src, byteOrderMark) || line == 0 {
			return line, column
		}
		if isJSON(src) {
			return moveJSON(src, line, column)
		}
		return line + strings.Count(above, "\n"), column
	}},
}

var byteOrderMark = []byte("\uFEFF")

// The ill-formatted neighbours.
const (
	above = "locals{\n neighbour_above=1\n      b_above   = [1,2 ]\n}\n\n"
	below = "\n\nlocals   {\n    neighbour_below  =  1\n b_below=[1 , 2]\n  }"
)

// ending returns a text with those line endings.
func ending(text, eol string) []byte { return []byte(strings.ReplaceAll(text, "\n", eol)) }

// changes reports whether the twin changes a file of that name.
func (w Twin) changes(name string) bool {
	if hidden := strings.HasPrefix(name, ".") || strings.Contains(name, "/."); hidden {
		return false
	}
	switch path.Ext(strings.TrimSuffix(name, ".json")) {
	case ".tf", ".tofu":
		return true
	case ".tfvars", ".hcl":
		return !w.Code && path.Ext(name) != ".json"
	}
	return false
}

// of returns the twin of files.
func (w Twin) of(files map[string][]byte) map[string][]byte {
	out := map[string][]byte{}
	for name, src := range files {
		if out[name] = src; w.changes(name) {
			out[name] = w.Change(src)
		}
	}
	return out
}

// undone returns the files of the twin's result without the change.
func (w Twin) undone(files map[string][]byte) (map[string][]byte, error) {
	out := map[string][]byte{}
	for name, src := range files {
		out[name] = src
		if w.changes(name) {
			var err error
			if out[name], err = w.Undo(src); err != nil {
				return nil, fmt.Errorf("%s: %w:\n%s", name, err, src)
			}
		}
	}
	return out, nil
}
