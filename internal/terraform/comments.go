package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A Comment is one comment and what it says.
type Comment struct {
	Offset int
	Text   string // without the comment marks and white space around
}

// Comments returns the comments of the file in their order. They are read
// from its tokens, so that nothing in a string is taken for one.
func (f *File) Comments() []Comment {
	var out []Comment
	for _, t := range f.Tokens {
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
	first := len(f.Bytes)
	for _, t := range f.Tokens {
		if t.Type != hclsyntax.TokenComment && t.Type != hclsyntax.TokenNewline {
			first = t.Range.Start.Byte
			break
		}
	}
	var out []Comment
	for _, c := range f.Comments() {
		if c.Offset < first {
			out = append(out, c)
		}
	}
	return out
}

// CommentsBetween returns the comments that begin on the lines from first to
// last.
func (f *File) CommentsBetween(first, last int) []Comment {
	var out []Comment
	for _, c := range f.Comments() {
		if line := f.Line(c.Offset); first <= line && line <= last {
			out = append(out, c)
		}
	}
	return out
}
