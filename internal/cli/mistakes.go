package cli

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/spf13/pflag"
)

// others are flags of Terraform and of scanners, and what does the same here.
var others = map[string]string{
	"no-color": "--color never", "json": "--format json", "write": "no flag: files are written unless -n or --check is given",
	"diff": "-n", "fix": "no flag: that is what it does", "list": "--check", "recursive": "no flag: folders are searched",
}

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
			return fmt.Errorf("-%s is no flag; did you mean %s?", name, instead)
		case s.Lookup(name) != nil, strings.Contains(name, "-"):
			return fmt.Errorf("-%s: long flags take two dashes%s", name, meant(s, name))
		}
	}
	return nil
}

var unknownFlag = regexp.MustCompile(`^unknown flag: --([^=]+)`)

// explain adds to pflag's errors what was probably meant.
func explain(s *pflag.FlagSet, err error) error {
	match := unknownFlag.FindStringSubmatch(err.Error())
	if match == nil {
		return err
	}
	if instead, foreign := others[match[1]]; foreign {
		return fmt.Errorf("%w; did you mean %s?", err, instead)
	}
	return fmt.Errorf("%w%s", err, meant(s, match[1]))
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
	return "; did you mean --" + best + "?"
}
