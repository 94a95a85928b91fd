package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A Comment is one comment and what it says.
type Comment struct {
	Offset     int
	Start, End int    // its first and last line, 1-based
	Text       string // without the comment marks and white space around
	Own        bool   // no code stands on its lines
}

// Comments are the comments of a file in their order.
type Comments []Comment

// Comments returns the comments of the file, read from its tokens, so that
// nothing in a string is taken for one.
func (f *File) Comments() Comments {
	if f.comments != nil {
		return f.comments
	}
	code := map[int]bool{}
	for _, t := range f.Tokens {
		if t.Type != hclsyntax.TokenComment && t.Type != hclsyntax.TokenNewline && t.Type != hclsyntax.TokenEOF {
			for line := t.Range.Start.Line; line <= t.Range.End.Line; line++ {
				code[line] = true
			}
		}
	}
	f.comments = Comments{}
	for _, t := range f.Tokens {
		if t.Type == hclsyntax.TokenComment {
			text := strings.TrimRight(string(t.Bytes), "\r\n")
			start := t.Range.Start.Line
			end := start + strings.Count(text, "\n")
			f.comments = append(f.comments, Comment{
				Offset: t.Range.Start.Byte, Start: start, End: end, Text: commentText(text), Own: !code[start] && !code[end],
			})
		}
	}
	return f.comments
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

// On returns the comments that begin on a line.
func (c Comments) On(line int) []Comment { return c.Between(line, line) }

// Between returns the comments that begin on the lines from start to end.
func (c Comments) Between(start, end int) []Comment {
	var out []Comment
	for _, comment := range c {
		if start <= comment.Start && comment.Start <= end {
			out = append(out, comment)
		}
	}
	return out
}

// Own returns the comment that ends on a line that holds no code, or nil.
func (c Comments) Own(line int) *Comment {
	for i := range c {
		if c[i].End == line && c[i].Own {
			return &c[i]
		}
	}
	return nil
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
