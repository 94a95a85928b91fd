package eval

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// lookupFunction gives what a map or object holds under a key, or else the default.
// A null that is held is given: only a key that is missing is replaced. The
// result carries the marks of the map and the key, and of nothing that was
// not chosen.
func lookupFunction() function.Function {
	inputMap, key, fallback := param("inputMap", cty.DynamicPseudoType), param("key", cty.String), anyParam("default")
	inputMap.AllowMarked, inputMap.AllowUnknown = true, true
	key.AllowMarked, key.AllowUnknown = true, true
	return function.New(&function.Spec{
		Params:   []function.Parameter{inputMap, key},
		VarParam: &fallback,
		Type:     lookupType,
		Impl: func(args []cty.Value, result cty.Type) (cty.Value, error) {
			held, heldMarks := args[0].Unmark()
			key, keyMarks := args[1].Unmark()
			if !held.IsKnown() || !key.IsKnown() {
				return cty.UnknownVal(result).WithMarks(heldMarks, keyMarks), nil
			}
			name := key.AsString()
			switch ty := held.Type(); {
			case ty.IsObjectType() && ty.HasAttribute(name):
				return held.GetAttr(name).WithMarks(heldMarks, keyMarks), nil
			case ty.IsMapType() && held.HasIndex(key).True():
				return held.Index(key).WithMarks(heldMarks, keyMarks), nil
			case len(args) < 3:
				return cty.NilVal, fmt.Errorf("lookup failed to find key %q", name)
			}
			v, err := convert.Convert(args[2], result)
			if err != nil {
				return cty.NilVal, function.NewArgError(2, err)
			}
			return v.WithMarks(heldMarks, keyMarks), nil
		},
	})
}

// lookupType is the type of a map's elements, or that of the object's
// attribute if the key is known.
func lookupType(args []cty.Value) (cty.Type, error) {
	if len(args) > 3 {
		return cty.NilType, fmt.Errorf("lookup() takes two or three arguments, got %d", len(args))
	}
	ty := args[0].Type()
	switch {
	case ty.IsMapType():
		if len(args) == 3 {
			if _, err := convert.Convert(args[2], ty.ElementType()); err != nil {
				return cty.NilType, function.NewArgErrorf(2, "the default value must have the same type as the map elements")
			}
		}
		return ty.ElementType(), nil
	case !ty.IsObjectType():
		return cty.NilType, function.NewArgErrorf(0, "lookup() requires a map as the first argument")
	case !args[1].IsKnown():
		return cty.DynamicPseudoType, nil
	}
	key, _ := args[1].Unmark()
	switch name := key.AsString(); {
	case ty.HasAttribute(name):
		return ty.AttributeType(name), nil
	case len(args) == 3:
		return args[2].Type(), nil
	default:
		return cty.NilType, function.NewArgErrorf(0, "the given object has no attribute %q", name)
	}
}
