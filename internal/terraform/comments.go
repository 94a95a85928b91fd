package terraform

import (
	"regexp"
	"slices"
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
	if f.comments != nil {
		return f.comments
	}
	f.comments = []Comment{}
	for _, t := range f.Tokens {
		if t.Type == hclsyntax.TokenComment {
			f.comments = append(f.comments, Comment{t.Range.Start.Byte, commentText(strings.TrimRight(string(t.Bytes), "\r\n"))})
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

// switches are words without which no tool takes a comment for one that
// switches a check off.
var switches = regexp.MustCompile(`(?i)ignore|skip=|nosem|kics-scan`)

// MaySwitchOff reports whether some comment of the file could switch a check
// off: for most files the answer is no, and nothing more need be read.
func (f *File) MaySwitchOff() bool {
	if f.maySwitchOff == nil {
		may := slices.ContainsFunc(f.Comments(), func(c Comment) bool { return switches.MatchString(c.Text) })
		f.maySwitchOff = &may
	}
	return *f.maySwitchOff
}
