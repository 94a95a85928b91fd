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
	"cmkify/internal/report"
	"cmkify/internal/terraform"
)

// Flags are what the user asked for.
type Flags struct {
	DryRun, Check, Strict, NoSuppressions, NoGitignore bool
	Quiet, Verbose, Version                            bool
	IncludeExamples, NoInstalledModules                bool
	Exclude, Only, Skip                                []string
	KMSKey, KeyPolicy, KeyName, KeyPer, Replicas       string
	Color, Completion, StdinFilename                   string
	Jobs                                               int
	Outputs                                            []report.Output // at least one
	Paths                                              []string        // at least one

	formats []string
	output  string
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
	{"What to do", []string{"dry-run", "check", "only", "skip", "exclude", "include-examples", "no-installed-modules", "no-gitignore", "no-suppressions", "strict"}, ""},
	{"The key", []string{"kms-key", "key-policy", "key-name", "key-per", "replicas"}, ""},
	{"Output", []string{"format", "output", "color", "quiet", "verbose"}, "Formats: " + strings.Join(report.Names, ", ")},
	{"Else", []string{"stdin-filename", "jobs", "completion", "version", "help"}, ""},
}

func (f *Flags) set() *pflag.FlagSet {
	s := pflag.NewFlagSet("cmkify", pflag.ContinueOnError)
	s.Usage = func() {}
	s.BoolVarP(&f.DryRun, "dry-run", "n", false, "write nothing; print the unified diff")
	s.BoolVar(&f.Check, "check", false, "write nothing; print the findings")
	s.StringArrayVar(&f.Only, "only", nil, "only tables whose address `GLOB` matches; repeatable")
	s.StringArrayVar(&f.Skip, "skip", nil, "no tables whose address `GLOB` matches; repeatable")
	s.StringArrayVar(&f.Exclude, "exclude", nil, "paths to leave out, a .gitignore `GLOB`; repeatable")
	s.BoolVar(&f.IncludeExamples, "include-examples", false, "also fix what lies in folders of examples and tests")
	s.BoolVar(&f.NoInstalledModules, "no-installed-modules", false, "do not read what terraform init installed")
	s.BoolVar(&f.NoGitignore, "no-gitignore", false, "also what .gitignore files name")
	s.BoolVar(&f.NoSuppressions, "no-suppressions", false, "also where a comment switches the check off")
	s.BoolVar(&f.Strict, "strict", false, "exit 1 when a table cannot be judged")
	s.StringVar(&f.KMSKey, "kms-key", "", "use the key that `EXPR` names, an ARN or a reference")
	s.StringVar(&f.KeyPolicy, "key-policy", keys.PolicyDynamoDB, "`dynamodb` or none: who may use a new key")
	s.StringVar(&f.KeyName, "key-name", "dynamodb", "`LABEL` of a new key")
	s.StringVar(&f.KeyPer, "key-per", "root", "one new key in each `root` module, or table module")
	s.StringVar(&f.Replicas, "replicas", "fix", "`fix` or skip tables with replicas that need keys")
	s.StringArrayVar(&f.formats, "format", nil, "`F` to stdout or, as F=FILE, to a file; repeatable")
	s.StringVarP(&f.output, "output", "o", "", "write the format to `FILE`")
	s.StringVar(&f.Color, "color", "auto", "`auto`, always or never")
	s.BoolVarP(&f.Quiet, "quiet", "q", false, "print errors only")
	s.BoolVarP(&f.Verbose, "verbose", "v", false, "print all tables, and what led to each verdict")
	s.StringVar(&f.StdinFilename, "stdin-filename", "", "where standard input, the path -, comes from: `FILE`")
	s.IntVarP(&f.Jobs, "jobs", "j", 0, "work on `N` directories at once; default one a CPU")
	s.StringVar(&f.Completion, "completion", "", "print completion for `SHELL`: bash, zsh or fish")
	s.BoolVar(&f.Version, "version", false, "print the version")
	s.BoolP("help", "h", false, "print this")
	return s
}

// Parse reads the arguments. The error says what is wrong with which flag.
func Parse(args []string) (*Flags, error) {
	f := &Flags{}
	s := f.set()
	if err := singleDash(s, args); err != nil {
		return nil, err
	}
	if err := s.Parse(args); err != nil {
		return nil, explain(s, err)
	}
	if help, _ := s.GetBool("help"); help {
		return nil, ErrHelp
	}
	f.Paths = s.Args()
	if len(f.Paths) == 0 {
		f.Paths = []string{"."}
	}
	if f.Jobs == 0 {
		f.Jobs = runtime.GOMAXPROCS(0)
	}
	return f, errors.Join(f.choices(), f.outputs())
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
			return fmt.Errorf("--%s %q: want %s", c.flag, c.value, strings.Join(c.of, " or "))
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
