package eval

import (
	"errors"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// collectionFunctions take lists, sets, maps, tuples and objects, and have a
// meaning of their own in Terraform.
func collectionFunctions() map[string]function.Function {
	list := param("list", cty.DynamicPseudoType)
	elements := cty.Map(cty.List(cty.String))
	return map[string]function.Function{
		"coalesce":  coalesceFunction(),
		"index":     strict(cty.Number, indexOf, list, param("value", cty.DynamicPseudoType)),
		"length":    lengthFunction(),
		"lookup":    lookupFunction(),
		"matchkeys": matchKeysFunction(),
		"one":       oneFunction(),
		"transpose": strict(elements, transpose, param("values", elements)),
	}
}

// coalesceFunction gives the first argument that is neither null nor, among strings,
// empty. It stops at an unknown: that could be the one. With a bare null
// among the arguments the common type is any, and then "" counts as a value,
// in Terraform too.
func coalesceFunction() function.Function {
	vals := anyParam("vals")
	vals.AllowMarked = false
	return function.New(&function.Spec{
		VarParam:     &vals,
		RefineResult: notNull,
		Type: func(args []cty.Value) (cty.Type, error) {
			types := make([]cty.Type, len(args))
			for i, arg := range args {
				types[i] = arg.Type()
			}
			common, _ := convert.UnifyUnsafe(types)
			if common == cty.NilType {
				return cty.NilType, errors.New("all arguments must have the same type")
			}
			return common, nil
		},
		Impl: func(args []cty.Value, common cty.Type) (cty.Value, error) {
			for _, arg := range args {
				v, err := convert.Convert(arg, common)
				switch {
				case err != nil:
					return cty.NilVal, err
				case !v.IsKnown():
					return cty.UnknownVal(common), nil
				case v.IsNull(), common == cty.String && v.AsString() == "":
					continue
				}
				return v, nil
			}
			return cty.NilVal, errors.New("no non-null, non-empty-string arguments")
		},
	})
}

// indexOf gives the place of the first element that equals the value; an
// element that may or may not equal it hides the answer.
func indexOf(args []cty.Value) (cty.Value, error) {
	list, value := args[0], args[1]
	if ty := list.Type(); !ty.IsListType() && !ty.IsTupleType() {
		return cty.NilVal, errors.New("argument must be a list or tuple")
	}
	if list.LengthInt() == 0 {
		return cty.NilVal, errors.New("cannot search an empty list")
	}
	for i, v := range list.Elements() {
		equal, err := stdlib.Equal(v, value)
		switch {
		case err != nil:
			return cty.NilVal, err
		case !equal.IsKnown():
			return cty.UnknownVal(cty.Number), nil
		case equal.True():
			return i, nil
		}
	}
	return cty.NilVal, errors.New("item not found")
}

// lengthFunction counts characters as people see them, elements, or attributes. That
// of a tuple or object is known by its type, even if the value is not.
func lengthFunction() function.Function {
	value := anyParam("value")
	value.AllowNull = false
	return function.New(&function.Spec{
		Params:       []function.Parameter{value},
		RefineResult: notNull,
		Type: func(args []cty.Value) (cty.Type, error) {
			ty := args[0].Type()
			if ty == cty.String || ty == cty.DynamicPseudoType || ty.IsCollectionType() || ty.IsTupleType() || ty.IsObjectType() {
				return cty.Number, nil
			}
			return cty.NilType, errors.New("argument must be a string, a collection type, or a structural type")
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v := args[0]
			switch ty := v.Type(); {
			case ty == cty.DynamicPseudoType:
				return cty.UnknownVal(cty.Number).WithSameMarks(v), nil
			case ty == cty.String:
				return stdlib.Strlen(v)
			case ty.IsTupleType():
				return cty.NumberIntVal(int64(ty.Length())).WithSameMarks(v), nil
			case ty.IsObjectType():
				return cty.NumberIntVal(int64(len(ty.AttributeTypes()))).WithSameMarks(v), nil
			}
			return v.Length(), nil
		},
	})
}

// matchKeysFunction gives the values whose key, at the same place of the second
// list, is in the third.
func matchKeysFunction() function.Function {
	list := cty.List(cty.DynamicPseudoType)
	return function.New(&function.Spec{
		Params:       []function.Parameter{param("values", list), param("keys", list), param("searchset", list)},
		RefineResult: notNull,
		Type: func(args []cty.Value) (cty.Type, error) {
			if common, _ := convert.UnifyUnsafe([]cty.Type{args[1].Type(), args[2].Type()}); common == cty.NilType {
				return cty.NilType, errors.New("keys and searchset must be of the same type")
			}
			return args[0].Type(), nil
		},
		Impl: func(args []cty.Value, result cty.Type) (cty.Value, error) {
			values, keys, wanted := args[0], args[1], args[2]
			if values.LengthInt() != keys.LengthInt() {
				return cty.NilVal, errors.New("length of keys and values should be equal")
			}
			if wanted.LengthInt() == 0 {
				return cty.ListValEmpty(result.ElementType()), nil
			}
			// Terraform takes an unknown in the third list for a mismatch;
			// until it is known, nobody can say.
			if !values.IsWhollyKnown() || !keys.IsWhollyKnown() || !wanted.IsWhollyKnown() {
				return cty.UnknownVal(result), nil
			}
			return matching(values, keys, wanted)
		},
	})
}

// matching returns the elements of values whose key is among wanted. Both
// are brought to one type first: "1" and 1 are the same key.
func matching(values, keys, wanted cty.Value) (cty.Value, error) {
	common, _ := convert.UnifyUnsafe([]cty.Type{keys.Type(), wanted.Type()})
	keys, err := convert.Convert(keys, common)
	if err != nil {
		return cty.NilVal, err
	}
	wanted, err = convert.Convert(wanted, common)
	if err != nil {
		return cty.NilVal, err
	}
	var matches []cty.Value
	for i, key := range keys.Elements() {
		is := func(candidate cty.Value) bool { return key.RawEquals(candidate) }
		if slices.ContainsFunc(wanted.AsValueSlice(), is) {
			matches = append(matches, values.Index(i))
		}
	}
	if len(matches) == 0 {
		return cty.ListValEmpty(values.Type().ElementType()), nil
	}
	return cty.ListVal(matches), nil
}

// oneFunction gives the only element, or null if there is none.
func oneFunction() function.Function {
	const rule = "must be a list, set, or tuple value with either zero or one elements"
	return function.New(&function.Spec{
		Params: []function.Parameter{param("list", cty.DynamicPseudoType)},
		Type: func(args []cty.Value) (cty.Type, error) {
			switch ty := args[0].Type(); {
			case ty.IsListType() || ty.IsSetType():
				return ty.ElementType(), nil
			case ty.IsTupleType() && ty.Length() == 0:
				return cty.DynamicPseudoType, nil
			case ty.IsTupleType() && ty.Length() == 1:
				return ty.TupleElementType(0), nil
			}
			return cty.NilType, function.NewArgErrorf(0, rule)
		},
		Impl: func(args []cty.Value, result cty.Type) (cty.Value, error) {
			// A set with unknown elements may turn out to be smaller.
			if !args[0].Length().IsKnown() {
				return cty.UnknownVal(result), nil
			}
			elements := args[0].AsValueSlice()
			switch len(elements) {
			case 0:
				return cty.NullVal(result), nil
			case 1:
				return elements[0], nil
			}
			return cty.NilVal, function.NewArgErrorf(0, rule)
		},
	})
}

// transpose turns a map of lists inside out: each string that is in a list
// becomes a key, and holds the keys of the lists that it was in, sorted.
func transpose(args []cty.Value) (cty.Value, error) {
	if !args[0].IsWhollyKnown() {
		return cty.UnknownVal(args[0].Type()), nil
	}
	holders := map[string][]cty.Value{}
	for key, list := range args[0].Elements() {
		if list.IsNull() {
			return cty.NilVal, errors.New("input must not contain null list")
		}
		for _, v := range list.Elements() {
			if v.IsNull() {
				return cty.NilVal, errors.New("input list must not contain null string")
			}
			holders[v.AsString()] = append(holders[v.AsString()], key)
		}
	}
	if len(holders) == 0 {
		return cty.MapValEmpty(cty.List(cty.String)), nil
	}
	lists := make(map[string]cty.Value, len(holders))
	for v, keys := range holders {
		slices.SortFunc(keys, func(a, b cty.Value) int { return strings.Compare(a.AsString(), b.AsString()) })
		lists[v] = cty.ListVal(keys)
	}
	return cty.MapVal(lists), nil
}
