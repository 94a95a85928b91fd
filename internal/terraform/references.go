package terraform

import (
	"bytes"
	"iter"
)

// references yields what may be the addresses that bytes refer to: the first two,
// and the first three, names of everything that looks like a traversal. What is
// in comments and strings is among them. A module call of which no output is named
// comes again with a dot behind it.
func references(src []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for at := 0; at < len(src); {
			if !inName[src[at]] {
				at++
				continue
			}
			start, end := at, at+wordLength(src[at:])
			names := [3][]byte{src[start:end]}
			at = end
			for n := 1; n < len(names); n++ {
				next := nextName(src[end:])
				if next >= 0 {
					at = end + next + wordLength(src[end+next:])
				} else if next = nextBehindIndex(src[end:]); next < 0 || n < 2 {
					break // what is in an index comes next
				}
				from := end + next
				end = from + wordLength(src[from:])
				names[n] = src[from:end]
				if !yield(address(src[start:end], names[:n+1])) {
					return
				}
			}
			if names[1] != nil && names[2] == nil && string(names[0]) == "module" && !yield(append(bytes.Join(names[:2], []byte(".")), '.')) {
				return
			}
		}
	}
}

// address returns names with dots between them, which make up a text.
func address(text []byte, names [][]byte) []byte {
	if bytes.ContainsAny(text, " \t\r\n#/[") {
		return bytes.Join(names, []byte("."))
	}
	return text
}

// nextName returns where the name begins that is behind a dot, with blanks
// around it; -1 when there is none.
func nextName(src []byte) int {
	at := blankLength(src)
	if at == len(src) || src[at] != '.' {
		return -1
	}
	at++
	at += blankLength(src[at:])
	if wordLength(src[at:]) == 0 {
		return -1
	}
	return at
}

// maxBetween is how many bytes may stand between the names of a traversal: an
// index, or a comment. It is not looked for beyond, so that time grows with the
// bytes.
const maxBetween = 1000

// nextBehindIndex returns where the name begins that is behind an index and a dot;
// -1 when there is none.
func nextBehindIndex(src []byte) int {
	if len(src) == 0 || src[0] != '[' {
		return -1
	}
	end := bytes.IndexByte(src[:min(len(src), maxBetween)], ']')
	if end < 0 || bytes.IndexByte(src[1:end], '[') >= 0 {
		return -1
	}
	next := nextName(src[end+1:])
	if next < 0 {
		return -1
	}
	return end + 1 + next
}

// blankLength returns how many bytes at the beginning are blanks, line ends and
// comments.
func blankLength(src []byte) int {
	src = src[:min(len(src), maxBetween)]
	at := 0
	for at < len(src) {
		end := -1
		switch rest := src[at:]; {
		case rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r' || rest[0] == '\n':
			end = 1
		case rest[0] == '#' || bytes.HasPrefix(rest, []byte("//")):
			end = bytes.IndexByte(rest, '\n') + 1
		case bytes.HasPrefix(rest, []byte("/*")):
			end = bytes.Index(rest[2:], []byte("*/")) + 4
			if end == 3 {
				end = 0 // it does not end here
			}
		}
		if end < 1 {
			return at
		}
		at += end
	}
	return at
}

// wordLength returns how many bytes at the beginning belong to one name.
func wordLength(src []byte) int {
	for i, c := range src {
		if !inName[c] {
			return i
		}
	}
	return len(src)
}

var inName = func() (table [256]bool) {
	for c := range table {
		table[c] = c == '_' || c == '-' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c >= 0x80
	}
	return table
}()
