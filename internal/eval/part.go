package eval

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// A part is what a path leads to in a variable of an instance.
type part struct {
	in   *Instance
	name string
	path hcl.Traversal
	at   site // that takes it, which it is called by
	// called is what it is known by, if that is not the variable: an element of a
	// collection that is not known is called by its iterator.
	called named
}

// mayLack reports whether a caller that passes the variable may leave the part
// out, so that it is null.
func (p part) mayLack() bool {
	v := p.in.Variable(p.name)
	left := p.in.Caller == nil || p.in.Call.Partial && p.in.Call.Argument(p.name) == nil
	return v != nil && left && v.MayLack(p.path)
}

// fallback returns the part of the variable's default, if callers may leave that
// out. Of an element that is not told, there is none.
func (p part) fallback() (v cty.Value, left bool) {
	open := func(step hcl.Traverser) bool { i, ok := step.(hcl.TraverseIndex); return ok && !i.Key.IsKnown() }
	if !p.in.left(p.name) || slices.ContainsFunc(p.path, open) {
		return cty.NilVal, false
	}
	v, diags := p.path.TraverseRel(unmark(p.in.fallback(p.in.Variable(p.name))))
	return unmark(v), !diags.HasErrors()
}

// value returns what is known of the part where nobody leaves it out.
func (p part) value() cty.Value {
	if len(p.path) == 0 {
		return p.in.variable(p.name)
	}
	return cty.DynamicVal
}

// takesNull reports whether the part is null where null is passed.
func (p part) takesNull() bool { return !p.in.Variable(p.name).NeverNull(p.path) }

// someElement returns an element of a collection that is not known, with stand-ins
// for the strings in it, as each has it; NilVal for one of no variable.
func (i *Instance) someElement(collection hclsyntax.Expression, ty cty.Type) cty.Value {
	p, found := (site{in: i, e: collection}).part()
	if !found || !ty.IsCollectionType() || !ty.ElementType().IsObjectType() {
		for _, some := range iterated(i.opaque(collection, nil)) {
			return cty.ObjectVal(map[string]cty.Value{"key": cty.DynamicVal, "value": some.GetAttr("value")})
		}
		return cty.NilVal
	}
	const name = "each.value"
	p.path, p.called = append(slices.Clip(p.path), anyElement...), named{i.Root().Dir + "\x00" + i.Address() + name, name}
	opaque := i.ev.opaque
	i.ev.opaque = true
	defer func() { i.ev.opaque = opaque }()
	return cty.ObjectVal(map[string]cty.Value{"key": cty.DynamicVal, "value": i.ev.hideVariable(cty.UnknownVal(ty.ElementType()), p)})
}

// step returns what an attribute of the part is.
func (p part) step(attribute string) part {
	p.path = append(slices.Clip(p.path), hcl.TraverseAttr{Name: attribute})
	if p.called.id != "" {
		p.called = named{p.called.id + "." + attribute, p.called.name + "." + attribute}
	}
	return p
}

// stepText returns a step as it stands in a reference. The first element of a list
// stands for any.
func stepText(step hcl.Traverser) string {
	index, ok := step.(hcl.TraverseIndex)
	switch {
	case !ok || terraform.IsString(index.Key):
		return "." + stepName(step)
	case !index.Key.IsKnown() || index.Key.RawEquals(cty.Zero):
		return "[*]"
	}
	return "[" + valueText(index.Key) + "]"
}

// A named is something that questions are about: what they know it by, and what
// it is called in a sentence.
type named struct{ id, name string }

func (s site) named() named {
	id, name := s.id()
	return named{id, name}
}

func (p part) named() named {
	if p.called.id != "" {
		return p.called
	}
	id := p.in.variableID(p.name)
	for _, step := range p.path {
		id += stepText(step)
	}
	return named{id, shortName(id)}
}
