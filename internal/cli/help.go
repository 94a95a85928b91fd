package cli

import (
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"cmkify/detect"
	"cmkify/internal/report"
)

// Usage returns the help text: it fits a screen of 80 columns.
func Usage() string {
	var b strings.Builder
	b.WriteString(`cmkify moves DynamoDB tables in Terraform code to customer managed KMS keys.

Usage: cmkify [flags] [path ...]
       cmkify explain [ID]    say what an ID in brackets means, or list all
       cmkify man | version | help

Paths are directories (searched recursively), files, or - for standard input;
the default is the current directory. Files are rewritten in place.
`)
	s := new(Flags).set()
	for _, g := range groups {
		fmt.Fprintf(&b, "\n%s\n", g.title)
		for _, name := range g.names {
			b.WriteString(line(s.Lookup(name)))
		}
		if g.note != "" {
			fmt.Fprintf(&b, "  %s\n", g.note)
		}
	}
	b.WriteString(`
Exit status: 0 nothing left to do; 1 something needs a person or, with -n or
--check, can be fixed; 2 error, the rest is done; 130 interrupted.
`)
	return b.String()
}

func line(f *pflag.Flag) string {
	short := "    "
	if f.Shorthand != "" {
		short = "-" + f.Shorthand + ", "
	}
	value, text := pflag.UnquoteUsage(f)
	if f.Value.Type() == "bool" {
		value = ""
	}
	return fmt.Sprintf("  %s%-22s %s\n", short, strings.TrimSpace("--"+f.Name+" "+value), text)
}

// Version returns the module's version and, built from a checkout, its commit.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "of unknown version"
	}
	out := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && !strings.Contains(out, s.Value[:min(12, len(s.Value))]) {
			out += " " + s.Value
		}
	}
	return out
}

// ids returns what explain explains.
func ids() []string {
	var out []string
	for _, r := range detect.Rows {
		out = append(out, r.ID)
	}
	return out
}

// Complete returns a completion script for a shell: of flags and the values
// that they take, of words and the IDs that explain takes, else of files.
func Complete(shell string) string {
	var flags []string
	new(Flags).set().VisitAll(func(f *pflag.Flag) { flags = append(flags, "--"+f.Name) })
	values := map[string]string{
		"--format": strings.Join(report.Names, " "), "--color": "auto always never", "--key-policy": "dynamodb none",
		"--replicas": "fix skip", "--completion": "bash zsh fish",
	}
	words := strings.Join(slices.Sorted(maps.Keys(words)), " ")
	var b strings.Builder
	switch shell {
	case "fish":
		fmt.Fprintf(&b, "complete -c cmkify -n __fish_use_subcommand -a %q\n", words)
		fmt.Fprintf(&b, "complete -c cmkify -n '__fish_seen_subcommand_from explain' -f -a %q\n", strings.Join(ids(), " "))
		new(Flags).set().VisitAll(func(f *pflag.Flag) {
			_, text := pflag.UnquoteUsage(f)
			fmt.Fprintf(&b, "complete -c cmkify -l %s", f.Name)
			if f.Shorthand != "" {
				fmt.Fprintf(&b, " -s %s", f.Shorthand)
			}
			if v := values["--"+f.Name]; v != "" {
				fmt.Fprintf(&b, " -x -a %q", v)
			} else if f.Value.Type() != "bool" {
				b.WriteString(" -r")
			}
			fmt.Fprintf(&b, " -d %q\n", text)
		})
		return b.String()
	case "zsh":
		b.WriteString("#compdef cmkify\nautoload -U +X bashcompinit && bashcompinit\n")
	}
	b.WriteString("_cmkify() {\n  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words=\n  case $previous in\n")
	fmt.Fprintf(&b, "    explain) COMPREPLY=($(compgen -W %q -- \"$word\")); return ;;\n", strings.Join(ids(), " "))
	for _, name := range flags {
		if values[name] != "" {
			fmt.Fprintf(&b, "    %s) COMPREPLY=($(compgen -W %q -- \"$word\")); return ;;\n", name, values[name])
		}
	}
	fmt.Fprintf(&b, "  esac\n  [ $COMP_CWORD -gt 1 ] || words=%q\n  case $word in\n    -*) COMPREPLY=($(compgen -W %q -- \"$word\")) ;;\n    *) COMPREPLY=($(compgen -W \"$words\" -f -- \"$word\")) ;;\n  esac\n}\ncomplete -o filenames -F _cmkify cmkify\n", words, strings.Join(flags, " "))
	return b.String()
}
