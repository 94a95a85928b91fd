package terraform

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// Mentions reports whether any file of the directory, parsed or not, holds an
// address as a whole word: declared, moved, imported or referred to. The
// address is a prefix, which ends in a dot, and a name. A prefix that begins with
// a dot is looked for in addresses that lead into modules that are called.
func (m *Module) Mentions(prefix, name string) bool {
	if m.mentioned == nil {
		m.mentioned = map[string]map[string]bool{}
	}
	if m.mentioned[prefix] == nil {
		names := map[string]bool{}
		for _, f := range m.byPath {
			wordsBehind(f.Bytes, prefix, names)
		}
		m.mentioned[prefix] = names
	}
	return m.mentioned[prefix][name]
}

// wordsBehind adds to names those that stand behind a prefix, where that is
// not the end of a longer word.
func wordsBehind(src []byte, prefix string, names map[string]bool) {
	inWord := func(c rune) bool { return c == '_' || c == '-' || unicode.IsLetter(c) || unicode.IsDigit(c) }
	for at := 0; ; {
		i := bytes.Index(src[at:], []byte(prefix))
		if i < 0 {
			return
		}
		before, _ := utf8.DecodeLastRune(src[:at+i])
		at += i + len(prefix)
		rest := src[at:]
		end := bytes.IndexFunc(rest, func(c rune) bool { return !inWord(c) })
		if end < 0 {
			end = len(rest)
		}
		if prefix[0] == '.' || !inWord(before) && before != '.' {
			names[string(rest[:end])] = true
		}
	}
}
