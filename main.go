// Cmkify moves DynamoDB tables in Terraform code to customer managed KMS
// keys. It walks to directories with tables, judges them (package detect),
// plans and proves the rewrite (package fix), and prints it or writes it.
// Only this package knows flags, the order of the steps and exit statuses.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"cmkify/detect"
	"cmkify/fix"
	"cmkify/internal/report"
	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// The exit statuses. The highest one that applies wins.
const (
	exitDone        = 0   // nothing is left to do
	exitLeft        = 1   // something is left for a person or, without writing, to fix
	exitTrouble     = 2   // usage, a file that cannot be read or parsed, a failed proof; the rest is done
	exitInterrupted = 130 // by a signal
)

// A command is one run: its flags, its outputs, and what it came to.
type command struct {
	dryRun, check, strict      bool
	quiet, verbose, version    bool
	noGitignore                bool
	noSuppressions             bool
	exclude                    []string
	format, output, color      string
	kmsKey, keyPolicy, keyName string
	replicas                   string
	jobs                       int

	stdout, stderr io.Writer
	fix            fix.Options
	formats        []report.Format
	summary        report.Summary
	status         int
}

func run(args []string, stdout, stderr io.Writer) int {
	c := &command{stdout: stdout, stderr: stderr}
	flags := c.flags()
	err := flags.Parse(args)
	if err == nil {
		err = c.validate()
	}
	switch {
	case errors.Is(err, pflag.ErrHelp):
		fmt.Fprint(stdout, usage(flags))
		return exitDone
	case err != nil:
		c.trouble("cmkify: %v (see cmkify --help)", err)
		return c.status
	case c.version:
		fmt.Fprintf(stdout, "cmkify %s %s\n", version(), runtime.Version())
		return exitDone
	}
	paths := flags.Args()
	if len(paths) == 0 {
		paths = []string{"."}
	}
	return c.run(paths)
}

func (c *command) flags() *pflag.FlagSet {
	f := pflag.NewFlagSet("cmkify", pflag.ContinueOnError)
	f.SortFlags = false
	f.Usage = func() {}
	f.BoolVarP(&c.dryRun, "dry-run", "n", false, "write nothing; print the unified diff")
	f.BoolVar(&c.check, "check", false, "write nothing; print the findings")
	f.StringVar(&c.format, "format", "text", "text or json; other than text replaces what stands on stdout")
	f.StringVarP(&c.output, "output", "o", "", "write the format to `FILE`")
	f.StringArrayVar(&c.exclude, "exclude", nil, "skip what the gitignore-style `GLOB` matches; repeatable")
	f.BoolVar(&c.noGitignore, "no-gitignore", false, "read what .gitignore files exclude, too")
	f.StringVar(&c.kmsKey, "kms-key", "", "use this key, an ARN or a reference such as var.key_arn, and make none (`EXPR`)")
	f.StringVar(&c.keyPolicy, "key-policy", fix.PolicyDynamoDB, "policy of a new key: dynamodb (the account's callers, through DynamoDB) or none")
	f.StringVar(&c.keyName, "key-name", "dynamodb", "`LABEL` of a new key")
	f.StringVar(&c.replicas, "replicas", "fix", "fix, or skip tables with replicas that need keys")
	f.BoolVar(&c.noSuppressions, "no-suppressions", false, "ignore comments that switch the check off")
	f.BoolVar(&c.strict, "strict", false, "exit 1 when a table cannot be judged")
	f.IntVarP(&c.jobs, "jobs", "j", 0, "directories to work on at once; 0 for one a CPU")
	f.StringVar(&c.color, "color", "auto", "auto, always or never")
	f.BoolVarP(&c.quiet, "quiet", "q", false, "print errors only")
	f.BoolVarP(&c.verbose, "verbose", "v", false, "print compliant and suppressed tables, too, and what led to each verdict")
	f.BoolVar(&c.version, "version", false, "print the version")
	return f
}

func usage(f *pflag.FlagSet) string {
	return `cmkify moves DynamoDB tables in Terraform code to customer managed KMS keys.

Usage: cmkify [flags] [path ...]

Paths are directories, searched with all below them, or files; default is the
current directory. Files are rewritten in place, unless -n or --check is given.

` + f.FlagUsages() + `
Exit status: 0 nothing is left to do; 1 something is left to a person or, with
-n or --check, to fix; 2 trouble, the rest is done; 130 interrupted.
`
}

