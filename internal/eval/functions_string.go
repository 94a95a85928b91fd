package eval

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// stringFunctions take strings, and have a meaning of their own in Terraform.
func stringFunctions() map[string]function.Function {
	str := param("str", cty.String)
	path := param("path", cty.String)
	return map[string]function.Function{
		// With the separators of the system it runs on, as in Terraform.
		"basename":    mapped(filepath.Base, path),
		"dirname":     mapped(filepath.Dir, path),
		"endswith":    strict(cty.Bool, tested(strings.HasSuffix), str, param("suffix", cty.String)),
		"replace":     strict(cty.String, replaceAll, str, param("substr", cty.String), param("replace", cty.String)),
		"startswith":  startsWithFunction(),
		"strcontains": strict(cty.Bool, tested(strings.Contains), str, param("substr", cty.String)),
		"timecmp":     strict(cty.Number, timeCompare, param("timestamp_a", cty.String), param("timestamp_b", cty.String)),
		"urlencode":   mapped(url.QueryEscape, str),
	}
}

// mapped returns the function that gives change of its only argument.
func mapped(change func(string) string, p function.Parameter) function.Function {
	return strict(cty.String, func(args []cty.Value) (cty.Value, error) {
		return cty.StringVal(change(args[0].AsString())), nil
	}, p)
}

// tested returns test as the body of a function of two strings.
func tested(test func(s, part string) bool) func([]cty.Value) (cty.Value, error) {
	return func(args []cty.Value) (cty.Value, error) {
		return cty.BoolVal(test(args[0].AsString(), args[1].AsString())), nil
	}
}

// startsWithFunction answers for unknown strings too, as far as their beginning is
// known: "arn:${...}" starts with "arn:" whatever follows.
func startsWithFunction() function.Function {
	str := param("str", cty.String)
	str.AllowUnknown = true
	return strict(cty.Bool, func(args []cty.Value) (cty.Value, error) {
		prefix := args[1].AsString()
		if args[0].IsKnown() {
			return cty.BoolVal(strings.HasPrefix(args[0].AsString(), prefix)), nil
		}
		known := args[0].Range().StringPrefix()
		switch {
		case strings.HasPrefix(known, prefix):
			return cty.True, nil
		case known != "" && len(known) >= len(prefix):
			return cty.False, nil
		}
		return cty.UnknownVal(cty.Bool), nil
	}, str, param("prefix", cty.String))
}

// replaceAll takes what stands between two slashes as a regular expression
// (RE2, with $1 and $name in the replacement), all else literally. A lone
// slash is a slash.
func replaceAll(args []cty.Value) (cty.Value, error) {
	s, old, with := args[0].AsString(), args[1].AsString(), args[2].AsString()
	if len(old) < 2 || !strings.HasPrefix(old, "/") || !strings.HasSuffix(old, "/") {
		return cty.StringVal(strings.ReplaceAll(s, old, with)), nil
	}
	re, err := regexp.Compile(old[1 : len(old)-1])
	if err != nil {
		return cty.NilVal, function.NewArgError(1, err)
	}
	return cty.StringVal(re.ReplaceAllString(s, with)), nil
}

// timeCompare gives -1, 0 or 1 as the first instant is before, at or after
// the second, whatever their offsets from UTC.
func timeCompare(args []cty.Value) (cty.Value, error) {
	var at [2]time.Time
	for i, arg := range args {
		t, err := time.Parse(time.RFC3339, arg.AsString())
		if err != nil {
			return cty.NilVal, function.NewArgErrorf(i, "not a valid RFC3339 timestamp")
		}
		at[i] = t
	}
	return cty.NumberIntVal(int64(at[0].Compare(at[1]))), nil
}
