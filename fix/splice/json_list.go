package splice

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// Members returns what a block holds as it is written, but for some names.
func (l *JSONLayout) Members(b *hclsyntax.Block, but ...string) JSONObject {
	var out JSONObject
	for _, m := range l.object(b).Members {
		if !slices.Contains(but, m.Key.Text) {
			out = out.With(m.Key.Text, JSONText(l.text(m.Value)))
		}
	}
	return out
}

// AddBlocks returns the edits that add blocks with the labels of another one,
// behind it: the value that stands for it becomes a list where it is none.
func (l *JSONLayout) AddBlocks(beside *hclsyntax.Block, blocks JSONList) []Edit {
	path := l.path(beside.OpenBraceRange.Start.Byte, beside.OpenBraceRange.End.Byte)
	o, around := jsonBody{path[len(path)-1]}, path[len(path)-2]
	spread := l.spread(o)
	style, base := l.style(o, 0, spread), l.indent(o.Start)
	var texts []string
	for _, b := range blocks {
		texts = append(texts, style.value(b, base, spread))
	}
	switch {
	case around.Kind == '[':
		separator := l.between(around, style)
		return []Edit{l.at(o.End, separator+strings.Join(texts, separator))}
	case spread:
		return l.list(o, texts, style, base)
	}
	separator := "," + style.gap
	return []Edit{l.at(o.Start, "["), l.at(o.End, separator+strings.Join(texts, separator)+"]")}
}

// list returns the edits that make a list of an object on several lines and
// others, each text on lines of its own, one level deeper.
func (l *JSONLayout) list(o jsonBody, texts []string, s jsonStyle, base string) []Edit {
	line := s.eol + base
	out := []Edit{l.at(o.Start, "["+line+s.unit)}
	for i, c := range l.file.Bytes[o.Start:o.End] {
		if c == '\n' {
			out = append(out, l.at(o.Start+i+1, s.unit))
		}
	}
	var behind strings.Builder
	for _, text := range texts {
		behind.WriteString("," + line + s.unit + strings.ReplaceAll(text, "\n", "\n"+s.unit))
	}
	return append(out, l.at(o.End, behind.String()+line+"]"))
}

// at returns the insertion of a text.
func (l *JSONLayout) at(offset int, text string) Edit {
	return Edit{File: l.file.Path, Start: offset, End: offset, New: text}
}

// between returns what separates the elements of a list.
func (l *JSONLayout) between(list terraform.JSONValue, s jsonStyle) string {
	if len(list.Elements) > 1 {
		return string(l.file.Bytes[list.Elements[0].End:list.Elements[1].Start])
	}
	if gap := string(l.file.Bytes[list.Start+1 : list.Elements[0].Start]); strings.Contains(gap, "\n") {
		return "," + gap
	}
	return "," + s.gap
}
