package explain

import (
	"fmt"
	"strings"

	"golang.org/x/tools/txtar"

	"cmkify/golden"
)

// The sections of a golden case that a page does not show as its input.
const (
	stdout  = "stdout"
	stderr  = "stderr"
	written = "written"
)

// maxAdded is how many added lines in a row an example shows: a new key with
// its policy has forty.
const maxAdded = 12

// example returns what a golden case shows: its input, what cmkify says with
// that ID, and what it writes.
func example(name, id string) string {
	src, err := golden.Examples.ReadFile(name + ".txtar")
	if err != nil {
		panic(err) // it is not embedded
	}
	archive := txtar.Parse(src)
	said, diff := "", ""
	var input strings.Builder
	for _, f := range archive.Files {
		switch text := string(f.Data); f.Name {
		case stdout, "exit":
		case stderr:
			said = findings(text, id)
		case written:
			diff = text
		default:
			fmt.Fprintf(&input, "\n  # %s\n%s", f.Name, indent(text))
		}
	}
	var b strings.Builder
	sentence, _, _ := strings.Cut(string(archive.Comment), "\n")
	fmt.Fprintf(&b, "\nExample\n%s", indented("  ", "  ", sentence))
	b.WriteString(input.String())
	if said != "" {
		fmt.Fprintf(&b, "\n  cmkify says\n%s", said)
	}
	if diff != "" {
		fmt.Fprintf(&b, "\n  and writes\n%s", indent(Short(diff)))
	}
	return b.String()
}

// findings returns the lines on stderr that have the ID.
func findings(text, id string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.Contains(line, "["+id+"]") || strings.Contains(line, ": "+id) {
			b.WriteString(indented("    ", "      ", line))
		}
	}
	return b.String()
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// Short returns a diff without the end of its long runs of added lines.
func Short(diff string) string {
	var b strings.Builder
	lines := strings.SplitAfter(diff, "\n")
	for i := 0; i < len(lines); {
		n := i
		for n < len(lines) && strings.HasPrefix(lines[n], "+") && !strings.HasPrefix(lines[n], "+++") {
			n++
		}
		switch run := lines[i:n]; {
		case n == i:
			b.WriteString(lines[i])
			n++
		case len(run) <= maxAdded:
			b.WriteString(strings.Join(run, ""))
		default:
			b.WriteString(strings.Join(run[:maxAdded-2], ""))
			fmt.Fprintf(&b, "+  ... %d more lines\n", len(run)-maxAdded+2)
		}
		i = n
	}
	return b.String()
}
