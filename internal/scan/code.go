package scan

import "unicode/utf8"

// A class is what a byte of code means to the scanner.
type class byte

const (
	plain  class = iota // nothing
	wrong               // hclsyntax takes it in strings and comments alone
	letter              // outside ASCII
	carriage
	opener
	closer
	quotes
	number // begins a comment
	slash
	less
	compare // may be followed by an equals sign
	operator
	comma
	equals
	tilde
)

var codeClass = classes(map[class]string{
	carriage: "\r", opener: "{[(", closer: "}])", quotes: `"`, number: "#", slash: "/", less: "<",
	compare: "!>", operator: "?+-*%&|", comma: ",", equals: "=", tilde: "~", wrong: "'`;@$^\\\x7F",
})

// classes returns the class of every byte of code.
func classes(of map[class]string) (table [256]class) {
	for c := range table {
		switch {
		case c >= utf8.RuneSelf:
			table[c] = letter
		case c < ' ' && c != '\t' && c != '\n':
			table[c] = wrong
		}
	}
	for class, chars := range of {
		for i := range len(chars) {
			table[chars[i]] = class
		}
	}
	return table
}

// code takes code up to and with the next byte that has a meaning.
func (s *scanner) code() bool {
	src, at := s.src, s.at
	for at < len(src) && codeClass[src[at]] == plain {
		at++
	}
	if s.at = at; at == len(src) {
		return s.unexpected()
	}
	return s.step()
}

// step takes the next byte of code, or the token that begins with it.
func (s *scanner) step() bool {
	c := s.src[s.at]
	switch codeClass[c] {
	case plain:
		s.at++
		return true
	case opener:
		return s.open(c)
	case closer:
		return s.close(c)
	case quotes:
		return s.openQuote()
	case comma:
		s.at++
		s.endExpression()
		return true
	case equals:
		return s.equals()
	case slash, number:
		if s.atComment() {
			return s.comment()
		}
	case less:
		if taken, ok := s.openHeredoc(); taken || !ok {
			return ok
		}
		s.skipEquals()
	case compare:
		s.skipEquals()
	case tilde:
		if s.followedBy('}') {
			s.at += 2
			return s.pop(template)
		}
		return s.invalid(s.at, "unexpected character")
	case carriage:
		if s.followedBy('\n') {
			s.at += 2
			return true
		}
		return s.unexpected()
	case wrong, letter:
		return s.unexpected()
	}
	s.at++
	return s.operator()
}

// followedBy reports whether the byte behind the next one is c.
func (s *scanner) followedBy(c byte) bool { return s.at+1 < len(s.src) && s.src[s.at+1] == c }

// skipEquals takes the first byte of an operator whose second one is an equals
// sign.
func (s *scanner) skipEquals() {
	if s.followedBy('=') {
		s.at++
	}
}

// open takes an opening bracket. One behind an expression is an index, for
// which hclsyntax recurses until the expression ends; all are counted as such.
func (s *scanner) open(c byte) bool {
	kind := brace
	switch c {
	case '(':
		kind = paren
	case '[':
		kind = bracket
		if !s.operator() {
			return false
		}
	}
	s.at++
	return s.push(kind)
}

// close takes a closing bracket, which may be the end of a template.
func (s *scanner) close(c byte) bool {
	kind := frameKind(c)
	if kind == brace && s.top().kind == template {
		kind = template
	}
	ok := s.pop(kind)
	s.at++
	return ok
}

// equals takes an equals sign, which ends an expression, as that of an arrow
// does, or the operator of two.
func (s *scanner) equals() bool {
	if s.followedBy('=') {
		s.at += 2
		return s.operator()
	}
	s.at++
	s.endExpression()
	return true
}
