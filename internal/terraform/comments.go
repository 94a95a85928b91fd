package terraform

import (
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A Comment is one comment and what it says.
type Comment struct {
	Offset int
	Text   string // without the comment marks and white space around
}

// Comments returns the comments of the file in their order. They are read
// from its tokens, so that nothing in a string is taken for one; in JSON they are
// the texts of members called "//".
// https://developer.hashicorp.com/terraform/language/syntax/json#comment-properties
func (f *File) Comments() []Comment {
	if f.comments != nil {
		return f.comments
	}
	if f.JSON() {
		root, _ := f.ReadJSON()
		f.comments = jsonComments(root, []Comment{})
	} else {
		f.comments = commentsOf(f.Tokens())
	}
	return f.comments
}

// jsonComments adds the comments in a value: each is a text, or several in a list.
func jsonComments(v JSONValue, to []Comment) []Comment {
	for _, m := range v.Members {
		if m.Key.Text != "//" {
			to = jsonComments(m.Value, to)
			continue
		}
		for _, c := range m.Value.List() {
			if c.Kind == 's' {
				to = append(to, Comment{c.Start, strings.TrimSpace(strings.TrimLeft(c.Text, "#/ "))})
			}
		}
	}
	for _, element := range v.Elements {
		to = jsonComments(element, to)
	}
	return to
}

func commentsOf(tokens hclsyntax.Tokens) []Comment {
	out := []Comment{}
	for _, t := range tokens {
		if t.Type == hclsyntax.TokenComment {
			out = append(out, Comment{t.Range.Start.Byte, commentText(strings.TrimRight(string(t.Bytes), "\r\n"))})
		}
	}
	return out
}

// commentText takes the marks off. Those of a comment between slashes need a
// space to be taken off: scanners see words.
func commentText(text string) string {
	switch {
	case strings.HasPrefix(text, "/*"):
		text = strings.TrimSuffix(strings.TrimPrefix(text, "/* "), " */")
	case strings.HasPrefix(text, "//"):
		text = strings.TrimPrefix(text, "//")
	default:
		text = strings.TrimLeft(text, "#")
	}
	return strings.TrimSpace(text)
}

// HeadComments returns the comments above all code.
func (f *File) HeadComments() []Comment {
	if f.Body == nil || f.JSON() {
		return nil
	}
	first := len(f.Bytes)
	if len(f.Body.Blocks) > 0 {
		first = f.Body.Blocks[0].TypeRange.Start.Byte
	}
	for _, a := range f.Body.Attributes {
		first = min(first, a.NameRange.Start.Byte)
	}
	tokens, _ := hclsyntax.LexConfig(f.Bytes[:first], f.Path, hcl.InitialPos)
	return commentsOf(tokens)
}

// CommentsAt returns the comments in a place, those behind it on its last line, and
// those alone on the line above it; in JSON, those in it.
func (f *File) CommentsAt(at Place) []Comment {
	start, end := at.Start, at.End
	if !f.JSON() {
		start, end = f.LineStart(at.Start), f.LineEnd(at.End)
	}
	all := f.Comments()
	from := func(offset int) int {
		return sort.Search(len(all), func(i int) bool { return all[i].Offset >= offset })
	}
	first := from(start)
	if above := first - 1; above >= 0 && !f.JSON() && f.Line(all[above].Offset) == f.Line(start)-1 &&
		strings.TrimSpace(string(f.Bytes[f.LineStart(all[above].Offset):all[above].Offset])) == "" {
		first = above
	}
	return all[first:from(end)]
}

// AboveComments returns the start of the line that holds offset, or of the first
// line of the comments that touch it from above.
func (f *File) AboveComments(offset int) int {
	at := f.LineStart(offset)
	above := f.tokensBefore(at)
	for _, t := range slices.Backward(above) {
		between := string(f.Bytes[t.Range.End.Byte:at])
		if t.Type == hclsyntax.TokenNewline && between == "" {
			continue // it ends the line of a comment between slashes, or is a blank line
		}
		newlines := 1
		if strings.HasSuffix(string(t.Bytes), "\n") {
			newlines = 0
		}
		if t.Type != hclsyntax.TokenComment || strings.Count(between, "\n") > newlines {
			return at
		}
		start := f.LineStart(t.Range.Start.Byte)
		if strings.TrimSpace(string(f.Bytes[start:t.Range.Start.Byte])) != "" {
			return at // it is behind code
		}
		at = start
	}
	return at
}
