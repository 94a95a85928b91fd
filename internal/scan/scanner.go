package scan

import (
	"bytes"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A scanner goes over the bytes once. Those of its methods that return a bool
// take what stands at the offset; false means that there is an error.
type scanner struct {
	src      []byte
	at       int  // the offset: what is before it has been taken
	mixed    bool // not all of src is UTF-8
	frames   []frame
	heredocs []document // of the frames
	depth    int        // of the frames, and of the operators in them
	err      *Error

	blocks     []Block
	attributes []Attribute
	labels     [][]byte        // of the blocks, one behind the other
	names      map[string]bool // of the attributes
	line       int             // of the offset counted, 0-based
	counted    int
}

// invalid says that hclsyntax refuses the file.
func (s *scanner) invalid(offset int, message string) bool {
	s.err = &Error{Offset: offset, Message: message, Invalid: true}
	return false
}

// unsure says that the file has to be parsed as a whole.
func (s *scanner) unsure(offset int, message string) bool {
	s.err = &Error{Offset: offset, Message: message}
	return false
}

// unexpected says that the next byte cannot stand where it does. What is not
// ASCII may be a letter, of which hclsyntax has its own tables.
func (s *scanner) unexpected() bool {
	switch {
	case s.at >= len(s.src):
		return s.invalid(len(s.src), "unexpected end of file")
	case s.src[s.at] >= utf8.RuneSelf:
		return s.unsure(s.at, "a letter outside ASCII")
	}
	return s.invalid(s.at, "unexpected character")
}

// lineEnd returns how many bytes the line end has that the bytes begin with.
func lineEnd(b []byte) int {
	switch {
	case len(b) > 0 && b[0] == '\n':
		return 1
	case len(b) > 1 && b[0] == '\r' && b[1] == '\n':
		return 2
	}
	return 0
}

// atComment reports whether a comment comes next.
func (s *scanner) atComment() bool {
	rest := s.src[s.at:]
	return len(rest) > 0 && rest[0] == '#' || len(rest) > 1 && rest[0] == '/' && (rest[1] == '/' || rest[1] == '*')
}

// comment takes a comment. One that begins with # or // has its line's end.
func (s *scanner) comment() bool {
	start, size := s.at, 0
	rest := s.src[start:]
	if bytes.HasPrefix(rest, []byte("/*")) {
		end := bytes.Index(rest[2:], []byte("*/"))
		if end < 0 {
			return s.invalid(start, "a comment that does not end")
		}
		size = 2 + end + 2
	} else if size = bytes.IndexByte(rest, '\n') + 1; size == 0 {
		size = len(rest)
	}
	s.at += size
	return !s.mixed || s.countable(start)
}

// countable checks that hclsyntax counts the lines of the comment that began
// at start as they are. It can take a line end for a part of a character that
// is cut short, as the last one of a line in Latin-1.
func (s *scanner) countable(start int) bool {
	text := s.src[start:s.at]
	if utf8.Valid(text) {
		return true
	}
	tokens, _ := hclsyntax.LexConfig(text, "", hcl.Pos{})
	if tokens[len(tokens)-1].Range.Start.Line != bytes.Count(text, []byte("\n")) {
		return s.unsure(start, "a line end behind a broken character")
	}
	return true
}

// blanks takes spaces, tabs and comments within a line.
func (s *scanner) blanks() bool {
	for s.at < len(s.src) {
		switch s.src[s.at] {
		case ' ', '\t':
			s.at++
		case '/':
			if s.at+1 >= len(s.src) || s.src[s.at+1] != '*' {
				return true
			}
			if !s.comment() {
				return false
			}
		default:
			return true
		}
	}
	return true
}

// text checks that a part of a string is UTF-8. hclsyntax refuses what is not,
// with rules of its own.
func (s *scanner) text(start, end int) bool {
	if s.mixed && !utf8.Valid(s.src[start:end]) {
		return s.unsure(start, "a string that is not UTF-8")
	}
	return true
}
