package suppress

import (
	"strings"

	"cmkify/internal/terraform"
)

// readJSON reads ours of the comments of a file in JSON syntax: no scanner reads
// them.
func readJSON(f *terraform.File) *comments {
	c := &comments{}
	if !suppresses(f.Bytes) {
		return c
	}
	for _, comment := range f.Comments() {
		if word, rest, _ := strings.Cut(comment.Text, " "); strings.TrimSuffix(word, ":") == ownIgnore {
			line := commentLine{offset: comment.Offset, text: comment.Text}
			c.own = append(c.own, ignore{commentLine: line, keyword: ownIgnore, reason: ignoreReason(rest)})
		}
	}
	return c
}
