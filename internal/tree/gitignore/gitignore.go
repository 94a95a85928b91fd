// Package gitignore matches paths with gitignore patterns exactly as git does.
// The text of a .gitignore file goes in, and the folder that the file lies in;
// what the file says of a path below that folder comes out. It reads nothing
// from disk, allocates nothing to match, and no pattern is an error. What an
// excluded folder holds is excluded by the caller, who does not enter it.
package gitignore

import "strings"

// A Verdict is what patterns say of a path.
type Verdict int8

// Undecided means that no pattern matches. The last pattern that does decides:
// one that begins with ! includes, any other one excludes.
const (
	Undecided Verdict = iota
	Excluded
	Included
)

// Patterns are those of one file, the later ones stronger. They match paths
// below the folder of the file, and no others.
type Patterns struct {
	base string // "", or the path of the folder with a slash at the end
	list []pattern
}

// A pattern is one line, without what its flags say.
type pattern struct {
	text    string // without ! in front, / in front, and / at the end
	literal int32  // how many bytes of the text are literal before the first special one
	flags   uint8
}

const (
	negative   uint8 = 1 << iota // begins with !
	folderOnly                   // ends with /
	lastName                     // has no other slash: matches the last name of a path
	starSuffix                   // is a star and a literal text
)

// Parse returns the patterns in the text of a .gitignore file. The folder that
// it lies in is a path with slashes, relative to what matched paths are
// relative to; "" means just that.
// https://github.com/git/git/blob/v2.52.0/dir.c (add_patterns_from_buffer)
func Parse(text, folder string) *Patterns {
	p := &Patterns{list: make([]pattern, 0, strings.Count(text, "\n")+1)}
	if folder != "" {
		p.base = folder + "/"
	}
	for line := range strings.Lines(strings.TrimPrefix(text, "\uFEFF")) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		line, _, _ = strings.Cut(strings.TrimSuffix(line, "\r"), "\x00") // as in C, NUL ends it
		p.Add(trim(line))
	}
	return p
}

// trim takes the spaces off the end of a line that no backslash escapes.
func trim(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		if line[i] == '\\' {
			i++
			end = i + 1
		} else if line[i] != ' ' {
			end = i + 1
		}
	}
	return line[:min(end, len(line))]
}

// Add adds a pattern that is stronger than the others. The text is taken as it
// is: # begins no comment, and spaces at its end count.
// https://github.com/git/git/blob/v2.52.0/dir.c (parse_path_pattern)
func (p *Patterns) Add(text string) {
	var flags uint8
	if rest, ok := strings.CutPrefix(text, "!"); ok {
		text, flags = rest, flags|negative
	}
	if rest, ok := strings.CutSuffix(text, "/"); ok {
		text, flags = rest, flags|folderOnly
	}
	if text == "" {
		return // matches nothing
	}
	if !strings.Contains(text, "/") {
		flags |= lastName
	}
	if text[0] == '*' && literal(text[1:]) == len(text)-1 {
		flags |= starSuffix
	}
	text = strings.TrimPrefix(text, "/")
	p.list = append(p.list, pattern{text, int32(literal(text)), flags})
}

// literal returns how many bytes of a pattern stand for themselves before the
// first one that does not.
func literal(text string) int {
	if i := strings.IndexAny(text, special); i >= 0 {
		return i
	}
	return len(text)
}

// Match returns what the patterns say of a path with slashes, which names a
// folder or a file. They do not look at the folders above it.
func (p *Patterns) Match(path string, folder bool) Verdict {
	below, ok := strings.CutPrefix(path, p.base)
	if !ok {
		return Undecided
	}
	last := below[strings.LastIndexByte(below, '/')+1:]
	for i := len(p.list) - 1; i >= 0; i-- {
		if rule := &p.list[i]; rule.match(below, last, folder) {
			return rule.verdict()
		}
	}
	return Undecided
}

// Allow drops the patterns that exclude a folder.
func (p *Patterns) Allow(path string) *Patterns {
	below, ok := strings.CutPrefix(path, p.base)
	if !ok {
		return p
	}
	last := below[strings.LastIndexByte(below, '/')+1:]
	out := &Patterns{base: p.base}
	for _, rule := range p.list {
		if rule.verdict() == Included || !rule.match(below, last, true) {
			out.list = append(out.list, rule)
		}
	}
	return out
}

func (p *pattern) verdict() Verdict {
	if p.flags&negative != 0 {
		return Included
	}
	return Excluded
}

// match reports whether a pattern matches a path, whose last name is given,
// too.
// https://github.com/git/git/blob/v2.52.0/dir.c (match_basename, match_pathname)
func (p *pattern) match(path, last string, folder bool) bool {
	if p.flags&folderOnly != 0 && !folder {
		return false
	}
	whole := int(p.literal) == len(p.text)
	switch {
	case p.flags&lastName == 0:
		if !strings.HasPrefix(path, p.text[:p.literal]) {
			return false
		}
		keep := max(int(p.literal)-1, 0) // so that stars know what stands before them
		return whole && len(path) == len(p.text) || !whole && wildmatch(p.text[keep:], path[keep:])
	case whole:
		return last == p.text
	case p.flags&starSuffix != 0:
		return strings.HasSuffix(last, p.text[1:])
	}
	return wildmatch(p.text, last)
}
