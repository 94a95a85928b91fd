package report

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/wrap"
)

// Terminal prints findings for people who look at a screen: by directory, a few
// lines each, wrapped at its width, the commands of a warning in a block. What
// is long is said once a run.
type Terminal struct {
	Out     io.Writer
	Verbose bool // as of Text
	Colour  bool
	Width   int // in columns

	said map[string]bool // sentences, by their ID
}

// minWidth is below which no line is broken any further.
const minWidth = 40

// widthOf returns the columns of a terminal, 80 where it does not tell.
func widthOf(w io.Writer) int {
	if file, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			return max(width, minWidth)
		}
	}
	return 80
}

// Directory prints the findings of one directory.
func (t *Terminal) Directory(r Result) error {
	var b strings.Builder
	said := map[string]bool{}
	head := func() {
		if b.Len() == 0 {
			b.WriteString(t.paint(bold, Escape(r.Dir)) + "\n")
		}
	}
	for _, f := range r.Findings {
		if !f.shown(t.Verbose) {
			continue
		}
		head()
		t.finding(&b, f)
		if t.Verbose {
			b.WriteString(why(f, said))
		}
	}
	if t.Verbose && len(r.NotCreated) > 0 {
		head()
		for l := range strings.Lines(notCreated(r)) {
			b.WriteString("  " + l)
		}
	}
	_, err := io.WriteString(t.Out, b.String())
	return err
}

// End prints nothing: the summary is not part of the findings.
func (t *Terminal) End(*Totals) error { return nil }

// finding writes a finding as a few lines.
func (t *Terminal) finding(b *strings.Builder, f *Finding) {
	colour := map[detect.Status]string{detect.Fixed: green, detect.Compliant: green, detect.Fixable: yellow, detect.Manual: red, detect.Unknown: yellow}[f.Status]
	fmt.Fprintf(b, "  %s %s %s\n", Escape(fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)), t.paint(bold, Escape(f.Address)), t.paint(colour, string(f.Status)))
	for _, p := range joined(f.Problems) {
		t.lines(b, "", "", fmt.Sprintf("%s [%s]", p.Message, p.ID))
	}
	for _, k := range f.Keys {
		if k.Action != keys.Used {
			t.lines(b, "", "", fmt.Sprintf("%s: %s (%s)", k.For, k.Ref, action(f, k)))
		}
	}
	for _, l := range f.PassedOver {
		if !t.Verbose && t.first(l.Text) {
			t.lines(b, "", "", l.Text)
		}
	}
	if f.Reason != nil {
		t.lines(b, "", colour, t.once(detect.ReasonKind, f.Reason.ID, f.Reason.Message))
	}
	for _, w := range f.Warnings {
		message := strings.TrimSpace(strings.TrimSuffix(w.Message, strings.Join(w.Commands, "; ")))
		t.lines(b, "warning:", yellow, t.once(detect.WarningKind, w.ID, message))
		for _, c := range w.Commands {
			fmt.Fprintf(b, "      %s\n", Escape(c))
		}
	}
}

// action says what becomes of a key; no key is created by a run that writes
// nothing.
func action(f *Finding, k Key) string {
	if k.Action == keys.Created && f.Status != detect.Fixed {
		return "to be created"
	}
	return string(k.Action)
}

// once returns a message with its ID or, when its sentence has been said in this
// run, what of it is about this table alone.
func (t *Terminal) once(kind detect.Kind, id, message string) string {
	sentence := strings.TrimSpace(detect.Sentence(kind, id))
	rest, standard := strings.CutPrefix(message, sentence)
	if !standard {
		sentence, rest = message, ""
	}
	if !t.first(sentence) {
		message = strings.TrimLeft(rest, " :;")
	}
	return strings.TrimSpace(fmt.Sprintf("%s [%s]", message, id))
}

// first reports whether a sentence has not been said in this run.
func (t *Terminal) first(sentence string) bool {
	if t.said == nil {
		t.said = map[string]bool{}
	}
	first := !t.said[sentence]
	t.said[sentence] = true
	return first
}

// lines writes text in lines of the terminal's width, indented. A word in front
// is painted, else the whole text.
func (t *Terminal) lines(b *strings.Builder, first, colour, text string) {
	for i, line := range wrap.Lines(strings.TrimSpace(first+" "+Escape(text)), t.Width-4) {
		switch {
		case first == "":
			line = t.paint(colour, line)
		case i == 0:
			line = t.paint(colour, first) + strings.TrimPrefix(line, first)
		}
		fmt.Fprintf(b, "    %s\n", line)
	}
}

func (t *Terminal) paint(colour, text string) string {
	if !t.Colour || colour == "" {
		return text
	}
	return colour + text + reset
}
