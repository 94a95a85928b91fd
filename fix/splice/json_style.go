package splice

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A jsonBody is an object that stands for what a block holds, or for blocks by
// their labels.
type jsonBody struct{ terraform.JSONValue }

// index returns which member has a name, -1 for none.
func (o jsonBody) index(name string) int {
	return o.last(func(m terraform.JSONMember) bool { return m.Key.Text == name })
}

// last returns the last member for which something holds, -1 for none.
func (o jsonBody) last(holds func(terraform.JSONMember) bool) int {
	for i := len(o.Members) - 1; i >= 0; i-- {
		if holds(o.Members[i]) {
			return i
		}
	}
	return -1
}

// Twice returns a name that two members have, and where the second one is; ""
// for none.
func (o jsonBody) twice() (name string, at int) {
	seen := map[string]bool{"//": false}
	for _, m := range o.Members {
		if seen[m.Key.Text] {
			return m.Key.Text, m.Key.Start
		}
		seen[m.Key.Text] = m.Key.Text != "//"
	}
	return "", 0
}

// member returns which member of a block holds a place.
func (l *JSONLayout) member(b *hclsyntax.Block, at terraform.Place) int {
	return l.object(b).last(func(m terraform.JSONMember) bool { return m.Value.Start <= at.Start && at.End <= m.Value.End })
}

// style returns how the author writes beside a member of an object, in lines or
// on one: as in that member, else as in what is around, up to the top-level one.
func (l *JSONLayout) style(o jsonBody, ref int, spread bool) jsonStyle {
	near := l.path(o.Start, o.End)[1:]
	if l.root.Kind == '[' && len(near) > 0 {
		near = near[1:]
	}
	slices.Reverse(near) // the innermost first
	if ref < len(o.Members) {
		near = slices.Insert(near, 0, o.Members[ref].Value)
	}
	s := jsonStyle{eol: l.file.LineEndingAt(o.Start), unit: "  ", colon: l.colon(o, ref)}
	s.gap = strings.TrimLeft(s.colon, " \t")[1:]
	if spread {
		if !l.find(near, func(v terraform.JSONValue) bool { return l.readUnit(v, &s) }) {
			l.readUnit(l.root, &s)
		}
		return s
	}
	l.find(near, func(v terraform.JSONValue) bool { return l.readGap(v, &s) })
	l.find(near, func(v terraform.JSONValue) bool { return l.readPad(v, &s) })
	return s
}

// colon returns what stands between the name and the value of a member, where
// there is none, of one around; of those that are lined up, what the least of them
// has.
func (l *JSONLayout) colon(o jsonBody, ref int) string {
	if len(o.Members) == 0 {
		for _, around := range l.path(o.Start, o.End) {
			if len(around.Members) > 0 {
				o, ref = jsonBody{around}, 0 // it holds the object
			}
		}
	}
	text := func(m terraform.JSONMember) string { return string(l.file.Bytes[m.Key.End:m.Value.Start]) }
	out := text(o.Members[ref])
	if strings.Contains(out, "  ") || strings.ContainsAny(out, "\t\n") {
		for _, m := range o.Members {
			if other := text(m); len(other) < len(out) {
				out = other
			}
		}
	}
	if strings.Contains(out, "\n") {
		return ": "
	}
	return out
}

// find looks for the first value that tells something, in all values in order.
func (l *JSONLayout) find(values []terraform.JSONValue, tells func(terraform.JSONValue) bool) bool {
	for _, v := range values {
		if tells(v) || l.find(children(v), tells) {
			return true
		}
	}
	return false
}

// firstChild returns the first value in a value, or the name of it.
func firstChild(v terraform.JSONValue) terraform.JSONValue {
	switch {
	case len(v.Members) > 0:
		return v.Members[0].Key
	case len(v.Elements) > 0:
		return v.Elements[0]
	}
	return v
}

// readUnit takes what the content of a value is indented by, if that tells.
func (l *JSONLayout) readUnit(v terraform.JSONValue, s *jsonStyle) bool {
	first := firstChild(v)
	if first.Start == v.Start || !l.beginsLine(first) {
		return false
	}
	unit, ok := strings.CutPrefix(l.indent(first.Start), l.indent(v.Start))
	if ok && unit != "" {
		s.unit = unit
		return true
	}
	return false
}

// readGap takes what stands behind a comma on a line.
func (l *JSONLayout) readGap(v terraform.JSONValue, s *jsonStyle) bool {
	end, next := 0, 0
	switch {
	case len(v.Members) > 1:
		end, next = v.Members[0].Value.End, v.Members[1].Key.Start
	case len(v.Elements) > 1:
		end, next = v.Elements[0].End, v.Elements[1].Start
	default:
		return false
	}
	_, gap, _ := strings.Cut(string(l.file.Bytes[end:next]), ",")
	if strings.Contains(gap, "\n") || strings.Contains(l.text(v), "\n") {
		return false
	}
	s.gap = gap
	return true
}

// readPad takes what stands inside the braces of an object on one line.
func (l *JSONLayout) readPad(v terraform.JSONValue, s *jsonStyle) bool {
	if len(v.Members) == 0 || strings.Contains(l.text(v), "\n") {
		return false
	}
	s.pad = string(l.file.Bytes[v.Start+1 : v.Members[0].Key.Start])
	return true
}

// cutLast cuts a text at the last of a separator.
func cutLast(text, separator string) (before, after string, found bool) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(separator):], true
}
