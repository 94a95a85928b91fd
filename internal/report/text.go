package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/terraform"
)

// Text prints findings for people, one line each:
//
//	file:line:column: address: sentence [problem]; manual: sentence [reason]
//
// and on a terminal grouped by directory, a line for each thing to know.
type Text struct {
	Out      io.Writer
	Verbose  bool // compliant and suppressed tables too, and what led to each verdict
	Terminal bool
	Colour   bool
}

// Directory prints the findings of one directory.
func (t Text) Directory(r Result) error {
	var b strings.Builder
	for _, f := range r.Findings {
		if !t.Verbose && (f.Status == detect.Compliant || f.Status == detect.Suppressed) {
			continue
		}
		if t.Terminal {
			if b.Len() == 0 {
				b.WriteString(t.paint(bold, Escape(r.Dir)) + "\n")
			}
			t.group(&b, f)
		} else {
			b.WriteString(line(f) + "\n")
		}
		if t.Verbose {
			b.WriteString(why(f))
		}
	}
	_, err := io.WriteString(t.Out, b.String())
	return err
}

// group writes a finding as a few lines.
func (t Text) group(b *strings.Builder, f *Finding) {
	colour := map[detect.Status]string{detect.Fixed: green, detect.Compliant: green, detect.Fixable: yellow, detect.Manual: red, detect.Unknown: yellow}[f.Status]
	fmt.Fprintf(b, "  %s %s %s\n", Escape(fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)), t.paint(bold, Escape(f.Address)), t.paint(colour, string(f.Status)))
	for _, p := range f.Problems {
		fmt.Fprintf(b, "    %s [%s]\n", Escape(p.Message), p.ID)
	}
	for _, k := range f.Keys {
		if k.Action != keys.Used {
			fmt.Fprintf(b, "    %s: %s (%s)\n", Escape(k.For), Escape(k.Ref), k.Action)
		}
	}
	if f.Reason != nil {
		fmt.Fprintf(b, "    %s [%s]\n", t.paint(colour, Escape(f.Reason.Message)), f.Reason.ID)
	}
	for _, w := range f.Warnings {
		fmt.Fprintf(b, "    %s %s [%s]\n", t.paint(yellow, "warning:"), Escape(w.Message), w.ID)
	}
}

func (t Text) paint(colour, text string) string {
	if !t.Colour || colour == "" {
		return text
	}
	return colour + text + reset
}

// End prints nothing: the summary is not part of the findings.
func (t Text) End(*Totals) error { return nil }

func line(f *Finding) string {
	var parts []string
	for _, p := range f.Problems {
		parts = append(parts, fmt.Sprintf("%s [%s]", p.Message, p.ID))
	}
	switch {
	case f.Reason != nil:
		parts = append(parts, fmt.Sprintf("%s: %s [%s]", f.Status, f.Reason.Message, f.Reason.ID))
	case f.Status == detect.Fixed:
		parts = append(parts, "fixed")
	case f.Status != detect.Fixable:
		parts = append(parts, detect.Sentence(detect.StatusKind, f.Status))
	}
	for _, w := range f.Warnings {
		parts = append(parts, fmt.Sprintf("warning: %s [%s]", w.Message, w.ID))
	}
	return Escape(fmt.Sprintf("%s:%d:%d: %s: %s", f.File, f.Line, f.Column, f.Address, strings.Join(parts, "; ")))
}

// why returns what led to a verdict, a line each, indented.
func why(f *Finding) string {
	var b strings.Builder
	for _, l := range f.Trace {
		fmt.Fprintf(&b, "    %s\n", Escape(fmt.Sprintf("%s:%d:%d: %s", l.File, l.Line, l.Column, l.Text)))
	}
	if s := f.Suppression; s != nil {
		text := fmt.Sprintf("%s:%d:%d: suppressed by %s", s.File, s.Line, s.Column, s.ID)
		if s.Reason != "" {
			text += ": " + s.Reason
		}
		fmt.Fprintf(&b, "    %s\n", Escape(text))
	}
	return b.String()
}

// Line returns the one line that closes a run: what was found, by status.
func (s Summary) Line() string {
	var counts []string
	for _, c := range []struct {
		n    int
		name string
	}{
		{s.Compliant, "compliant"}, {s.Fixed, "fixed"}, {s.Fixable, "fixable"}, {s.Manual, "manual"},
		{s.Unknown, "unknown"}, {s.Suppressed, "suppressed"},
	} {
		if c.n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", c.n, c.name))
		}
	}
	line := fmt.Sprintf("%s in %s", plural(s.Tables, "table", "tables"), plural(s.Directories, "directory", "directories"))
	if len(counts) > 0 {
		line += ": " + strings.Join(counts, ", ")
	}
	if s.Errors > 0 {
		line += "; " + plural(s.Errors, "error", "errors")
	}
	return line
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// Error returns an error as one line.
func Error(e terraform.Error) string { return Escape(e.Error()) }
