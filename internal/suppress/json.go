package suppress

import (
	"slices"
	"strings"

	"cmkify/internal/terraform"
)

// readJSON reads ours of the comments of a file in JSON syntax, which are
// members called "//": no scanner reads them.
// https://developer.hashicorp.com/terraform/language/syntax/json#comment-properties
func readJSON(f *terraform.File) *comments {
	c := &comments{}
	if root, err := f.ReadJSON(); err == nil && suppresses(f.Bytes) {
		c.addJSON(root)
	}
	slices.SortFunc(c.own, func(a, b ignore) int { return a.offset - b.offset })
	return c
}

// addJSON adds the comments in a value.
func (c *comments) addJSON(v terraform.JSONValue) {
	for _, m := range v.Members {
		if m.Key.Text != "//" {
			c.addJSON(m.Value)
			continue
		}
		for _, comment := range append([]terraform.JSONValue{m.Value}, m.Value.Elements...) {
			text := strings.TrimSpace(strings.TrimLeft(comment.Text, "#/ "))
			if word, rest, _ := strings.Cut(text, " "); strings.TrimSuffix(word, ":") == ownIgnore {
				line := commentLine{offset: comment.Start, text: text}
				c.own = append(c.own, ignore{commentLine: line, keyword: ownIgnore, reason: ignoreReason(rest)})
			}
		}
	}
	for _, element := range v.Elements {
		c.addJSON(element)
	}
}
