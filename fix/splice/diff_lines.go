package splice

import (
	"bytes"
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// maxCompared is how many lines, old and new together, go-diff is given at
// once. Its time grows with the square of them, and it panics from 1,112,061
// distinct ones on: a longer run is shown as replaced whole, which is as true.
const maxCompared = 4096

// A lineChange is the replacement of the old lines [start, end), counted from
// 0, by others. One of the two may be empty, but not both.
type lineChange struct {
	start, end int
	lines      []string
}

// lineChanges returns what the edits do to whole lines, in order, with at least
// one unchanged line between two changes. Only lines that edits touch are
// compared, so the time is linear in the file, and a line that no edit touches
// cannot be shown as changed.
func lineChanges(old []byte, edits []Edit) []lineChange {
	dmp := diffmatchpatch.New()
	dmp.DiffTimeout = 0 // else the result is not the shortest, and depends on the machine's speed
	var changes []lineChange
	for line, at := 0, 0; len(edits) > 0; {
		var s span
		s, edits = firstSpan(old, edits)
		line += bytes.Count(old[at:s.start], []byte("\n"))
		at = s.start
		now := line
		for _, d := range compare(dmp, string(old[s.start:s.end]), string(s.text)) {
			lines := splitLines(d.Text)
			if len(lines) == 0 {
				continue // else a hunk could be without a change
			}
			switch d.Type {
			case diffmatchpatch.DiffEqual:
				now += len(lines)
			case diffmatchpatch.DiffDelete:
				changes = addChange(changes, lineChange{now, now + len(lines), nil})
				now += len(lines)
			case diffmatchpatch.DiffInsert:
				changes = addChange(changes, lineChange{now, now, lines})
			}
		}
	}
	return changes
}

// addChange appends a change, as a part of the last one where the two touch.
func addChange(changes []lineChange, c lineChange) []lineChange {
	if n := len(changes); n > 0 && changes[n-1].end == c.start {
		last := &changes[n-1]
		last.end = c.end
		last.lines = append(last.lines, c.lines...)
		return changes
	}
	return append(changes, c)
}

// A span is the old bytes [start, end) and the text that edits make of them.
// Both start at the start of a line, and end with a line or with the file.
type span struct {
	start, end int
	text       []byte
}

// firstSpan returns the span of the first edit and of those behind it with no
// untouched line in between, and the edits that are left.
//
// A line is left alone by what is inserted above it only if a line starts there
// both before and after: "x" inserted there, or the end of the line above taken
// away, does touch it.
func firstSpan(old []byte, edits []Edit) (span, []Edit) {
	start := lineStart(old, edits[0].Start)
	s := span{start: start, end: start}
	for {
		e := edits[0]
		edits = edits[1:]
		s.text = append(append(s.text, old[s.end:e.Start]...), e.New...)
		s.end = e.End
		end := e.End
		if lineStart(old, end) != end || lineStart(s.text, len(s.text)) != len(s.text) {
			end = lineEnd(old, end)
		}
		if len(edits) == 0 || lineStart(old, edits[0].Start) > end {
			s.text = append(s.text, old[s.end:end]...)
			s.end = end
			return s, edits
		}
	}
}

// lineStart returns where the line starts that the offset is in.
func lineStart(text []byte, at int) int {
	return bytes.LastIndexByte(text[:at], '\n') + 1
}

// lineEnd returns where the line ends that the offset is in, its \n included.
func lineEnd(text []byte, at int) int {
	if n := bytes.IndexByte(text[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return len(text)
}

// compare returns how the lines of old become those of text.
func compare(dmp *diffmatchpatch.DiffMatchPatch, old, text string) []diffmatchpatch.Diff {
	if old == text {
		return nil
	}
	if strings.Count(old, "\n")+strings.Count(text, "\n") > maxCompared {
		return []diffmatchpatch.Diff{
			{Type: diffmatchpatch.DiffDelete, Text: old},
			{Type: diffmatchpatch.DiffInsert, Text: text},
		}
	}
	a, b, lines := dmp.DiffLinesToRunes(old, text)
	return dmp.DiffCharsToLines(dmp.DiffMainRunes(a, b, false), lines)
}

// splitLines cuts a text behind each \n and nowhere else, as diff does: a \r
// belongs to its line.
func splitLines(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if last := len(lines) - 1; lines[last] == "" {
		return lines[:last]
	}
	return lines
}
