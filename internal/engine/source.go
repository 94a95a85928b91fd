package engine

import (
	"bytes"
	"slices"
	"strings"
)

// sources returns what may be the sources of module calls: the text behind every
// word source, an equal sign or colon, and a quote. Some may stand in comments
// and strings, or be of something else.
func sources(src []byte) []string {
	var out []string
	for {
		i := bytes.Index(src, []byte("source"))
		if i < 0 {
			return out
		}
		word := i == 0 || !isWord(src[i-1])
		src = src[i+len("source"):]
		if !word {
			continue
		}
		if text := quotedValue(src); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
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

func isLocal(source string) bool {
	return strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") || strings.HasPrefix(source, "/") || source == "." || source == ".."
}
