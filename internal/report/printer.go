package report

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"golang.org/x/term"
)

// An Output is a format and where it goes: a file, or stdout when File is "".
type Output struct{ Format, File string }

// Settings say what of a run is printed, and where to.
type Settings struct {
	Stdout, Stderr io.Writer
	Outputs        []Output
	Document       bool   // one of the outputs stands on stdout, in the place of what a run prints there by itself
	DryRun, Check  bool   // nothing is written; the diff, or the findings, are what stdout is for
	Quiet, Verbose bool   // no findings and no summary; more of them
	Color          string // "auto", "always" or "never"
	Version        string // of cmkify
}

// A Printer prints a run: the findings for people, the diff, the formats that
// were asked for, and the summary.
type Printer struct {
	Settings
	formats      []Format
	files        []io.Closer
	repositories Repositories
	progress     *Progress
	totals       Totals
}

// NewPrinter opens the outputs. A file that cannot be made is an error.
func NewPrinter(s Settings) (*Printer, error) {
	p := &Printer{Settings: s, totals: Totals{begun: time.Now(), writing: !s.DryRun && !s.Check}}
	people := s.Stderr
	if s.Check {
		people = s.Stdout
	}
	if !s.Quiet && !(s.Document && s.Check) {
		p.formats = append(p.formats, p.people(people))
	}
	for _, o := range s.Outputs {
		out := s.Stdout
		switch {
		case o.File != "":
			file, err := os.Create(o.File)
			if err != nil {
				return nil, err
			}
			out, p.files = file, append(p.files, file)
		case !s.Document:
			continue // text on stdout is what is printed anyway
		}
		p.formats = append(p.formats, New(o.Format, Options{Out: out, Version: s.Version, Verbose: s.Verbose, Edits: !s.Check}))
	}
	if !s.Quiet && isTerminal(s.Stderr) && !isTerminal(s.Stdout) {
		p.progress = NewProgress(s.Stderr)
	}
	return p, nil
}

// people returns the format of the findings that people read.
func (p *Printer) people(out io.Writer) Format {
	if isTerminal(out) {
		return &Terminal{Out: out, Verbose: p.Verbose, Colour: p.colours(out), Width: widthOf(out)}
	}
	return Text{Out: out, Verbose: p.Verbose, Colour: p.colours(out)}
}

// NeedsEdits reports whether results must have edits.
func (p *Printer) NeedsEdits() bool {
	return !p.Check || slices.ContainsFunc(p.Outputs, func(o Output) bool { return needsEdits(o.Format) })
}

// NeedsSources reports whether results must have what was read.
func (p *Printer) NeedsSources() bool {
	return slices.ContainsFunc(p.Outputs, func(o Output) bool { return needsSources(o.Format) })
}

// NeedsDiff reports whether results must have one.
func (p *Printer) NeedsDiff() bool {
	return p.DryRun || !p.Check && slices.ContainsFunc(p.Outputs, func(o Output) bool { return needsDiff(o.Format) })
}

// Directory prints what was found and done in one directory.
func (p *Printer) Directory(r Result) error {
	p.progress.Pause()
	defer p.progress.Step()
	if r.Disk != "" {
		r.Repository = p.repositories.Of(r.Disk, r.Dir)
	}
	p.totals.Add(r)
	if r.Files == 0 && len(r.Errors)+len(r.Findings) == 0 {
		return nil // of a repository's root there is nothing to print but its totals
	}
	if r.Diff != "" && p.DryRun && !p.Document {
		if r.Base != "" && !p.Quiet {
			fmt.Fprintf(p.Stderr, "%s: the paths of its diff are relative to %s\n", Escape(r.Dir), Escape(r.Base))
		}
		if _, err := io.WriteString(p.Stdout, Diff(r.Diff, p.coloursDiff())); err != nil {
			return err
		}
	}
	for _, f := range p.formats {
		if err := f.Directory(r); err != nil {
			return err
		}
	}
	return nil
}

// Note prints a line that people may want to know.
func (p *Printer) Note(text string) {
	if !p.Quiet {
		p.Line(text)
	}
}

// Line prints a line for people, as that about an error.
func (p *Printer) Line(text string) {
	p.progress.Pause()
	fmt.Fprintln(p.Stderr, Escape(text))
}

// End finishes the formats, closes their files and prints the summary.
func (p *Printer) End() error {
	p.progress.Stop()
	var err error
	for _, f := range p.formats {
		err = errors.Join(err, f.End(&p.totals))
	}
	for _, f := range p.files {
		err = errors.Join(err, f.Close())
	}
	if !p.Quiet {
		fmt.Fprint(p.Stderr, p.totals.Text())
	}
	return err
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// colours reports whether an output takes colours: as the flag says, else as
// the environment does, else if it is a terminal.
// https://no-color.org https://force-color.org https://bixense.com/clicolors
func (p *Printer) colours(w io.Writer) bool {
	on := func(name string) bool { v := os.Getenv(name); return v != "" && v != "0" }
	switch {
	case p.Color != "auto":
		return p.Color == "always"
	case os.Getenv("NO_COLOR") != "", os.Getenv("FORCE_COLOR") == "0":
		return false
	case on("FORCE_COLOR"), on("CLICOLOR_FORCE"):
		return true
	}
	return os.Getenv("CLICOLOR") != "0" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}

// coloursDiff reports whether the diff on stdout is coloured. In a pipe only the
// flag can tell: CI forces colours by the environment, and what is coloured
// cannot be applied.
func (p *Printer) coloursDiff() bool {
	return p.colours(p.Stdout) && (p.Color == "always" || isTerminal(p.Stdout))
}
