package eval

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// A collection that callers give, and whose elements they may leave something out
// of, is represented where unknown strings have stand-ins: by an element that
// stands for any, and by those that are asked for by a literal key or index. What
// functions take out of it then tells what it is.

// lacksWithin reports whether a part is a collection whose elements callers may
// leave something out of.
func (p part) lacksWithin(ty cty.Type) bool {
	if !ty.IsCollectionType() {
		return false
	}
	p.path = append(p.path[:len(p.path):len(p.path)], anyElement...)
	return p.holdsOptional(ty.ElementType())
}

func (p part) holdsOptional(ty cty.Type) bool {
	if !ty.IsObjectType() {
		return p.lacksWithin(ty)
	}
	for name, ty := range ty.AttributeTypes() {
		if of := p.step(name); of.mayLack() || of.holdsOptional(ty) {
			return true
		}
	}
	return false
}

// represented returns a collection with elements that stand for those that are
// not known.
func (ev *Evaluator) represented(of part, ty cty.Type) cty.Value {
	element := func(key cty.Value) cty.Value {
		p := of
		p.path = append(p.path[:len(p.path):len(p.path)], hcl.TraverseIndex{Key: key})
		return ev.hideVariable(cty.UnknownVal(ty.ElementType()), p)
	}
	some := element(cty.DynamicVal)
	switch {
	case ty.IsSetType():
		return cty.SetVal([]cty.Value{some})
	case ty.IsListType():
		list := []cty.Value{some}
		for n := 1; ev.lenient.several && n <= ev.elements.last; n++ {
			list = append(list, element(cty.NumberIntVal(int64(n))))
		}
		return cty.ListVal(list)
	}
	attributes := map[string]cty.Value{anyKey: some}
	for key := range ev.elements.keys {
		attributes[key] = element(cty.StringVal(key))
	}
	return cty.ObjectVal(attributes)
}

// isHidden reports whether a value stands for one that is not known, or for any.
func isHidden(v cty.Value) bool {
	v = unmark(v)
	return terraform.IsString(v) && hides(v.AsString())
}

func hides(text string) bool { return IsOpaque(text) || strings.Contains(text, anyKey) }

// reveal returns a value in which what stands for what is not known is unknown.
func reveal(v cty.Value) cty.Value { return mapStrings(v, hides, cty.UnknownVal(cty.String)) }

// mapStrings returns a value with another one in the place of some strings in it.
func mapStrings(v cty.Value, some func(string) bool, by cty.Value) cty.Value {
	out, err := cty.Transform(v, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if bare := unmark(v); terraform.IsString(bare) && some(bare.AsString()) {
			return by.WithSameMarks(v), nil
		}
		return v, nil
	})
	if err != nil {
		return cty.DynamicVal
	}
	return out
}
