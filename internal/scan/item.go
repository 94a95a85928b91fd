package scan

import (
	"bytes"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// file takes all of the file: blocks and attributes, each on lines of its own.
func (s *scanner) file() bool {
	if bytes.HasPrefix(s.src, []byte("\uFEFF")) {
		s.at = len("\uFEFF")
	}
	lead := s.at
	for s.at < len(s.src) {
		c := s.src[s.at]
		switch {
		case c == ' ' || c == '\t':
			s.at++
		case lineEnd(s.src[s.at:]) > 0:
			s.at += lineEnd(s.src[s.at:])
			lead = s.at
		case s.atComment():
			if !s.comment() {
				return false
			}
			if s.src[s.at-1] == '\n' {
				lead = s.at
			}
		default:
			if !s.item(lead) {
				return false
			}
		}
	}
	return true
}

// item takes a block or attribute, but not the end of its line.
func (s *scanner) item(lead int) bool {
	start := s.at
	line := s.countLines()
	name, ok := s.name()
	if !ok || !s.blanks() {
		return false
	}
	if s.at < len(s.src) && s.src[s.at] == '=' && !s.followedBy('=') && !s.followedBy('>') {
		ok = s.attribute(Attribute{Name: name, Start: start, Equals: s.at, Line: line, lead: lead})
	} else {
		ok = s.block(Block{Type: name, Start: start, Line: line, lead: lead})
	}
	if ok && s.at-lead > maxItem {
		return s.unsure(start, "a very long block or attribute")
	}
	return ok
}

// countLines returns the number of the line of the offset.
func (s *scanner) countLines() int {
	s.line += bytes.Count(s.src[s.counted:s.at], []byte("\n"))
	s.counted = s.at
	return s.line + 1
}

// name takes a name or keyword.
func (s *scanner) name() ([]byte, bool) {
	start := s.at
	s.at += nameLength(s.src[start:])
	if s.at == start {
		return nil, s.unexpected()
	}
	return s.src[start:s.at], true
}

// nameLength returns how many bytes at the beginning are a name of ASCII
// letters. It may be longer if what follows is not ASCII.
func nameLength(b []byte) int {
	for i, c := range b {
		switch {
		case c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
		case i > 0 && (c == '-' || '0' <= c && c <= '9'):
		default:
			return i
		}
	}
	return len(b)
}

// block takes what follows a block's type.
func (s *scanner) block(b Block) bool {
	first := len(s.labels)
	for s.at < len(s.src) && s.src[s.at] != '{' {
		label, ok := s.label()
		if !ok || !s.blanks() {
			return false
		}
		s.labels = append(s.labels, label)
	}
	b.Labels = slices.Clip(s.labels[first:])
	b.Open = s.at
	s.begin()
	if s.at == len(s.src) {
		return s.unexpected()
	}
	if !s.step() || !s.nested() {
		return false
	}
	b.Close = s.at - 1
	s.blocks = append(s.blocks, b)
	return s.blanks() && s.lineEnds()
}

// lineEnds checks that nothing but a comment follows on the line.
func (s *scanner) lineEnds() bool {
	if s.at == len(s.src) || lineEnd(s.src[s.at:]) > 0 || s.atComment() {
		return true
	}
	return s.unexpected()
}

// label takes one label of a block.
func (s *scanner) label() ([]byte, bool) {
	if s.src[s.at] != '"' {
		return s.name()
	}
	start := s.at
	s.begin()
	if !s.step() || !s.nested() || !s.text(start, s.at) {
		return nil, false
	}
	inner := s.src[start+1 : s.at-1]
	switch {
	case !bytes.ContainsAny(inner, `\$%`):
		return inner, true
	case len(inner) > maxEscaped:
		return nil, s.unsure(start, "a very long label")
	}
	return s.unescaped(start)
}

// unescaped returns the text of the quoted label from start to the offset.
func (s *scanner) unescaped(start int) ([]byte, bool) {
	var text []byte
	tokens, _ := hclsyntax.LexExpression(s.src[start:s.at], "", hcl.InitialPos)
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOQuote, hclsyntax.TokenCQuote, hclsyntax.TokenEOF:
		case hclsyntax.TokenQuotedLit:
			part, diags := hclsyntax.ParseStringLiteralToken(t)
			if diags.HasErrors() {
				return nil, s.invalid(start, "an invalid escape in a label")
			}
			text = append(text, part...)
		default:
			return nil, s.invalid(start, "a template in a label")
		}
	}
	return text, true
}

// attribute takes an attribute from its equals sign on.
func (s *scanner) attribute(a Attribute) bool {
	s.begin()
	s.at++
	a.End = s.at
	for s.at < len(s.src) && lineEnd(s.src[s.at:]) == 0 {
		c := s.src[s.at]
		switch {
		case c == ' ' || c == '\t':
			s.at++
			continue
		case s.atComment():
			if c == '#' || s.src[s.at+1] == '/' {
				return s.add(a)
			}
			if !s.comment() {
				return false
			}
			continue
		}
		if !s.step() || !s.nested() {
			return false
		}
		a.End = s.at
	}
	return s.add(a)
}

// add adds an attribute, whose name must be a new one.
func (s *scanner) add(a Attribute) bool {
	if s.names == nil {
		s.names = map[string]bool{}
	}
	if s.names[string(a.Name)] {
		return s.invalid(a.Start, "an attribute set twice")
	}
	s.names[string(a.Name)] = true
	s.attributes = append(s.attributes, a)
	return true
}
