package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"cmkify/detect"
	"cmkify/fix"
	"cmkify/internal/report"
	"cmkify/internal/terraform"
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
	stdin   io.Reader
	stdout  io.Writer
	fix     fix.Options
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
	return c.run()
}

// options turns the flags into those of the fix.
func (c *command) options() error {
	c.fix = fix.Options{
		KeyPolicy: c.KeyPolicy, KeyName: c.KeyName, SkipReplicas: c.Replicas == "skip",
		Detect: detect.Options{NoSuppressions: c.NoSuppressions, Now: time.Now()},
	}
	if c.KMSKey == "" {
		return nil
	}
	given, err := fix.ParseGivenKey(c.KMSKey)
	if err != nil {
		return fmt.Errorf("--kms-key: %w", err)
	}
	c.fix.Given = given
	return nil
}

// atLeast raises the exit status, never lowers it.
func (c *command) atLeast(status int) { c.status = max(c.status, status) }

// trouble says what went wrong.
func (c *command) trouble(err error) {
	c.printer.Line(err.Error())
	c.atLeast(ExitTrouble)
}

func (c *command) run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if slices.Equal(c.Paths, []string{"-"}) {
		err = c.standardInput()
	} else {
		err = c.each(ctx, c.emit)
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
func (c *command) emit(r report.Result) error {
	for _, e := range r.Errors {
		c.trouble(e)
	}
	for _, f := range r.Findings {
		if f.Status == detect.Fixable || f.Status == detect.Manual || f.Status == detect.Fixed && f.Warned(detect.ReplicaRecreated) ||
			c.Strict && f.Status == detect.Unknown {
			c.atLeast(ExitLeft)
		}
	}
	return c.printer.Directory(r)
}

// each works on the directories, several at once, and calls emit for each in
// the order of the walk. When emit returns an error, or the context ends, the
// directories that are being worked on are finished, and no other is begun.
func (c *command) each(ctx context.Context, emit func(report.Result) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	queue := make(chan chan report.Result, 8*c.Jobs)
	go func() {
		defer close(queue)
		slots := make(chan struct{}, c.Jobs)
		options := tree.Options{Exclude: c.Exclude, NoGitignore: c.NoGitignore, Wanted: terraform.IsConfig, Editable: editable}
		for dir, err := range tree.Walk(ctx, c.Paths, options) {
			result := make(chan report.Result, 1)
			queue <- result
			if err != nil {
				result <- report.Result{Errors: []terraform.Error{located(err)}}
				continue
			}
			slots <- struct{}{}
			go func() {
				defer func() { <-slots }()
				result <- c.directory(dir)
			}()
		}
	}()
	var failed error
	for result := range queue {
		r := <-result
		if failed == nil {
			if failed = emit(r); failed != nil {
				stop()
			}
		}
	}
	return failed
}

// attempts is how often a directory is begun again because its files changed
// while it was worked on.
const attempts = 3

// directory does everything for one directory but printing.
func (c *command) directory(dir tree.Dir) report.Result {
	if !c.DryRun && !c.Check {
		if err := dir.RemoveStray(); err != nil {
			return report.Result{Dir: dir.Path, Errors: []terraform.Error{located(err)}}
		}
	}
	begun := time.Now()
	for n := 1; ; n++ {
		r, err := c.rewrite(dir)
		if errors.Is(err, tree.ErrChanged) && n < attempts {
			continue
		}
		if err != nil {
			r.Errors = append(r.Errors, located(err))
		}
		r.Disk, r.Took = dir.Disk(), time.Since(begun)
		return r
	}
}

// rewrite judges a directory, and shows or writes its fix.
func (c *command) rewrite(dir tree.Dir) (report.Result, error) {
	var sources []terraform.Source
	var wanted bool
	dir.Reading(func() { sources, wanted = read(dir, false) })
	if !wanted {
		return report.Result{Dir: dir.Path, Base: dir.Base, Files: len(sources)}, nil
	}
	r, err := c.judge(dir, sources)
	if err != nil || len(r.Changes) == 0 {
		return r, err
	}
	if c.printer.NeedsDiff() {
		if r.Diff, err = diffs(dir, r.Changes); err != nil {
			return r, err
		}
	}
	if c.DryRun {
		return r, nil
	}
	changes := replacements(r.Changes, sources)
	if err := dir.Shared(changes); err != nil {
		return r, err
	}
	if err := dir.Replace(changes); err != nil {
		return r, err
	}
	r.Fixed()
	return r, nil
}

// replacements returns the changes as they are to be written, and the other
// sources, which must still be what they were: another run may have put a key
// into one of them.
func replacements(changes []fix.FileChange, sources []terraform.Source) []tree.Change {
	out := make([]tree.Change, len(changes))
	for i, c := range changes {
		out[i] = tree.Change{Name: c.Name, Old: c.Old, New: c.New}
	}
	for _, s := range sources {
		if s.Err == nil && !slices.ContainsFunc(changes, func(c fix.FileChange) bool { return c.Name == s.Name }) {
			out = append(out, tree.Change{Name: s.Name, Old: s.Bytes, New: s.Bytes})
		}
	}
	return out
}

// judge judges the tables of a directory from its sources, and plans and
// proves their fix. Nothing is changed yet; with --check nothing will be. A
// panic, which is a mistake in cmkify, costs this directory only.
func (c *command) judge(dir tree.Dir, sources []terraform.Source) (r report.Result, err error) {
	defer func() {
		if mistake := recover(); mistake != nil {
			r = report.Result{Dir: dir.Path, Base: dir.Base, Files: len(sources)}
			err = reportable(dir, fmt.Errorf("%v", mistake))
		}
	}()
	r = report.Result{Dir: dir.Path, Base: dir.Base, Sources: sources}
	for _, s := range sources {
		if terraform.IsConfig(s.Name) {
			r.Files++
		}
	}
	selection := detect.Selection{Files: names(dir.Named), Only: c.Only, Skip: c.Skip}
	m := terraform.Load(dir.Path, sources)
	findings := detect.Check(m, c.fix.Detect)
	plan := fix.New(m, findings, selection, c.fix)
	for _, f := range findings {
		if selection.Table(m, f) {
			r.Findings = append(r.Findings, f)
		}
	}
	for _, e := range m.Errors {
		// One in a file that was not named matters only to findings beside it.
		if len(r.Findings) > 0 || selection.File(m, e.File) {
			r.Errors = append(r.Errors, e)
		}
	}
	if len(plan.Edits) == 0 {
		return r, nil
	}
	changes, after, err := plan.Changes(sources)
	if err == nil {
		err = fix.Prove(m, findings, after, selection, c.fix)
	}
	if err != nil {
		return r, reportable(dir, err)
	}
	if !c.Check {
		r.Edits, r.Changes = plan.Edits, changes
	}
	return r, nil
}

// reportable asks for a report of what should not have happened.
func reportable(dir tree.Dir, err error) error {
	return &tree.PathError{Path: dir.Path, Err: fmt.Errorf("%w; nothing is written here: this is a mistake in cmkify, please report it", err)}
}

// standardInput judges and rewrites what stands on standard input, as the
// file that --stdin-filename names, beside its siblings on disk, and prints
// the result; what cannot be fixed is printed as it is.
func (c *command) standardInput() error {
	src, err := io.ReadAll(c.stdin)
	if err != nil {
		return err
	}
	file := c.StdinFilename
	if file == "" {
		file = "stdin.tf"
	}
	dir := tree.Dir{Path: "."}
	if c.StdinFilename != "" {
		dir = tree.Single(filepath.Dir(file))
	}
	name := filepath.Base(file)
	dir.Names = slices.DeleteFunc(dir.Names, func(n string) bool { return n == name })
	dir.Named = []string{name}
	sources, _ := read(dir, true)
	r, err := c.judge(dir, append(sources, terraform.Source{Name: name, Path: dir.File(name), Bytes: src}))
	if err != nil {
		r.Errors = append(r.Errors, located(err))
	}
	if c.printer.NeedsDiff() {
		if r.Diff, err = diffs(dir, r.Changes); err != nil {
			return err
		}
	}
	if c.DryRun {
		return c.emit(r)
	}
	for _, f := range r.Changes {
		src = f.New
	}
	r.Fixed()
	err = c.emit(r)
	if !c.Check && !c.Document() {
		_, writeErr := c.stdout.Write(src)
		err = errors.Join(err, writeErr)
	}
	return err
}

// located returns an error of the walk or of writing as one of a file.
func located(err error) terraform.Error {
	var path *tree.PathError
	if errors.As(err, &path) {
		return terraform.Error{File: path.Path, Message: path.Reason()}
	}
	return terraform.Error{Message: err.Error()}
}

func editable(name string) bool { return terraform.IsConfig(name) || terraform.IsInputs(name) }

// read reads what bears on a directory: its Terraform files and, when one of
// them may declare a table, or it is known to, the others that matter.
func read(dir tree.Dir, known bool) (sources []terraform.Source, wanted bool) {
	add := func(name string) {
		src, err := dir.Read(name)
		sources = append(sources, terraform.Source{Name: name, Path: dir.File(name), Bytes: src, Err: err})
	}
	for _, name := range dir.Names {
		if terraform.IsConfig(name) {
			add(name)
		}
	}
	// What cannot be read might declare one.
	wanted = known || slices.ContainsFunc(sources, func(s terraform.Source) bool { return s.Err != nil || terraform.Wanted(s.Bytes) })
	if !wanted {
		return sources, false
	}
	for _, name := range append(dir.Below(terraform.IsContext), dir.Names...) {
		if terraform.IsContext(name) {
			add(name)
		}
	}
	return sources, true
}

// names returns the set of the named files, nil when none is named.
func names(list []string) map[string]bool {
	if list == nil {
		return nil
	}
	set := map[string]bool{}
	for _, n := range list {
		set[n] = true
	}
	return set
}

// diffs returns the unified diff of all changes in a directory.
func diffs(dir tree.Dir, changes []fix.FileChange) (string, error) {
	var b strings.Builder
	for _, c := range changes {
		d, err := fix.Diff(dir.DiffFile(c.Name), c.Old, c.Edits)
		if err != nil {
			return "", err
		}
		b.WriteString(d)
	}
	return b.String(), nil
}
