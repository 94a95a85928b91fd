package eval

import (
	"math"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"cmkify/internal/terraform"
)

// function returns a function of Terraform for this evaluator: it costs what
// its arguments and its result hold, and has an unknown result where they
// would be out of all proportion. A name that is not known, such as that of
// another provider's, gives a function whose result is unknown.
func (ev *Evaluator) function(name string) function.Function {
	if f, made := ev.functions[name]; made {
		return f
	}
	f, known := functions()[name]
	bare := strings.TrimPrefix(name, "core::")
	switch {
	case !known:
		f = ev.metered(bare, unknownFunction())
	case bare == "file" && ev.options.File != nil:
		f = ev.fileFunction()
	case bare == "templatefile" && ev.options.File != nil:
		f = ev.templateFunction()
	case bare == "try":
		f = tryFunction()
	case bare != "can":
		f = ev.metered(bare, f)
	}
	ev.functions[name] = f
	return f
}

// metered returns f, counted. Where its result is unknown though the arguments
// are known, that is noted; what a provider computes is from elsewhere, like an
// attribute of its data source.
func (ev *Evaluator) metered(name string, f function.Function) function.Function {
	ty := func(args []cty.Value) (cty.Type, error) {
		if excessive(name, args) { // the type of some results is known only when they are made
			return cty.DynamicPseudoType, nil
		}
		return f.ReturnTypeForValues(args)
	}
	return around(f, ty, func(args []cty.Value) (cty.Value, error) {
		cost := 8
		for _, arg := range args {
			cost += ev.weigh(name, arg)
		}
		if excessive(name, args) {
			return ev.giveUp("%s takes too much time or memory to evaluate", name), nil
		}
		if ev.opaque && slices.Contains(cutsText, name) && slices.ContainsFunc(args, isOpaqueText) {
			return f.Call(unknownTexts(args))
		}
		if !ev.spend(cost / 8) {
			return ev.tooCostly(name, f, args)
		}
		v, err := f.Call(args)
		if err == nil && (!ev.spend(ev.weigh("", v)/8) || hugeNumber(v)) {
			return ev.tooCostly(name, f, args)
		}
		if err == nil && !strings.HasPrefix(name, providerPrefix) && !v.IsWhollyKnown() && !slices.ContainsFunc(args, func(a cty.Value) bool { return !a.IsWhollyKnown() }) {
			ev.giveUp("cmkify does not evaluate this call of %s", name)
		}
		return v, err
	})
}

// tooCostly returns the result of a call that is not made.
func (ev *Evaluator) tooCostly(name string, f function.Function, args []cty.Value) (cty.Value, error) {
	ty, err := f.ReturnTypeForValues(args)
	if err != nil {
		return cty.NilVal, err
	}
	ev.giveUp("%s takes too much time or memory to evaluate", name)
	return unknownOf(ty).Call(args)
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
	"provider::aws::arn_parse",
}

// cutsText are the functions that would take a stand-in for an unknown string
// apart, or count its bytes.
var cutsText = []string{"endswith", "length", "regex", "regexall", "startswith", "strcontains", "strrev", "substr", "provider::aws::arn_parse"}

func isOpaqueText(v cty.Value) bool {
	v = unmark(v)
	return terraform.IsString(v) && IsOpaque(v.AsString())
}

// unknownTexts returns arguments with unknown strings in the place of stand-ins
// for them.
func unknownTexts(args []cty.Value) []cty.Value {
	out := slices.Clone(args)
	for n, v := range out {
		if isOpaqueText(v) {
			_, marks := v.Unmark()
			out[n] = unknownText.WithMarks(marks)
		}
	}
	return out
}

// maxList bounds the lists that functions take whose time is quadratic.
const maxList = 2000

// excessive reports whether a call costs more than its arguments tell.
func excessive(name string, args []cty.Value) bool {
	size := func(n int) int {
		if n >= len(args) {
			return 0
		}
		if v := unmark(args[n]); terraform.IsString(v) {
			return len(v.AsString())
		}
		return elements(unmark(args[n]))
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
		return size(0) > 0 && expandsTooFar(unmark(args[0]).AsString())
	case "format", "formatlist":
		total := 0
		for n := range args {
			total += size(n)
		}
		return size(0)*total > maxValue*16
	}
	return slices.ContainsFunc(args, hugeNumber)
}

// expandsTooFar reports whether the aliases of a YAML text may repeat what they
// name until it is too large: a few lines can be gigabytes.
func expandsTooFar(text string) bool {
	aliases, anchors := strings.Count(text, "*"), strings.Count(text, "&")
	return float64(len(text))*math.Pow(float64(aliases), float64(anchors)) > 16*maxValue
}
