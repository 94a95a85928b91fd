package eval

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// cover returns a value of the site's expression or, where unknown strings are
// to have stand-ins, one for a value that is not known. The same expression has
// the same stand-in wherever a local or an argument hands it on.
func (s site) cover(v cty.Value) cty.Value {
	bare, marks := v.Unmark()
	if !s.in.ev.opaque || bare.IsKnown() {
		return v
	}
	id, _ := s.origin().id()
	return s.in.ev.hide(unknownText, id).WithMarks(marks)
}

// coverWithin is cover for what becomes JSON: of a value of which parts are
// known, each other part has a stand-in.
func (s site) coverWithin(v cty.Value) cty.Value {
	if !s.in.ev.opaque || v.IsWhollyKnown() {
		return v
	}
	id, _ := s.origin().id()
	bare, marks := v.UnmarkDeep()
	return s.in.ev.covered(bare, id).WithMarks(marks)
}

// covered makes tuples and objects of lists and maps, whose elements need not be
// of one type, and are the same in JSON.
func (ev *Evaluator) covered(v cty.Value, id string) cty.Value {
	ty := v.Type()
	switch {
	case !v.IsKnown():
		return ev.hide(unknownText, id)
	case v.IsNull() || !v.CanIterateElements():
		return v
	case ty.IsObjectType() || ty.IsMapType():
		attributes := map[string]cty.Value{}
		for name, part := range v.AsValueMap() {
			attributes[name] = ev.covered(part, id+"."+name)
		}
		return cty.ObjectVal(attributes)
	}
	var elements []cty.Value
	for it := v.ElementIterator(); it.Next(); {
		key, part := it.Element()
		elements = append(elements, ev.covered(part, id+"["+valueText(key)+"]"))
	}
	return cty.TupleVal(elements)
}

// templatePart evaluates a part of a template.
func templatePart(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	v, diags := metered(f, ctx, e)
	if diags.HasErrors() {
		return v, diags
	}
	return f.site(ctx, e).cover(v), diags
}

// encoded evaluates what becomes JSON.
func encoded(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	v, diags := argument(f, ctx, e)
	if diags.HasErrors() {
		return v, diags
	}
	return f.site(ctx, e).coverWithin(v), diags
}
