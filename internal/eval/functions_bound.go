package eval

import (
	"math"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"cmkify/internal/lazyregexp"
)

// maxGrowth is how many bytes of padding, or elements, one call may make of
// nothing. setproduct of ten lists of ten would fill the memory of whoever
// reads a stranger's directory, and so would format("%1000000000d", 1).
const maxGrowth = 100_000

// boundedFunctions are cty's functions whose result can be out of all
// proportion to the arguments; where it would be, it is unknown.
func boundedFunctions() map[string]function.Function {
	return map[string]function.Function{
		"format":     bounded(stdlib.FormatFunc, wideFormat),
		"formatlist": bounded(stdlib.FormatListFunc, wideFormat),
		"indent":     bounded(stdlib.IndentFunc, deepIndent),
		"setproduct": bounded(stdlib.SetProductFunc, largeProduct),
	}
}

// bounded returns f, with an unknown result where its arguments, stripped of
// marks, are excessive.
func bounded(f function.Function, excessive func(args []cty.Value) bool) function.Function {
	return around(f, f.ReturnTypeForValues, func(args []cty.Value) (cty.Value, error) {
		bare := make([]cty.Value, len(args))
		for i, arg := range args {
			bare[i], _ = arg.UnmarkDeep()
		}
		if excessive(bare) {
			ty, err := f.ReturnTypeForValues(args)
			if err != nil {
				return cty.NilVal, err
			}
			return unknownOf(ty).Call(args)
		}
		return f.Call(args)
	})
}

// wideVerb is a verb with a width or precision of six digits or more.
var wideVerb = lazyregexp.New(`%[^%a-zA-Z]*[0-9]{6}`)

func wideFormat(args []cty.Value) bool {
	format := args[0]
	return format.IsKnown() && !format.IsNull() && wideVerb.MatchString(format.AsString())
}

func deepIndent(args []cty.Value) bool {
	spaces := args[0]
	return spaces.IsKnown() && !spaces.IsNull() && spaces.GreaterThan(cty.NumberIntVal(maxGrowth)).True()
}

func largeProduct(args []cty.Value) bool {
	product := 1.0
	for _, arg := range args {
		if !arg.IsNull() && arg.IsKnown() && arg.CanIterateElements() {
			product = math.Min(product*float64(arg.LengthInt()), math.MaxInt64)
		}
	}
	return product > maxGrowth
}
