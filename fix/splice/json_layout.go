package splice

import (
	"regexp"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A JSONLayout is a file in JSON, and how its author lays it out.
type JSONLayout struct {
	file *terraform.File
	root terraform.JSONValue
}

// NewJSONLayout returns the layout of a file that has been parsed before.
func NewJSONLayout(f *terraform.File) *JSONLayout {
	root, err := f.ReadJSON()
	if err != nil {
		panic(err)
	}
	return &JSONLayout{f, root}
}

// A jsonSide is where something stands beside a member of an object.
type jsonSide bool

const (
	before jsonSide = false
	behind jsonSide = true
)

// insert returns the edit that adds members to an object, beside one of its
// own: they are separated as that one is, and written as those around are.
func (l *JSONLayout) insert(o jsonBody, ref int, side jsonSide, members JSONObject) Edit {
	if len(o.Members) == 0 {
		return l.fill(o, members)
	}
	separator := l.separator(o, ref)
	_, line, ownLine := cutLast(separator, "\n")
	base := strings.ReplaceAll(line, ",", " ")
	spread := ownLine && l.spreads(o, ref)
	style := l.style(o, ref, spread)
	at, text := o.Members[ref].Key.Start, ""
	if side == behind {
		at = o.Members[ref].Value.End
	}
	for _, m := range members {
		if member := style.member(m, base, spread); side == behind {
			text += separator + member
		} else {
			text += member + separator
		}
	}
	return Edit{File: l.file.Path, Start: at, End: at, New: text}
}

// fill returns the edit that adds members to an object without any.
func (l *JSONLayout) fill(o jsonBody, members JSONObject) Edit {
	spread := l.spread(o)
	text := l.style(o, 0, spread).value(members, l.indent(o.Start), spread)
	return Edit{File: l.file.Path, Start: o.Start, End: o.End, New: text}
}

// spread reports whether an object is on several lines; for an empty one, whether
// objects beside it are.
func (l *JSONLayout) spread(o jsonBody) bool {
	if len(o.Members) > 0 {
		return strings.Contains(l.text(o.JSONValue), "\n")
	}
	spread := false
	for _, around := range l.path(o.Start, o.End) {
		p := jsonBody{around}
		if i := p.last(func(m terraform.JSONMember) bool { return m.Value.Start <= o.Start && o.End <= m.Value.End }); i >= 0 {
			spread = l.beginsLine(p.Members[i].Key) && l.spreads(p, i)
		}
	}
	return spread
}

var blankLines = regexp.MustCompile(`(\r?\n)([ \t]*\r?\n)+`)

// separator returns what separates a member from its neighbour.
func (l *JSONLayout) separator(o jsonBody, ref int) string {
	n := max(ref, 1)
	var text string
	switch gap := string(l.file.Bytes[o.Start+1 : o.Members[0].Key.Start]); {
	case n < len(o.Members):
		text = string(l.file.Bytes[o.Members[n-1].Value.End:o.Members[n].Key.Start])
	case strings.Contains(gap, "\n"):
		text = "," + gap
	default:
		text = "," + l.style(o, ref, false).gap
	}
	return blankLines.ReplaceAllString(text, "$1")
}

// spreads reports whether objects beside a member are on several lines: as the
// nearest one is that holds something, or, where there is none, if the member
// is on a line of its own.
func (l *JSONLayout) spreads(o jsonBody, ref int) bool {
	for _, i := range nearest(ref, len(o.Members)) {
		if object := firstObject(o.Members[i].Value); object != nil {
			return strings.Contains(l.text(*object), "\n")
		}
	}
	return len(o.Members) == 0 || l.beginsLine(o.Members[ref].Key)
}

// nearest returns the numbers below n, those nearest to ref first.
func nearest(ref, n int) []int {
	var out []int
	for d := range n {
		if ref-d >= 0 && ref-d < n {
			out = append(out, ref-d)
		}
		if d > 0 && ref+d < n {
			out = append(out, ref+d)
		}
	}
	return out
}

// firstObject returns a value, or its first element, if it is an object that
// holds something.
func firstObject(v terraform.JSONValue) *terraform.JSONValue {
	for _, e := range v.List() {
		if e.Kind == '{' && len(e.Members) > 0 {
			return &e
		}
	}
	return nil
}

func (l *JSONLayout) text(v terraform.JSONValue) string {
	return string(l.file.Bytes[v.Start:v.End])
}

// Indent returns what the line of an offset is indented by. Some put commas in
// front of lines, in the place of a space.
func (l *JSONLayout) indent(offset int) string {
	line := string(l.file.Bytes[l.file.LineStart(offset):offset])
	return strings.ReplaceAll(line[:len(line)-len(strings.TrimLeft(line, " \t,"))], ",", " ")
}

// beginsLine reports whether nothing but white space is before a value on its
// line, which is not the first of the file.
func (l *JSONLayout) beginsLine(v terraform.JSONValue) bool {
	start := l.file.LineStart(v.Start)
	return start > 0 && l.file.Bytes[start-1] == '\n' && strings.TrimSpace(string(l.file.Bytes[start:v.Start])) == ""
}

// object returns the object that stands for a block.
func (l *JSONLayout) object(b *hclsyntax.Block) jsonBody {
	path := l.path(b.OpenBraceRange.Start.Byte, b.OpenBraceRange.End.Byte)
	return jsonBody{path[len(path)-1]}
}

// valueAt returns the innermost value around a place.
func (l *JSONLayout) valueAt(at terraform.Place) terraform.JSONValue {
	path := l.path(at.Start, at.End)
	return path[len(path)-1]
}

// Twice returns a name that two members have of an object around a place in a
// top-level block, and where the second one is; "" for none.
func (l *JSONLayout) Twice(top *hclsyntax.Block, at terraform.Place) (name string, again int) {
	for _, v := range l.path(at.Start, at.End) {
		if v.Start < top.OpenBraceRange.Start.Byte {
			continue
		}
		if name, again = (jsonBody{v}).twice(); name != "" {
			return name, again
		}
	}
	return "", 0
}

// path returns the values around the bytes [start, end), the outermost first.
func (l *JSONLayout) path(start, end int) []terraform.JSONValue {
	out := []terraform.JSONValue{l.root}
	for {
		next := childAround(out[len(out)-1], start, end)
		if next == nil {
			return out
		}
		out = append(out, *next)
	}
}

func childAround(v terraform.JSONValue, start, end int) *terraform.JSONValue {
	var child *terraform.JSONValue
	if i := sort.Search(len(v.Elements), func(i int) bool { return v.Elements[i].End >= end }); i < len(v.Elements) {
		child = &v.Elements[i]
	}
	if i := sort.Search(len(v.Members), func(i int) bool { return v.Members[i].Value.End >= end }); i < len(v.Members) {
		child = &v.Members[i].Value
	}
	if child == nil || start < child.Start {
		return nil
	}
	return child
}

// children returns the values of an object or list.
func children(v terraform.JSONValue) []terraform.JSONValue {
	out := v.Elements
	for _, m := range v.Members {
		out = append(out, m.Value)
	}
	return out
}
