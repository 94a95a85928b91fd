package eval

import (
	"math/big"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"cmkify/internal/terraform"
)

// function returns a function of Terraform for this evaluator: it costs what
// its arguments and its result hold, and has an unknown result where they
// would be out of all proportion. A name that Terraform does not have, such as
// a provider's, gives a function whose result is unknown.
func (ev *Evaluator) function(name string) function.Function {
	if f, made := ev.functions[name]; made {
		return f
	}
	f, known := functions()[name]
	bare := strings.TrimPrefix(name, "core::")
	switch {
	case !known:
		f = unknownFunction()
	case bare == "file" && ev.options.File != nil:
		f = ev.fileFunction()
	case bare != "try" && bare != "can":
		f = ev.metered(bare, f)
	}
	ev.functions[name] = f
	return f
}

// metered returns f, counted.
func (ev *Evaluator) metered(name string, f function.Function) function.Function {
	return around(f, f.ReturnTypeForValues, func(args []cty.Value) (cty.Value, error) {
		cost := 8
		for _, arg := range args {
			cost += ev.weigh(name, arg)
		}
		ty, err := f.ReturnTypeForValues(args)
		if err != nil {
			return cty.NilVal, err
		}
		if excessive(name, args) || !ev.spend(cost/8) {
			return unknownOf(ty).Call(args)
		}
		v, err := f.Call(args)
		if err == nil && !ev.spend(ev.weigh("", v)/8) {
			return unknownOf(ty).Call(args)
		}
		return v, err
	})
}

// weigh returns how many bytes and elements a value has, and notes when the
// function's result depends on the bytes of a stand-in in it.
func (ev *Evaluator) weigh(name string, v cty.Value) int {
	n := 0
	sees := slices.Contains(seesBytes, name)
	_ = cty.Walk(v, func(_ cty.Path, part cty.Value) (bool, error) {
		part = unmark(part)
		n++
		if terraform.IsString(part) {
			text := part.AsString()
			n += len(text)
			ev.doubt = ev.doubt || sees && strings.Contains(text, standInMark)
		}
		return n <= maxValue, nil
	})
	return n
}

// seesBytes are the functions whose result may depend on which bytes an
// argument has, not only on whether it is the same as another one.
var seesBytes = []string{
	"endswith", "format", "formatlist", "length", "lower", "max", "min", "parseint", "regex", "regexall", "replace", "slice",
	"sort", "split", "startswith", "strcontains", "strrev", "substr", "title", "tonumber", "trim", "trimprefix", "trimsuffix",
	"upper", "keys", "values", "toset", "setproduct", "setunion", "setintersection", "setsubtract", "distinct", "index",
}

// maxList bounds the lists that functions take whose time is quadratic.
const maxList = 2000

// excessive reports whether a call costs more than its arguments tell.
func excessive(name string, args []cty.Value) bool {
	size := func(n int) int {
		if n >= len(args) {
			return 0
		}
		v := unmark(args[n])
		switch {
		case !v.IsKnown() || v.IsNull():
			return 0
		case v.Type() == cty.String:
			return len(v.AsString())
		case v.CanIterateElements():
			return v.LengthInt()
		}
		return 0
	}
	switch name {
	case "replace":
		return size(0)*(size(2)+1) > maxValue
	case "join":
		return size(0)*size(1) > maxValue
	case "distinct", "index", "matchkeys", "contains", "setunion", "setintersection", "setsubtract", "sort", "compact":
		return max(size(0), size(1), size(2)) > maxList
	case "keys", "length":
		return len(args) > 0 && isRepresented(args[0].Type())
	case "yamldecode":
		// An alias repeats what it names: a few lines are gigabytes.
		return size(0) > 0 && strings.Count(unmark(args[0]).AsString(), "*") > 100
	case "format", "formatlist":
		total := 0
		for n := range args {
			total += size(n)
		}
		return size(0)*total > maxValue*16
	}
	return slices.ContainsFunc(args, hugeNumber)
}

// hugeNumber reports whether a value is a number of very many digits, which
// arithmetic would write out.
func hugeNumber(v cty.Value) bool {
	v = unmark(v)
	if v.Type() != cty.Number || !v.IsKnown() || v.IsNull() {
		return false
	}
	exponent := v.AsBigFloat().MantExp(new(big.Float))
	return exponent > 4096 || exponent < -4096
}

// pathMark begins what path.module gives: the directory of a module.
const pathMark = "\x02"

// fileFunction returns the function that reads a file of a module's directory.
func (ev *Evaluator) fileFunction() function.Function {
	return strict(cty.String, func(args []cty.Value) (cty.Value, error) {
		dir, path, found := strings.Cut(args[0].AsString(), pathMark+"/")
		dir, marked := strings.CutPrefix(dir, pathMark)
		if found && marked {
			for m := range ev.mentioned {
				if m.Dir != dir {
					continue
				}
				if text, ok := ev.options.File(m, path); ok && ev.spend(len(text)/8) {
					return cty.StringVal(string(text)), nil
				}
			}
		}
		return unknownText, nil
	}, param("path", cty.String))
}
