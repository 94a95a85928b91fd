package scan

// inQuotes and inHeredoc hold the bytes that mean something in strings.
var (
	inQuotes  = set("\"\\$%\r\n")
	inHeredoc = set("$%\r\n")
)

func set(chars string) (table [256]bool) {
	for i := range len(chars) {
		table[chars[i]] = true
	}
	return table
}

// openQuote takes a quote, and the whole string if it is one without escapes
// and templates.
func (s *scanner) openQuote() bool {
	src, at := s.src, s.at+1
	for at < len(src) && !inQuotes[src[at]] {
		at++
	}
	if at < len(src) && src[at] == '"' {
		start := s.at
		s.at = at + 1
		return s.text(start, at)
	}
	s.at++
	return s.push(quote)
}

// quoted takes a quoted string up to its end, or to a template in it.
func (s *scanner) quoted() bool {
	src, start := s.src, s.at
	for at := start; at < len(src); at++ {
		if !inQuotes[src[at]] {
			continue
		}
		s.at = at
		switch src[at] {
		case '"':
			s.at++
			return s.text(start, at) && s.pop(quote)
		case '\\':
			if at+1 < len(src) && src[at+1] != '\r' && src[at+1] != '\n' {
				at++
			}
		case '$', '%':
			return s.text(start, at) && s.sequence()
		default:
			return s.invalid(at, "a line end in a quoted string")
		}
	}
	return s.invalid(len(src), "a string that does not end")
}

// sequence takes what a dollar or percent sign in a string begins: a template,
// an escape of one, or nothing.
func (s *scanner) sequence() bool {
	c, rest := s.src[s.at], s.src[s.at+1:]
	switch {
	case len(rest) > 0 && rest[0] == '{':
		s.at += 2
		if len(rest) > 1 && rest[1] == '~' {
			s.at++
		}
		// A directive nests what stands between it and its end.
		return (c != '%' || s.operator()) && s.push(template)
	case len(rest) > 1 && rest[0] == c && rest[1] == '{':
		s.at += 3
	default:
		s.at++
	}
	return true
}