// validate checks the flags' values and reads the key that was given.
func (c *command) validate() error {
	for _, choice := range []struct {
		flag, value string
		of          []string
	}{
		{"format", c.format, []string{"text", "json"}},
		{"key-policy", c.keyPolicy, []string{fix.PolicyDynamoDB, fix.PolicyNone}},
		{"replicas", c.replicas, []string{"fix", "skip"}},
		{"color", c.color, []string{"auto", "always", "never"}},
	} {
		if !slices.Contains(choice.of, choice.value) {
			return fmt.Errorf("--%s %q: want %s", choice.flag, choice.value, strings.Join(choice.of, " or "))
		}
	}
	if c.jobs < 0 {
		return fmt.Errorf("--jobs %d: want at least 1", c.jobs)
	}
	if c.jobs == 0 {
		c.jobs = runtime.GOMAXPROCS(0)
	}
	if !terraform.ValidName(c.keyName) {
		return fmt.Errorf("--key-name %q: not a name that Terraform takes", c.keyName)
	}
	c.fix = fix.Options{
		KeyPolicy: c.keyPolicy, KeyName: c.keyName, SkipReplicas: c.replicas == "skip",
		Detect: detect.Options{NoSuppressions: c.noSuppressions, Now: time.Now()},
	}
	if c.kmsKey == "" {
		return nil
	}
	given, err := fix.ParseGivenKey(c.kmsKey)
	if err != nil {
		return fmt.Errorf("--kms-key: %w", err)
	}
	c.fix.Given = given
	return nil
}

// version returns the module's version or, built from a checkout, its commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (info.Main.Version == "" || info.Main.Version == "(devel)") {
			return s.Value
		}
	}
	return info.Main.Version
}

// atLeast raises the exit status, never lowers it.
func (c *command) atLeast(status int) { c.status = max(c.status, status) }

func (c *command) trouble(format string, a ...any) {
	fmt.Fprintln(c.stderr, report.Escape(fmt.Sprintf(format, a...)))
	c.atLeast(exitTrouble)
}

func (c *command) run(paths []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	closeOutput, err := c.open()
	if err != nil {
		c.trouble("%v", err)
		return c.status
	}
	err = c.each(ctx, paths, c.emit)
	for _, f := range c.formats {
		err = errors.Join(err, f.End(c.summary))
	}
	if err = errors.Join(err, closeOutput()); err != nil {
		c.trouble("%v", err)
	}
	if !c.quiet {
		fmt.Fprintln(c.stderr, c.summary.Line())
	}
	if ctx.Err() != nil {
		c.atLeast(exitInterrupted)
	}
	return c.status
}

// open makes the outputs: the findings for people, on stdout when they are
// the document, and the format that was asked for.
func (c *command) open() (closeOutput func() error, err error) {
	people := c.stderr
	if c.check {
		people = c.stdout
	}
	out, closeOutput := c.stdout, func() error { return nil }
	if c.output != "" && c.output != "-" {
		file, err := os.Create(c.output)
		if err != nil {
			return nil, err
		}
		out, closeOutput = file, file.Close
	}
	replaced := c.replaced()
	if !c.quiet && !(replaced && c.check) {
		c.formats = append(c.formats, report.Text{Out: people, Verbose: c.verbose})
	}
	switch {
	case c.format == "json":
		c.formats = append(c.formats, &report.JSON{Out: out, Version: version(), Edits: !c.check})
	case c.output != "":
		c.formats = append(c.formats, report.Text{Out: out, Verbose: c.verbose})
	}
	return closeOutput, nil
}

// replaced reports whether a format stands on stdout in the place of what a
// run prints there by itself.
func (c *command) replaced() bool {
	return c.format != "text" && c.output == "" || c.output == "-"
}

