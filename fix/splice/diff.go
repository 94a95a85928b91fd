package splice

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// contextLines is how many unchanged lines a hunk shows on each side.
const contextLines = 3

// Diff returns the unified diff that turns old into what [Apply] makes of it,
// or "" when nothing changes. The path is the file's name as it shall stand
// after "a/" and "b/". The edits are those Apply takes, and what Apply refuses
// is refused here with the same error.
//
// There is no "diff --git" header: with one, git takes the path as relative to
// the root of the repository, and skips it without a word in a folder below.
func Diff(path string, old []byte, edits []Edit) (string, error) {
	if _, err := Apply(old, edits); err != nil {
		return "", err
	}
	changes := lineChanges(old, edits)
	if len(changes) == 0 {
		return "", nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", headerName("a/"+path), headerName("b/"+path))
	lines := splitLines(string(old))
	for grown := 0; len(changes) > 0; {
		n := 1
		for n < len(changes) && changes[n].start-changes[n-1].end <= 2*contextLines {
			n++
		}
		grown += writeHunk(&b, lines, changes[:n], grown)
		changes = changes[n:]
	}
	return b.String(), nil
}

// writeHunk writes neighbouring changes with their context as one hunk, and
// returns by how many lines they make the file longer; grown is by how many
// the hunks before it did.
func writeHunk(b *strings.Builder, old []string, changes []lineChange, grown int) int {
	start := max(0, changes[0].start-contextLines)
	end := min(len(old), changes[len(changes)-1].end+contextLines)
	more := 0
	for _, c := range changes {
		more += len(c.lines) - (c.end - c.start)
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n", lineRange(start, end-start), lineRange(start+grown, end-start+more))
	at := start
	for _, c := range changes {
		writeLines(b, ' ', old[at:c.start])
		writeLines(b, '-', old[c.start:c.end])
		writeLines(b, '+', c.lines)
		at = c.end
	}
	writeLines(b, ' ', old[at:end])
	return more
}

// lineRange writes the n lines after the first start ones: a 1 is left out, and
// where there are none the line before them is named.
func lineRange(start, n int) string {
	switch n {
	case 0:
		return fmt.Sprintf("%d,0", start)
	case 1:
		return fmt.Sprint(start + 1)
	}
	return fmt.Sprintf("%d,%d", start+1, n)
}

func writeLines(b *strings.Builder, sign byte, lines []string) {
	for _, line := range lines {
		b.WriteByte(sign)
		b.WriteString(line)
		if !strings.HasSuffix(line, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// headerName writes a name as git does after --- and +++: in C's quotes when a
// byte of it could end the line or be read as an escape, and with a TAB behind
// it when it has a space, where the name would otherwise be taken to end. Text
// in UTF-8 stays readable, as with git's core.quotePath=false. A last space is
// quoted too, unlike in git: patch would drop it.
func headerName(name string) string {
	var b strings.Builder
	for i, size := 0, 0; i < len(name); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(name[i:])
		char := name[i : i+size]
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + char)
		case '\a' <= r && r <= '\r':
			b.WriteString(`\` + string("abtnvfr"[r-'\a']))
		case unicode.IsControl(r) || r == utf8.RuneError && size == 1:
			for _, c := range []byte(char) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		default:
			b.WriteString(char)
		}
	}
	quoted := b.String()
	if quoted != name || strings.HasSuffix(name, " ") {
		quoted = `"` + quoted + `"`
	}
	if strings.Contains(name, " ") {
		quoted += "\t"
	}
	return quoted
}
