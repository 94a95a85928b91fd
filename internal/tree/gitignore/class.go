package gitignore

import "strings"

// class reports whether a class of bytes, which a pattern begins with, has a
// byte. It returns how many bytes of the pattern the class is; 0 if it has no
// end, or names a class that there is none of.
func class(pattern string, b byte) (int, bool) {
	i := 1
	negated := strings.HasPrefix(pattern[i:], "!") || strings.HasPrefix(pattern[i:], "^")
	if negated {
		i++
	}
	has := false
	var from byte // what a range may begin with; 0 for nothing
	for first := i; i == first || i < len(pattern) && pattern[i] != ']'; {
		n, in, last := member(pattern[i:], b, from)
		if n == 0 {
			return 0, false
		}
		i, has, from = i+n, has || in, last
	}
	if i >= len(pattern) {
		return 0, false
	}
	return i + 1, has != negated
}

// member reports whether the first member of the rest of a class is a byte, or
// has it. It returns the length of the member, 0 if it has no end, and what a
// range may begin with after it. from is that of the member before.
func member(rest string, b, from byte) (n int, in bool, last byte) {
	switch {
	case rest == "" || rest == `\`:
		return 0, false, 0
	case rest[0] == '\\':
		return 2, b == rest[1], rest[1]
	case rest[0] == '-' && from != 0 && len(rest) > 1 && rest[1] != ']':
		n, to := 2, rest[1]
		if to == '\\' {
			if len(rest) == 2 {
				return 0, false, 0
			}
			n, to = 3, rest[2]
		}
		return n, from <= b && b <= to, 0
	case strings.HasPrefix(rest, "[:"):
		end := strings.IndexByte(rest[2:], ']')
		if end < 0 {
			return 0, false, 0
		}
		if name, ok := strings.CutSuffix(rest[2:2+end], ":"); ok {
			in, known := named(name, b)
			if !known {
				return 0, false, 0
			}
			return 2 + end + 1, in, 0
		}
	}
	return 1, b == rest[0], rest[0]
}

// named reports whether a POSIX class has a byte. They are ASCII's, and git's
// space is one of four.
// https://github.com/git/git/blob/v2.52.0/ctype.c
func named(name string, b byte) (in, known bool) {
	upper, lower, digit := 'A' <= b && b <= 'Z', 'a' <= b && b <= 'z', '0' <= b && b <= '9'
	graph := ' ' < b && b < 0x7F
	switch name {
	case "alnum":
		return upper || lower || digit, true
	case "alpha":
		return upper || lower, true
	case "blank":
		return b == ' ' || b == '\t', true
	case "cntrl":
		return b < ' ' || b == 0x7F, true
	case "digit":
		return digit, true
	case "graph":
		return graph, true
	case "lower":
		return lower, true
	case "print":
		return graph || b == ' ', true
	case "punct":
		return graph && !upper && !lower && !digit, true
	case "space":
		return b == ' ' || b == '\t' || b == '\n' || b == '\r', true
	case "upper":
		return upper, true
	case "xdigit":
		return digit || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F', true
	}
	return false, false
}
