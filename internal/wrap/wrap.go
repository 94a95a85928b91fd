// Package wrap breaks text into lines. A text and a width go in; lines come out,
// whose words are apart by one space.
package wrap

import (
	"strings"
	"unicode/utf8"
)

// Lines returns the words of a text in lines of at most so many characters; a
// word that is longer has a line of its own. There is at least one line.
func Lines(text string, width int) []string {
	var out []string
	line, length := "", 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		if length > 0 && length+1+n > width {
			out = append(out, line)
			line, length = "", 0
		}
		if length > 0 {
			line, length = line+" ", length+1
		}
		line, length = line+word, length+n
	}
	return append(out, line)
}
