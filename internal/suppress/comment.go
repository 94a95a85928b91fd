package suppress

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A commentLine is a comment, or one line of a comment of several lines.
type commentLine struct {
	line   int
	offset int    // of text
	before string // what stands before it on its line
	text   string // marks included, without line ending
}

// commentLines returns the lines of all comments of a file in their order.
// They are read from its tokens, so that nothing in a string or a heredoc is
// taken for a comment.
func commentLines(f *terraform.File) []commentLine {
	var out []commentLine
	for _, t := range f.Tokens() {
		if t.Type != hclsyntax.TokenComment {
			continue
		}
		offset := t.Range.Start.Byte
		line, before := f.Line(offset), string(f.Bytes[f.LineStart(offset):offset])
		for text := range strings.Lines(string(t.Bytes)) {
			out = append(out, commentLine{line, offset, before, strings.TrimRight(text, "\r\n")})
			line, offset, before = line+1, offset+len(text), ""
		}
	}
	return out
}

// opens reports whether no code stands before the comment on its line.
func (c commentLine) opens() bool { return strings.TrimSpace(c.before) == "" }

// A word is what stands between spaces in a comment.
type word struct {
	text string
	end  int // in the comment's text
}

// words returns the words of a comment as tfsec and Trivy split them: at
// spaces only, so that what touches the code before it is no word, and
// without the comment's marks.
func (c commentLine) words() []word {
	var out []word
	at := 0
	if c.before != "" && !strings.HasSuffix(c.before, " ") && !c.opens() {
		at = strings.IndexByte(c.text+" ", ' ') // the first word touches code
	}
	first := c.opens()
	for at < len(c.text) {
		end := len(c.text)
		if i := strings.IndexByte(c.text[at:], ' '); i >= 0 {
			end = at + i
		}
		text := strings.TrimLeft(strings.TrimSpace(c.text[at:end]), "#/*")
		if first {
			text = strings.TrimSpace(text) // tfsec lets a tab follow the mark of a line's first word
		}
		if text != "" {
			out = append(out, word{text, end})
			first = false
		}
		at = end + 1
	}
	return out
}

// reason tidies what follows a comment's ID.
func reason(text string) string {
	return strings.TrimSpace(strings.TrimLeft(strings.TrimSuffix(strings.TrimSpace(text), "*/"), " \t:-#/"))
}

// on returns the comments on a line.
func (s *search) on(line int) []commentLine { return s.between(line-1, line+1) }

// between returns the comments on the lines strictly between two.
func (s *search) between(first, last int) []commentLine {
	at := func(line int) int {
		n, _ := slices.BinarySearchFunc(s.comments.lines, line, func(c commentLine, line int) int { return cmp.Compare(c.line, line) })
		return n
	}
	from, to := at(first+1), at(last)
	return s.comments.lines[from:max(from, to)]
}
