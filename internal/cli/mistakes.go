package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/spf13/pflag"

	"cmkify/internal/lazyregexp"
)

// others are flags of other tools, such as Terraform, its scanners and
// formatters, and what to use here.
var others = map[string]string{
	"no-color": "did you mean --color=never?", "json": "did you mean --format=json?", "sarif": "did you mean --format=sarif?",
	"diff": "did you mean --dry-run?", "d": "did you mean --dry-run?", "list": "did you mean --check?", "l": "did you mean --check?",
	"V": "did you mean --version?", "soft-fail": "did you mean --exit-zero?",
	"write": rewritten, "w": rewritten, "fix": rewritten, "i": rewritten, "in-place": rewritten,
	"recursive": "directories are searched recursively", "r": "directories are searched recursively", "R": "directories are searched recursively",
	"stat": "the last lines of a run have the counts; git diff --stat has files and lines",
}

const rewritten = "files are rewritten unless --dry-run or --check is given"

// singleDash catches long flags with one dash, as Terraform has them, before
// pflag reads -no-color as -n -o "-color".
func singleDash(s *pflag.FlagSet, args []string) error {
	for _, arg := range args {
		if arg == "--" {
			return nil
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(arg, "-"), "=")
		if !strings.HasPrefix(arg, "-") || strings.HasPrefix(arg, "--") || len(name) < 3 {
			continue
		}
		instead, foreign := others[name]
		switch {
		case foreign:
			return fmt.Errorf("unknown flag -%s (%s)", name, instead)
		case s.Lookup(name) != nil, strings.Contains(name, "-"):
			return fmt.Errorf("-%s: long flags take two dashes%s", name, meant(s, name))
		}
	}
	return nil
}

// flagAsPath catches what would be a flag in the place of the first path, as in
// "cmkify check .", if there is no such file.
func flagAsPath(s *pflag.FlagSet, paths []string) error {
	if len(paths) == 0 {
		return nil
	}
	instead, foreign := others[paths[0]]
	switch {
	case s.Lookup(paths[0]) != nil:
		instead = "did you mean --" + paths[0] + "?"
	case !foreign:
		return nil
	}
	if _, err := os.Lstat(paths[0]); err == nil {
		return nil
	}
	return fmt.Errorf("%s: no such file or directory (%s)", paths[0], instead)
}

var (
	unknownFlag      = lazyregexp.New(`^unknown flag: --([^=]+)`)
	unknownShorthand = lazyregexp.New(`^unknown shorthand flag: '(.)'`)
)

// corrected adds to pflag's errors what was probably meant.
func corrected(s *pflag.FlagSet, err error) error {
	if match := unknownShorthand.FindStringSubmatch(err.Error()); match != nil && others[match[1]] != "" {
		return fmt.Errorf("unknown flag -%s (%s)", match[1], others[match[1]])
	}
	match := unknownFlag.FindStringSubmatch(err.Error())
	if match == nil {
		return err
	}
	if instead, foreign := others[match[1]]; foreign {
		return fmt.Errorf("unknown flag --%s (%s)", match[1], instead)
	}
	return fmt.Errorf("unknown flag --%s%s", match[1], meant(s, match[1]))
}

// meant returns a question about the flag whose name is nearest, "" when none
// is near.
func meant(s *pflag.FlagSet, name string) string {
	best, distance := "", len(name)/2+1
	s.VisitAll(func(f *pflag.Flag) {
		if d := levenshtein.Distance(name, f.Name, nil); d < distance {
			best, distance = f.Name, d
		}
	})
	if best == "" {
		return ""
	}
	return " (did you mean --" + best + "?)"
}
