package report

import (
	"fmt"
	"unicode/utf16"
)

// lineHashes returns what GitHub calls primaryLocationLineHash, of each line of
// a file: a hash of the hundred characters from the start of the line, spaces
// and tabs left out, and how often it has come in the file. So an alert stays
// the same when lines are added above it.
// https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning#data-for-preventing-duplicated-alerts
func lineHashes(src []byte) []string {
	const (
		block = 100
		base  = 37
		end   = 0xFFFF
	)
	var characters []uint16
	starts := []int{0}
	units := utf16.Encode([]rune(string(src)))
	for i, c := range units {
		switch {
		case c == ' ', c == '\t', c == '\n' && i > 0 && units[i-1] == '\r':
			continue
		case c == '\r':
			c = '\n'
		}
		if characters = append(characters, c); c == '\n' {
			starts = append(starts, len(characters))
		}
	}
	characters = append(append(characters, end), make([]uint16, block)...)
	out, seen := make([]string, len(starts)), map[uint64]int{}
	for line, start := range starts {
		hash := uint64(0)
		for _, c := range characters[start : start+block] {
			hash = hash*base + uint64(c)
		}
		seen[hash]++
		out[line] = fmt.Sprintf("%x:%d", hash, seen[hash])
	}
	return out
}
