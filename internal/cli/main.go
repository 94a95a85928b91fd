package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"cmkify/detect"
	"cmkify/fix"
	"cmkify/fix/keys"
	"cmkify/internal/engine"
	"cmkify/internal/report"
	"cmkify/internal/tree"
)

// The exit statuses. The highest one that applies wins.
const (
	ExitDone        = 0   // nothing is left to do
	ExitLeft        = 1   // something is left for a person or, without writing, to fix
	ExitTrouble     = 2   // usage, a file that cannot be read or parsed, a failed proof; the rest is done
	ExitInterrupted = 130 // by a signal
)

// A command is one run: its flags, its outputs, and what it came to.
type command struct {
	*Flags
	args    []string
	stdin   io.Reader
	stdout  io.Writer
	waiting func(dir string) // is told of directories that another process works on
	printer *report.Printer
	printed map[string]bool // directories, resolved
	status  int
}

// Main runs the command with the arguments that follow its name and returns
// its exit status.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if word, ok := words[first(args)]; ok {
		if err := word(stdout, args[1:]); err != nil {
			fmt.Fprintln(stderr, report.Escape(fmt.Sprintf("cmkify: %v", err)))
			return ExitTrouble
		}
		return ExitDone
	}
	flags, err := Parse(args)
	switch {
	case errors.Is(err, ErrHelp):
		fmt.Fprint(stdout, Usage())
		return ExitDone
	case err != nil:
	case flags.Version:
		fmt.Fprint(stdout, versionLine())
		return ExitDone
	case flags.Completion != "":
		fmt.Fprint(stdout, Complete(flags.Completion))
		return ExitDone
	}
	if err != nil {
		fmt.Fprintln(stderr, report.Escape(fmt.Sprintf("cmkify: %v; see cmkify --help", err)))
		return ExitTrouble
	}
	c := &command{Flags: flags, args: args, stdin: stdin, stdout: stdout, printed: map[string]bool{}}
	c.printer, err = report.NewPrinter(report.Settings{
		Stdout: stdout, Stderr: stderr, Outputs: c.Outputs, Document: c.Document(), DryRun: c.DryRun, Check: c.Check,
		Quiet: c.Quiet, Verbose: c.Verbose, Color: c.Color, Version: Version(),
	})
	if err != nil {
		fmt.Fprintln(stderr, report.Escape(fmt.Sprintf("cmkify: %v", err)))
		return ExitTrouble
	}
	c.waiting = func(dir string) {
		fmt.Fprintln(stderr, report.Escape(dir+": waiting for another process that holds its lock"))
	}
	return c.run()
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// options returns the options of the work on some of the paths. The flags have
// been checked.
func (c *command) options(f *Flags, paths []string) engine.Options {
	work := engine.Options{
		Paths: paths, Exclude: f.Exclude, ExcludeFrom: f.excludeFrom, NoGitignore: f.NoGitignore, Only: f.Only, Skip: f.Skip,
		NoSuppressions: f.NoSuppressions, Jobs: f.Jobs, Write: !f.DryRun && !f.Check, Edits: c.printer.NeedsEdits(),
		Sources: c.printer.NeedsSources(),
		Diff:    c.printer.NeedsDiff(), Locks: tree.Locks{Waiting: c.waiting},
		IncludeExamples: f.IncludeExamples, NoInstalledModules: f.NoInstalledModules,
		Fix: fix.Options{
			Keys:        keys.Options{Policy: f.KeyPolicy, Name: f.KeyName, SkipReplicas: f.Replicas == "skip"},
			KeyInModule: f.KeyPer == "module",
		},
	}
	for _, text := range f.Tags {
		tag, _ := keys.ParseTag(text)
		work.Fix.Keys.Tags = append(work.Fix.Keys.Tags, tag)
	}
	if f.KMSKey != "" {
		work.Fix.Keys.Given, _ = keys.ParseGiven(f.KMSKey)
	}
	return work
}

// atLeast raises the exit status, never lowers it.
func (c *command) atLeast(status int) { c.status = max(c.status, status) }

// trouble prints what went wrong.
func (c *command) trouble(err error) {
	c.printer.Line(err.Error())
	c.atLeast(ExitTrouble)
}

func (c *command) run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	err := c.each(ctx, func(work engine.Options) error {
		if slices.Equal(c.Paths, []string{"-"}) {
			return c.standardInput(ctx, work)
		}
		return engine.Run(ctx, work, report.NewResult, c.emit)
	})
	if err = errors.Join(err, c.printer.End()); err != nil {
		c.trouble(err)
	}
	if ctx.Err() != nil {
		c.atLeast(ExitInterrupted)
	}
	return c.status
}

// emit prints what was found and done in one directory, and raises the exit
// status by it. One that lies below paths of two configuration files is printed
// once.
func (c *command) emit(r report.Result) error {
	if r.Disk != "" && len(r.Errors) == 0 {
		if c.printed[r.Disk] {
			return nil
		}
		c.printed[r.Disk] = true
	}
	for _, e := range r.Errors {
		c.trouble(e)
	}
	for _, f := range r.Findings {
		if f.Status == detect.Fixable || f.Status == detect.Manual || f.Status == detect.Fixed && f.NeedsAttention || c.Strict && f.Status == detect.Unknown {
			if !c.ExitZero {
				c.atLeast(ExitLeft)
			}
		}
	}
	return c.printer.Directory(r)
}

// standardInput judges and rewrites what is given on standard input, and prints
// the result; what cannot be fixed is printed as it is.
func (c *command) standardInput(ctx context.Context, work engine.Options) error {
	src, err := io.ReadAll(c.stdin)
	if err != nil {
		return err
	}
	work.Write = false
	r, err := engine.Stdin(ctx, work, c.StdinFilename, src)
	if err != nil {
		c.trouble(err)
	}
	if c.DryRun {
		return c.emit(report.NewResult(r))
	}
	for _, f := range r.Changes {
		src = f.New
	}
	if len(r.Changes) > 0 {
		engine.Fixed(r.Outcomes)
		r.Unit.Written = true
	}
	err = c.emit(report.NewResult(r))
	if !c.Check && !c.Document() {
		_, writeErr := c.stdout.Write(src)
		err = errors.Join(err, writeErr)
	}
	return err
}
