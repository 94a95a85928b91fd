package eval

import (
	"errors"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// numberFunctions fold a collection into one number or truth value.
func numberFunctions() map[string]function.Function {
	flags := param("list", cty.List(cty.Bool))
	return map[string]function.Function{
		"alltrue": strict(cty.Bool, allTrue, flags),
		"anytrue": strict(cty.Bool, anyTrue, flags),
		"sum":     strict(cty.Number, sumOf, param("list", cty.DynamicPseudoType)),
	}
}

// allTrue is decided by the first element that is not true: null is false,
// and an unknown hides what comes after it.
func allTrue(args []cty.Value) (cty.Value, error) {
	for _, v := range args[0].Elements() {
		if !v.IsKnown() {
			return cty.UnknownVal(cty.Bool), nil
		}
		if v.IsNull() || v.False() {
			return cty.False, nil
		}
	}
	return cty.True, nil
}

// anyTrue looks past unknowns: one true decides, wherever it stands.
func anyTrue(args []cty.Value) (cty.Value, error) {
	result := cty.False
	for _, v := range args[0].Elements() {
		switch {
		case !v.IsKnown():
			result = cty.UnknownVal(cty.Bool)
		case !v.IsNull() && v.True():
			return cty.True, nil
		}
	}
	return result, nil
}

// sumOf adds numbers, and strings that are numbers. Opposing infinities panic
// in cty, which discreet makes an error of.
func sumOf(args []cty.Value) (cty.Value, error) {
	list := args[0]
	ty := list.Type()
	if !ty.IsListType() && !ty.IsSetType() && !ty.IsTupleType() {
		return cty.NilVal, function.NewArgErrorf(0, "argument must be list, set, or tuple. Received %s", ty.FriendlyName())
	}
	if length := list.Length(); length.IsKnown() && length.RawEquals(cty.Zero) {
		return cty.NilVal, function.NewArgErrorf(0, "cannot sum an empty list")
	}
	if !list.IsWhollyKnown() {
		return cty.UnknownVal(cty.Number), nil
	}
	total := cty.Zero
	for _, v := range list.Elements() {
		number, err := convert.Convert(v, cty.Number)
		if err == nil && number.IsNull() {
			err = errors.New("null is no number")
		}
		if err != nil {
			return cty.NilVal, function.NewArgErrorf(0, "argument must be list, set, or tuple of number values")
		}
		total = total.Add(number)
	}
	return total, nil
}
