package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"cmkify/detect"
)

// Text prints findings for people, one line each:
//
//	file:line:column: address: sentence [problem]; manual: sentence [reason]
//
// which editors and grep can read.
type Text struct {
	Out     io.Writer
	Verbose bool // compliant and suppressed tables too, and what led to each verdict
	Colour  bool
}

// Directory prints the findings of one directory.
func (t Text) Directory(r Result) error {
	var b strings.Builder
	said := map[string]bool{}
	for _, f := range r.Findings {
		if f.shown(t.Verbose) {
			b.WriteString(t.paint(f, line(f)) + "\n")
			if t.Verbose {
				b.WriteString(why(f, said))
			}
		}
	}
	if t.Verbose {
		b.WriteString(notCreated(r))
	}
	_, err := io.WriteString(t.Out, b.String())
	return err
}

// notCreated returns the tables that are not created, a line each, with what says
// so.
func notCreated(r Result) string {
	var b strings.Builder
	for _, n := range r.NotCreated {
		b.WriteString(n.text() + "\n")
		for _, l := range n.Why {
			b.WriteString("    " + l.text() + "\n")
		}
	}
	return b.String()
}

// End prints nothing: the summary is not part of the findings.
func (t Text) End(*Totals) error { return nil }

var colouredWords = strings.NewReplacer(
	"; warning:", "; "+yellow+"warning:"+reset, "; manual:", "; "+red+"manual:"+reset, "; unknown:", "; "+yellow+"unknown:"+reset,
)

// paint paints the place and the words that tell of a finding what is left.
func (t Text) paint(f *Finding, line string) string {
	if !t.Colour {
		return line
	}
	at := Escape(fmt.Sprintf("%s:%d:%d: %s:", f.File, f.Line, f.Column, f.Address))
	return bold + at + reset + colouredWords.Replace(strings.TrimPrefix(line, at))
}

// shown reports whether people want to see a finding.
func (f *Finding) shown(verbose bool) bool {
	return verbose || f.Status != detect.Compliant && f.Status != detect.Suppressed
}

func line(f *Finding) string {
	var parts []string
	problems := joined(f.Problems)
	for _, p := range problems {
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
	if f.Calls > 1 && len(problems) > 0 {
		parts = slices.Insert(parts, len(problems), fmt.Sprintf("reached by %d calls", f.Calls))
	}
	for _, w := range f.Warnings {
		parts = append(parts, fmt.Sprintf("warning: %s [%s]", w.Message, w.ID))
	}
	return Escape(fmt.Sprintf("%s:%d:%d: %s: %s", f.File, f.Line, f.Column, f.Address, strings.Join(parts, "; ")))
}

// text is how a line is printed.
func (l Line) text() string {
	return Escape(fmt.Sprintf("%s:%d:%d: %s", l.File, l.Line, l.Column, l.Text))
}

// why returns what led to a verdict, a line each, indented. What is said of the
// choice of keys is often the same for all tables of a directory: it is noted, and
// not said again.
func why(f *Finding, said map[string]bool) string {
	var b strings.Builder
	for i, l := range f.Trace {
		text := l.text()
		if i < len(f.Trace)-f.notes || !said[text] {
			fmt.Fprintf(&b, "    %s\n", text)
		}
		said[text] = true
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
	if s.Calls > 0 {
		line += ", " + plural(s.Calls, "module call", "module calls")
	}
	if len(counts) > 0 {
		line += ": " + strings.Join(counts, ", ")
	}
	if s.Directories == 0 && s.Errors == 0 {
		line += ": no Terraform files found"
	}
	if s.Errors > 0 {
		line += "; " + plural(s.Errors, "error", "errors")
	}
	switch {
	case s.NotCreated == 1:
		line += "; 1 table is not created"
	case s.NotCreated > 1:
		line += fmt.Sprintf("; %d tables are not created", s.NotCreated)
	}
	if s.NotSelected > 0 {
		line += "; " + plural(s.NotSelected, "table", "tables") + " not selected (--only, --skip)"
	}
	if s.Examples > 0 {
		line += "; " + plural(s.Examples, "table", "tables") + " in examples and tests left alone (--include-examples)"
	}
	return line
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
