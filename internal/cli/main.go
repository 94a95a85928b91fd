package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"syscall"

	"cmkify/detect"
	"cmkify/fix"
	"cmkify/fix/keys"
	"cmkify/internal/engine"
	"cmkify/internal/report"
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
	stdin   io.Reader
	stdout  io.Writer
	work    engine.Options
	printer *report.Printer
	status  int
}

// Main runs the command with the arguments that follow its name and returns
// its exit status.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags, err := Parse(args)
	switch {
	case errors.Is(err, ErrHelp):
		fmt.Fprint(stdout, Usage())
		return ExitDone
	case err != nil:
	case flags.Version:
		fmt.Fprintf(stdout, "cmkify %s (%s)\n", Version(), runtime.Version())
		return ExitDone
	case flags.Completion != "":
		fmt.Fprint(stdout, Complete(flags.Completion))
		return ExitDone
	}
	c := &command{Flags: flags, stdin: stdin, stdout: stdout}
	if err == nil {
		err = c.options()
	}
	if err != nil {
		fmt.Fprintln(stderr, report.Escape(fmt.Sprintf("cmkify: %v (see cmkify --help)", err)))
		return ExitTrouble
	}
	c.printer, err = report.NewPrinter(report.Settings{
		Stdout: stdout, Stderr: stderr, Outputs: c.Outputs, Document: c.Document(), DryRun: c.DryRun, Check: c.Check,
		Quiet: c.Quiet, Verbose: c.Verbose, Color: c.Color, Version: Version(),
	})
	if err != nil {
		fmt.Fprintln(stderr, report.Escape(fmt.Sprintf("cmkify: %v", err)))
		return ExitTrouble
	}
	c.work.Diff = c.printer.NeedsDiff()
	c.work.Locks.Waiting = func(dir string) {
		fmt.Fprintln(stderr, report.Escape(dir+": waiting for another process that holds its lock"))
	}
	return c.run()
}

// options turns the flags into those of the work.
func (c *command) options() error {
	c.work = engine.Options{
		Paths: c.Paths, Exclude: c.Exclude, NoGitignore: c.NoGitignore, Only: c.Only, Skip: c.Skip,
		NoSuppressions: c.NoSuppressions, Jobs: c.Jobs, Write: !c.DryRun && !c.Check, Edits: !c.Check,
		Fix: fix.Options{
			Keys:        keys.Options{Policy: c.KeyPolicy, Name: c.KeyName, SkipReplicas: c.Replicas == "skip"},
			KeyInModule: c.KeyPer == "module",
		},
		IncludeExamples: c.IncludeExamples, NoInstalledModules: c.NoInstalledModules,
	}
	if c.KMSKey == "" {
		return nil
	}
	given, err := keys.ParseGiven(c.KMSKey)
	if err != nil {
		return fmt.Errorf("--kms-key: %w", err)
	}
	c.work.Fix.Keys.Given = given
	return nil
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
	var err error
	if slices.Equal(c.Paths, []string{"-"}) {
		err = c.standardInput(ctx)
	} else {
		err = engine.Run(ctx, c.work, c.emit)
	}
	if err = errors.Join(err, c.printer.End()); err != nil {
		c.trouble(err)
	}
	if ctx.Err() != nil {
		c.atLeast(ExitInterrupted)
	}
	return c.status
}

// emit prints what was found and done in one directory, and raises the exit
// status by it.
func (c *command) emit(r engine.Result) error {
	for _, e := range r.Errors {
		c.trouble(e)
	}
	for _, o := range r.Outcomes {
		if o.Status == detect.Fixable || o.Status == detect.Manual || o.Status == detect.Fixed && o.Breaks() || c.Strict && o.Status == detect.Unknown {
			c.atLeast(ExitLeft)
		}
	}
	return c.printer.Directory(r)
}

// standardInput judges and rewrites what is given on standard input, and prints
// the result; what cannot be fixed is printed as it is.
func (c *command) standardInput(ctx context.Context) error {
	src, err := io.ReadAll(c.stdin)
	if err != nil {
		return err
	}
	c.work.Write = false
	r, err := engine.Stdin(ctx, c.work, c.StdinFilename, src)
	if err != nil {
		c.trouble(err)
	}
	if c.DryRun {
		return c.emit(r)
	}
	for _, f := range r.Changes {
		src = f.New
	}
	if len(r.Changes) > 0 {
		engine.Fixed(r.Outcomes)
		r.Unit.Written = true
	}
	err = c.emit(r)
	if !c.Check && !c.Document() {
		_, writeErr := c.stdout.Write(src)
		err = errors.Join(err, writeErr)
	}
	return err
}
