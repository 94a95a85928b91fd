package eval

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// markFunctions change or ask what is known about a value, not the value.
func markFunctions() map[string]function.Function {
	return map[string]function.Function{
		"sensitive": sameType(func(v cty.Value) cty.Value { return v.Mark(Sensitive) }),
		// Only the value itself is opened, as in Terraform: marks of its
		// elements stay, and so do marks that are not Sensitive.
		"nonsensitive": sameType(func(v cty.Value) cty.Value {
			bare, marks := v.Unmark()
			delete(marks, Sensitive)
			return bare.WithMarks(marks)
		}),
		// Nothing is ephemeral before a run.
		"ephemeralasnull": sameType(func(v cty.Value) cty.Value { return v }),
		"issensitive": function.New(&function.Spec{
			Params: []function.Parameter{anyParam("value")},
			Type:   function.StaticReturnType(cty.Bool),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				if args[0].HasMark(Sensitive) {
					return cty.True, nil
				}
				// An unknown can still turn out to be sensitive.
				if !args[0].IsKnown() {
					return cty.UnknownVal(cty.Bool), nil
				}
				return cty.False, nil
			},
		}),
	}
}

// sameType returns the function of one value that change describes; its
// result has the type of its argument.
func sameType(change func(cty.Value) cty.Value) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyParam("value")},
		Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
		Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return change(args[0]), nil },
	})
}
