package eval

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// member evaluates one value of several that make up a collection. What stands for
// what is not known may be no number or list, as it must be there: that is not known
// then, and the others are what they are.
func member(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	v, diags := e.Value(ctx)
	return f.transparently(ctx, e, v, diags)
}

// element is member for what a for expression makes.
func element(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	v, diags := metered(f, ctx, e)
	return f.transparently(ctx, e, v, diags)
}

// transparently returns what an expression comes to, and, where stand-ins for what
// is not known make it fail, what it comes to without.
func (f *frame) transparently(ctx *hcl.EvalContext, e hclsyntax.Expression, v cty.Value, diags hcl.Diagnostics) (cty.Value, hcl.Diagnostics) {
	if !diags.HasErrors() || !f.in.ev.opaque || !f.in.ev.lenient.tolerant {
		return v, diags
	}
	defer f.in.ev.transparent()()
	return e.Value(f.context(ctx, e, revealed))
}

// merged evaluates an argument of merge. One that is not known may have no key of
// those that others have.
func merged(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	v, diags := argument(f, ctx, e)
	bare, marks := v.Unmark()
	if f.in.ev.settling && f.in.ev.opaque && !diags.HasErrors() && (!bare.IsKnown() || conceals(bare)) {
		f.in.ev.lapse.assumed = true
		return cty.EmptyObjectVal.WithMarks(marks), nil
	}
	return v, diags
}

// conceals reports whether a value is a text with stand-ins for what is not known,
// which may be no text at all.
func conceals(v cty.Value) bool { return terraform.IsString(v) && IsOpaque(v.AsString()) }
