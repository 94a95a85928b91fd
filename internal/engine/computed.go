package engine

import (
	"bytes"
	"path"
	"path/filepath"
	"slices"
	"strings"
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
	line, _, _ := bytes.Cut(after, []byte("\n"))
	value, assigned := bytes.CutPrefix(bytes.TrimLeft(line, " \t"), []byte("="))
	first, last := bytes.IndexByte(value, '"'), bytes.LastIndexByte(value, '"')
	if !assigned || first == last {
		return ""
	}
	text, _, _ := strings.Cut(string(value[first+1:last]), "?ref=")
	known := strings.LastIndex(text, "}") + 1
	if known == 0 && !(part && isLocal(text)) {
		return "" // it leads where it says
	}
	if tail := path.Clean("/" + text[known:]); tail != "/" {
		return tail
	}
	return ""
}

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
