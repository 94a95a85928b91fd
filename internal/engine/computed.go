package engine

import (
	"bytes"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cmkify/internal/lazyregexp"
)

// addEnds adds what sources end in to a list, each once, that a file has which
// others of Terragrunt's include: also those that are relative to these.
func addEnds(list []string, src []byte) []string {
	findWords(src, func(word string, end int) {
		if start := end - len(word); word == sourceWord && (start == 0 || !isWord(src[start-1])) {
			list = addEnd(list, src[end:], true)
		}
	})
	return list
}

// addEnd adds to a list what the source ends in that is given behind its name, if
// something else begins it, such as a function of Terragrunt's or a local of
// OpenTofu's: "/modules/orders" for "${get_repo_root()}/modules//orders?ref=v1".
// https://terragrunt.gruntwork.io/docs/reference/hcl/functions/
// https://opentofu.org/docs/language/modules/sources/#support-for-variable-and-local-evaluation
func addEnd(list []string, after []byte, part bool) []string {
	if tail := endOf(after, part); tail != "" && !slices.Contains(list, tail) {
		list = append(list, tail)
	}
	return list
}

// endOf returns the end of the source that is given behind its name, as a path
// that begins with a slash; "" where there is none. In a part a relative one is
// relative to something else.
func endOf(after []byte, part bool) string {
	text := strings.TrimSuffix(strings.TrimSuffix(wholeText(after), `"}`), `\`) // a text in an interpolation
	text, _, _ = strings.Cut(text, "?ref=")
	known := strings.LastIndex(text, "}") + 1
	if known == 0 && !(part && isLocal(text)) {
		return "" // it leads where it says
	}
	if tail := path.Clean("/" + text[known:]); tail != "/" {
		return tail
	}
	return ""
}

// wholeText returns the text that is given behind the name of an attribute, in HCL
// or JSON, with what stands in its interpolations, quotes among it; "" for anything
// else.
func wholeText(after []byte) string {
	line, _, _ := bytes.Cut(after, []byte("\n"))
	if value, is := bytes.CutPrefix(bytes.TrimLeft(line, " \t"), []byte("=")); is {
		if first, last := bytes.IndexByte(value, '"'), bytes.LastIndexByte(value, '"'); first < last {
			return string(value[first+1 : last])
		}
		return ""
	}
	if text := jsonText.FindStringSubmatch(string(line)); text != nil {
		return text[1]
	}
	return ""
}

// jsonText is what follows the name of a member whose value is a string.
var jsonText = lazyregexp.New(`^"\s*:\s*"((?:[^"\\]|\\.)*)"`)

// markComputed marks the directories that a source may lead to of which the end is
// known.
func (x *index) markComputed() {
	ends := map[string]bool{}
	for _, e := range x.entries {
		for _, end := range e.ends {
			ends[end] = true
		}
	}
	for _, e := range x.entries {
		if len(ends) == 0 || e.files == 0 {
			continue
		}
		disk := filepath.ToSlash(e.dir.Disk())
		for i := range disk {
			e.stacked = e.stacked || disk[i] == '/' && ends[disk[i:]]
		}
	}
}
