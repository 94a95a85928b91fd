package engine

import (
	"bytes"
	"slices"
	"strings"
)

// sourceOf returns what may be the source of a module call: the text behind the
// word source, an equal sign or colon, and a quote; "" for none. It may stand in
// a comment or string, or be of something else.
func sourceOf(before, after []byte) string {
	if start := len(before) - len(sourceWord); start > 0 && isWord(before[start-1]) {
		return ""
	}
	return quotedValue(after)
}

func isWord(c byte) bool {
	return c == '_' || c == '-' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c >= 0x80
}

// quotedValue returns a text that is given behind the name of an attribute, as
// HCL or JSON; "" for anything else.
func quotedValue(src []byte) string {
	rest := bytes.TrimLeft(bytes.TrimPrefix(src, []byte(`"`)), " \t")
	if len(rest) == 0 || rest[0] != '=' && rest[0] != ':' {
		return ""
	}
	rest, quoted := bytes.CutPrefix(bytes.TrimLeft(rest[1:], " \t\r\n"), []byte(`"`))
	end := bytes.IndexAny(rest, "\"\n")
	if !quoted || end < 0 {
		return ""
	}
	return string(rest[:end])
}

// addSources adds the local sources that bytes name to a list, each once.
func addSources(list []string, src []byte) []string {
	findWords(src, func(word string, end int) {
		if word != sourceWord {
			return
		}
		if source := sourceOf(src[:end], src[end:]); isLocal(source) && !slices.Contains(list, source) {
			list = append(list, source)
		}
	})
	return list
}

func isLocal(source string) bool {
	return strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") || strings.HasPrefix(source, "/") || source == "." || source == ".."
}
