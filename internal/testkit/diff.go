package testkit

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// contextLines is how many unchanged lines a diff of a case shows on each side:
// fewer than the program does, since the input is right above.
const contextLines = 2

// noNewline marks a last line without line ending.
const noNewline = `\ No newline at end of file`

// A lineEdit replaces the lines [start, end) of the old text.
type lineEdit struct {
	start, end int
	lines      []string
}

// Diff returns a diff of one file, "" when nothing changes. It is made without
// the program's own code.
func Diff(name string, old, now []byte) string {
	edits := lineEdits(string(old), string(now))
	if len(edits) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n", name)
	lines := strings.SplitAfter(string(old), "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for len(edits) > 0 {
		n := 1
		for n < len(edits) && edits[n].start-edits[n-1].end <= 2*contextLines {
			n++
		}
		at := max(0, edits[0].start-contextLines)
		fmt.Fprintf(&b, "@@ %d @@\n", at+1)
		for _, e := range edits[:n] {
			write(&b, " ", lines[at:e.start])
			write(&b, "-", lines[e.start:e.end])
			write(&b, "+", e.lines)
			at = e.end
		}
		write(&b, " ", lines[at:min(len(lines), at+contextLines)])
		edits = edits[n:]
	}
	return b.String()
}

func write(b *strings.Builder, sign string, lines []string) {
	for _, l := range lines {
		b.WriteString(sign + strings.TrimSuffix(l, "\n") + "\n")
		if !strings.HasSuffix(l, "\n") {
			b.WriteString(noNewline + "\n")
		}
	}
}

// lineEdits returns what makes the new text of the old one.
func lineEdits(old, now string) []lineEdit {
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = 0
	a, b, table := dmp.DiffLinesToRunes(old, now)
	var out []lineEdit
	at := 0
	for _, d := range dmp.DiffCharsToLines(dmp.DiffMainRunes(a, b, false), table) {
		lines := strings.SplitAfter(d.Text, "\n")
		if lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
		}
		if d.Type == diffmatchpatch.DiffEqual {
			at += len(lines)
			continue
		}
		if n := len(out); n == 0 || out[n-1].end != at {
			out = append(out, lineEdit{start: at, end: at})
		}
		last := &out[len(out)-1]
		if d.Type == diffmatchpatch.DiffDelete {
			at += len(lines)
			last.end = at
		} else {
			last.lines = append(last.lines, lines...)
		}
	}
	return out
}

// hunkHeader is that of a case, or of a diff that the program prints.
var hunkHeader = regexp.MustCompile(`^@@ -?(\d+)(,\d+)?( \+\S+)? @@$`)

// Patch applies diffs of several files. What does not fit is an error.
func Patch(files map[string][]byte, diff []byte) error {
	name, old, at := "", []string(nil), 0
	var out []string
	finish := func() {
		if name != "" {
			files[name] = []byte(strings.Join(append(out, old[at:]...), ""))
		}
	}
	lines := strings.Split(strings.TrimSuffix(string(diff), "\n"), "\n")
	for i, l := range lines {
		if file, is := strings.CutPrefix(l, "--- "); is {
			finish()
			name, at, out = strings.TrimPrefix(file, "a/"), 0, nil
			if _, there := files[name]; !there {
				name = file
			}
			old = strings.SplitAfter(string(files[name]), "\n")
			continue
		}
		if m := hunkHeader.FindStringSubmatch(l); m != nil {
			start, _ := strconv.Atoi(m[1])
			if start-1 < at || start-1 > len(old) {
				return fmt.Errorf("%s: a hunk at line %d", name, start)
			}
			out = append(out, old[at:start-1]...)
			at = start - 1
			continue
		}
		if l == noNewline || l == "" || strings.HasPrefix(l, "+++ ") {
			continue
		}
		text := l[1:] + "\n"
		if i+1 < len(lines) && lines[i+1] == noNewline {
			text = l[1:]
		}
		if l[0] != '+' {
			if at >= len(old) || old[at] != text {
				return fmt.Errorf("%s: line %d is not %q", name, at+1, text)
			}
			at++
		}
		if l[0] != '-' {
			out = append(out, text)
		}
	}
	finish()
	return nil
}

// WrittenSection is the section of a case that holds a diff of its input to
// what the run writes.
const WrittenSection = "written"

// Written returns the files of the case as its run writes them, by what the
// case says.
func (c *Case) Written() (map[string][]byte, error) {
	files := map[string][]byte{}
	for name, data := range c.Input {
		files[name] = bytes.Clone(data)
	}
	for _, f := range c.Results {
		name, quoted := strings.CutSuffix(f.Name, QuotedSuffix)
		data := f.Data
		if quoted {
			var err error
			if data, err = Unquote(data); err != nil {
				return nil, err
			}
		}
		switch file, is := strings.CutPrefix(name, "out/"); {
		case is:
			files[file] = data
		case name == WrittenSection, name == "stdout" && bytes.HasPrefix(data, []byte("--- a/")):
			if err := Patch(files, data); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}

// WrittenSections returns the sections that tell what a run writes: a diff of
// the files that it changes, and those that it makes.
func WrittenSections(before, after map[string][]byte) (diff string, made []string) {
	var names []string
	for name := range after {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if old, there := before[name]; there {
			diff += Diff(name, old, after[name])
		} else {
			made = append(made, name)
		}
	}
	return diff, made
}