// emit prints what was found and done in one directory, and raises the exit
// status by it.
func (c *command) emit(r report.Result) error {
	for _, e := range r.Errors {
		c.trouble("%v", e)
	}
	c.summary.Add(r)
	for _, f := range r.Findings {
		if f.Status == detect.Fixable || f.Status == detect.Manual || f.Status == detect.Fixed && f.Warned(detect.ReplicaRecreated) || c.strict && f.Status == detect.Unknown {
			c.atLeast(exitLeft)
		}
	}
	if r.Diff != "" && !c.replaced() {
		if r.Base != "" && !c.quiet {
			fmt.Fprintf(c.stderr, "%s: the paths of its diff are relative to %s\n", report.Escape(r.Dir), report.Escape(r.Base))
		}
		if _, err := io.WriteString(c.stdout, report.Diff(r.Diff, c.coloured())); err != nil {
			return err
		}
	}
	for _, f := range c.formats {
		if err := f.Directory(r); err != nil {
			return err
		}
	}
	return nil
}

// coloured reports whether stdout takes colours. https://no-color.org
func (c *command) coloured() bool {
	if c.color != "auto" {
		return c.color == "always"
	}
	file, ok := c.stdout.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(file.Fd()))
}

// each works on the directories, several at once, and calls emit for each in
// the order of the walk. When emit returns an error, or the context ends, the
// directories that are being worked on are finished, and no other is begun.
func (c *command) each(ctx context.Context, paths []string, emit func(report.Result) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	queue := make(chan chan report.Result, 8*c.jobs)
	go func() {
		defer close(queue)
		slots := make(chan struct{}, c.jobs)
		options := tree.Options{Exclude: c.exclude, NoGitignore: c.noGitignore, Wanted: terraform.IsConfig, Editable: editable}
		for dir, err := range tree.Walk(ctx, paths, options) {
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
	if !c.dryRun && !c.check {
		if err := dir.RemoveStray(); err != nil {
			return report.Result{Dir: dir.Path, Errors: []terraform.Error{located(err)}}
		}
	}
	for n := 1; ; n++ {
		r, err := c.rewrite(dir)
		if errors.Is(err, tree.ErrChanged) && n < attempts {
			continue
		}
		if err != nil {
			r.Errors = append(r.Errors, located(err))
		}
		return r
	}
}

// rewrite judges a directory, and plans, proves and shows or writes its fix.
// Every error but those of its files is returned; nothing was written then,
// or what was written is whole.
func (c *command) rewrite(dir tree.Dir) (report.Result, error) {
	r := report.Result{Dir: dir.Path, Base: dir.Base}
	sources, wanted := read(dir)
	for _, s := range sources {
		if terraform.IsConfig(s.Name) {
			r.Files++
		}
	}
	if !wanted {
		return r, nil
	}
	named := names(dir.Named)
	m := terraform.Load(dir.Path, sources)
	findings := detect.Check(m, c.fix.Detect)
	plan := fix.New(m, findings, named, c.fix)
	for _, f := range findings {
		if detect.Only(m, named, f.File) {
			r.Findings = append(r.Findings, f)
		}
	}
	if named == nil || len(r.Findings) > 0 {
		r.Errors = m.Errors
	}
	if len(plan.Edits) == 0 {
		return r, nil
	}
	changes, after, err := plan.Changes(sources)
	if err == nil {
		err = fix.Prove(m, findings, after, named, c.fix)
	}
	if err != nil {
		return r, &tree.PathError{Path: dir.Path, Err: fmt.Errorf("%w; nothing is written here: this is a mistake in cmkify, please report it", err)}
	}
	if c.check {
		return r, nil
	}
	r.Edits = plan.Edits
	if c.dryRun {
		r.Diff, err = diffs(dir, changes)
		return r, err
	}
	if err := dir.Replace(replacements(changes)); err != nil {
		return r, err
	}
	for _, f := range r.Findings {
		if f.Status == detect.Fixable {
			f.Status = detect.Fixed
		}
	}
	return r, nil
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
// them may declare a table, the others that matter.
func read(dir tree.Dir) (sources []terraform.Source, wanted bool) {
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
	wanted = slices.ContainsFunc(sources, func(s terraform.Source) bool { return s.Err != nil || terraform.Wanted(s.Bytes) })
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

// replacements returns the changes as they are to be written.
func replacements(changes []fix.FileChange) []tree.Change {
	out := make([]tree.Change, len(changes))
	for i, c := range changes {
		out[i] = tree.Change{Name: c.Name, Old: c.Old, New: c.New}
	}
	return out
}
