package eval

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// convertFunctions make a value's type what their name says. cty has them
// too, but those spread the marks of one element over the whole list:
// tolist([sensitive("a"), "b"])[1] is nobody's secret in Terraform.
func convertFunctions() map[string]function.Function {
	return map[string]function.Function{
		"tobool":   conversion(cty.Bool),
		"tolist":   conversion(cty.List(cty.DynamicPseudoType)),
		"tomap":    conversion(cty.Map(cty.DynamicPseudoType)),
		"tonumber": conversion(cty.Number),
		"toset":    conversion(cty.Set(cty.DynamicPseudoType)),
		"tostring": conversion(cty.String),
	}
}

// conversion keeps nulls and unknowns, of the wanted type. A value that
// cannot be converted is not quoted in the error.
func conversion(want cty.Type) function.Function {
	impossible := func(got cty.Type) error {
		return function.NewArgErrorf(0, "cannot convert %s to %s", got.FriendlyName(), want.FriendlyNameForConstraint())
	}
	return function.New(&function.Spec{
		Params: []function.Parameter{anyParam("v")},
		Type: func(args []cty.Value) (cty.Type, error) {
			got := args[0].Type()
			if !got.Equals(want) && convert.GetConversionUnsafe(got, want) == nil {
				return cty.NilType, impossible(got)
			}
			return want, nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !args[0].IsKnown() {
				return cty.UnknownVal(want).WithSameMarks(args[0]), nil
			}
			v, err := convert.Convert(args[0], want)
			if err != nil {
				return cty.NilVal, impossible(args[0].Type())
			}
			return v, nil
		},
	})
}
