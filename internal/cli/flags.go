// Package cli reads the command line. Arguments go in; Flags come out, checked
// as far as they can be without looking at a file, or an error that says what
// was meant. It also tells what the flags are: help and shell completion.
package cli

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"cmkify/fix/keys"
	"cmkify/internal/config"
	"cmkify/internal/report"
	"cmkify/internal/terraform"
)

// Flags are what the user asked for.
type Flags struct {
	DryRun, Check, Strict, ExitZero              bool
	NoSuppressions, NoGitignore, NoConfig        bool
	Quiet, Verbose, Version                      bool
	IncludeExamples, NoInstalledModules          bool
	Exclude, Only, Skip, Tags                    []string
	KMSKey, KeyPolicy, KeyName, KeyPer, Replicas string
	Color, Completion, StdinFilename             string
	Jobs                                         int
	Outputs                                      []report.Output // at least one
	Paths                                        []string        // at least one

	formats     []string
	output      string
	excludeFrom string // the folder that Exclude is relative to, "" for the working directory
}

// ErrHelp says that help was asked for.
var ErrHelp = pflag.ErrHelp

// A group is flags that help shows together.
type group struct {
	title string
	names []string
	note  string // below them
}

var groups = []group{
	{"What to do", []string{"dry-run", "check", "only", "skip", "exclude", "include-examples", "no-installed-modules", "no-gitignore", "no-suppressions", "strict", "exit-zero"}, ""},
	{"The key", []string{"kms-key", "key-policy", "key-name", "key-per", "tags", "replicas"}, ""},
	{"Output", []string{"format", "output", "color", "quiet", "verbose"}, "F: " + strings.Join(report.Names, ", ")},
	{"Other options", []string{"no-config", "stdin-filename", "jobs", "completion", "version", "help"}, ""},
}

func (f *Flags) set() *pflag.FlagSet {
	s := pflag.NewFlagSet("cmkify", pflag.ContinueOnError)
	s.Usage = func() {}
	s.BoolVarP(&f.DryRun, "dry-run", "n", false, "write nothing; print the unified diff")
	s.BoolVar(&f.Check, "check", false, "write nothing; print the findings")
	s.StringArrayVar(&f.Only, "only", nil, "only tables whose address matches `GLOB`; repeatable")
	s.StringArrayVar(&f.Skip, "skip", nil, "skip tables whose address matches `GLOB`; repeatable")
	s.StringArrayVar(&f.Exclude, "exclude", nil, "skip paths that match a .gitignore `GLOB`; repeatable")
	s.BoolVar(&f.IncludeExamples, "include-examples", false, "fix tables in examples and tests, too")
	s.BoolVar(&f.NoInstalledModules, "no-installed-modules", false, "ignore modules that terraform init installed")
	s.BoolVar(&f.NoGitignore, "no-gitignore", false, "include files ignored by .gitignore")
	s.BoolVar(&f.NoSuppressions, "no-suppressions", false, "ignore comments and files that suppress the check")
	s.BoolVar(&f.Strict, "strict", false, "exit 1 when a table cannot be determined")
	s.BoolVar(&f.ExitZero, "exit-zero", false, "exit 0, not 1, whatever is found; errors exit 2")
	s.StringVar(&f.KMSKey, "kms-key", "", "use the key that `EXPR` names, an ARN or a reference")
	s.StringVar(&f.KeyPolicy, "key-policy", keys.PolicyDynamoDB, "`dynamodb` or none: who may use a new key")
	s.StringVar(&f.KeyName, "key-name", "dynamodb", "`LABEL` of a new key")
	s.StringArrayVar(&f.Tags, "tags", nil, "tag new keys with `KEY=VALUE`, too; repeatable")
	s.StringVar(&f.KeyPer, "key-per", "root", "one new key in each `root` module, or table module")
	s.StringVar(&f.Replicas, "replicas", "fix", "`fix` or skip tables with replicas that need keys")
	s.StringArrayVar(&f.formats, "format", nil, "`F` to stdout or, as F=FILE, to a file; repeatable")
	s.StringVarP(&f.output, "output", "o", "", "write the format to `FILE`")
	s.StringVar(&f.Color, "color", "auto", "`auto`, always or never")
	s.BoolVarP(&f.Quiet, "quiet", "q", false, "print errors only")
	s.BoolVarP(&f.Verbose, "verbose", "v", false, "print all tables and the steps of each verdict")
	s.BoolVar(&f.NoConfig, "no-config", false, "ignore .cmkify.hcl files")
	s.StringVar(&f.StdinFilename, "stdin-filename", "", "path to report for standard input: `FILE`")
	s.IntVarP(&f.Jobs, "jobs", "j", 0, "process `N` directories at once; default: CPUs")
	s.StringVar(&f.Completion, "completion", "", "print completion for `SHELL`: bash, zsh or fish")
	s.BoolVar(&f.Version, "version", false, "print the version")
	s.BoolP("help", "h", false, "print this")
	return s
}

