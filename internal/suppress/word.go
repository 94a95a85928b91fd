package suppress

import (
	"bytes"
	"unicode/utf8"

	"cmkify/internal/lazyregexp"
)

// suppressing are words without which no tool takes a comment for one that
// suppresses a check.
var suppressing = lazyregexp.New(`(?i)ignore|skip=|nosem|kics-scan`)

// suppresses reports whether a text has one of those words. Nearly all texts
// are ASCII, and looked through by the letters that the words begin with: the
// expression takes many times as long.
func suppresses(text []byte) bool {
	for i, c := range text {
		word := ""
		switch c {
		case 'i', 'I':
			word = "ignore"
		case 's', 'S':
			word = "skip="
		case 'n', 'N':
			word = "nosem"
		case 'k', 'K':
			word = "kics-scan"
		default:
			if c >= utf8.RuneSelf { // there are other cases of k and s
				return suppressing.Match(text)
			}
			continue
		}
		if end := i + len(word); end <= len(text) && bytes.EqualFold(text[i:end], []byte(word)) {
			return true
		}
	}
	return false
}