// Parse reads the arguments. The error says what is wrong with which flag.
func Parse(args []string) (*Flags, error) { return parse(args, nil) }

// parse reads the arguments and, if there is one, the file whose settings hold
// where they say nothing.
func parse(args []string, file *config.File) (*Flags, error) {
	f := &Flags{}
	s := f.set()
	if err := singleDash(s, args); err != nil {
		return nil, err
	}
	if err := s.Parse(args); err != nil {
		return nil, corrected(s, err)
	}
	if help, _ := s.GetBool("help"); help {
		return nil, ErrHelp
	}
	if err := flagAsPath(s, s.Args()); err != nil {
		return nil, err
	}
	f.Paths = s.Args()
	if len(f.Paths) == 0 {
		f.Paths = []string{"."}
	}
	if f.Jobs == 0 {
		f.Jobs = runtime.GOMAXPROCS(0)
	}
	if s.Changed("kms-key") && f.KMSKey == "" { // as a variable of the shell that is not set leaves it
		return nil, errors.New(`--kms-key "": want the ARN of a key or a reference to one`)
	}
	if err := errors.Join(f.choices(), f.outputs()); err != nil || file == nil {
		return f, err
	}
	return f, f.setFrom(file, s)
}

// choices checks the flags that take one of a few values.
func (f *Flags) choices() error {
	for _, c := range []struct {
		flag, value string
		of          []string
	}{
		{"key-policy", f.KeyPolicy, []string{keys.PolicyDynamoDB, keys.PolicyNone}},
		{"key-per", f.KeyPer, []string{"root", "module"}},
		{"replicas", f.Replicas, []string{"fix", "skip"}},
		{"color", f.Color, []string{"auto", "always", "never"}},
		{"completion", f.Completion, []string{"", "bash", "zsh", "fish"}},
	} {
		if !slices.Contains(c.of, c.value) {
			of := slices.DeleteFunc(c.of, func(value string) bool { return value == "" })
			return fmt.Errorf("--%s %q: want %s", c.flag, c.value, strings.Join(of, " or "))
		}
	}
	if f.KMSKey != "" {
		if _, err := keys.ParseGiven(f.KMSKey); err != nil {
			return fmt.Errorf("--kms-key: %w", err)
		}
	}
	for _, tag := range f.Tags {
		if _, err := keys.ParseTag(tag); err != nil {
			return fmt.Errorf("--tags %q: %w", tag, err)
		}
	}
	switch {
	case f.Jobs < 1:
		return fmt.Errorf("--jobs %d: want at least 1", f.Jobs)
	case !terraform.ValidName(f.KeyName):
		return fmt.Errorf("--key-name %q: not a name that Terraform takes", f.KeyName)
	case f.StdinFilename != "" && !slices.Equal(f.Paths, []string{"-"}):
		return errors.New("--stdin-filename goes with the path -")
	case slices.Contains(f.Paths, "-") && len(f.Paths) > 1:
		return errors.New("- (standard input) is the only path, or none")
	}
	return nil
}

// outputs reads --format and --output.
func (f *Flags) outputs() error {
	if len(f.formats) == 0 {
		f.formats = []string{"text"}
	}
	for _, text := range f.formats {
		name, file, named := strings.Cut(text, "=")
		switch {
		case !slices.Contains(report.Names, name):
			return fmt.Errorf("--format %q: want one of %s", name, strings.Join(report.Names, ", "))
		case named && file == "":
			return fmt.Errorf("--format %s: no file behind =", text)
		case named && file != os.DevNull && slices.ContainsFunc(f.Outputs, func(o report.Output) bool { return o.File == file }):
			return fmt.Errorf("--format %s: another format goes to that file", text)
		case !named && len(f.Outputs) > 0 && f.Outputs[len(f.Outputs)-1].File == "":
			return fmt.Errorf("--format %s: only one format goes to stdout; give the others files: %s=FILE", name, name)
		}
		f.Outputs = append(f.Outputs, report.Output{Format: name, File: file})
	}
	if f.output == "" {
		return nil
	}
	if len(f.Outputs) > 1 || f.Outputs[0].File != "" {
		return errors.New("--output goes with one --format; with several, give each its file: F=FILE")
	}
	if f.output != "-" {
		f.Outputs[0].File = f.output
	}
	return nil
}

// Document reports whether a format other than text stands on stdout, in the
// place of what a run prints there by itself.
func (f *Flags) Document() bool {
	return slices.ContainsFunc(f.Outputs, func(o report.Output) bool { return o.File == "" && (o.Format != "text" || f.output == "-") })
}
