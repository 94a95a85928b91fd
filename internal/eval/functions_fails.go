package eval

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// neverFails reports whether an expression that has no error now has none whatever
// its unknown parts come to: it is a local or variable as a whole, leads through
// values that are known to what they hold, is made of such, or refers to nothing.
func neverFails(e hcl.Expression, ctx *hcl.EvalContext) bool {
	bare, _ := e.(hclsyntax.Expression)
	switch e := Unwrap(bare).(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return steps(e.Traversal, ctx)
	case *hclsyntax.TemplateExpr:
		return !slices.ContainsFunc(e.Parts, func(part hclsyntax.Expression) bool { return !neverNull(part, ctx, cty.String) })
	case *hclsyntax.ObjectConsExpr:
		return !slices.ContainsFunc(e.Items, func(item hclsyntax.ObjectConsItem) bool {
			key, diags := item.KeyExpr.Value(ctx)
			return diags.HasErrors() || !unmark(key).IsKnown() || !neverFails(item.ValueExpr, ctx)
		})
	case *hclsyntax.TupleConsExpr:
		return allNeverFail(ctx, e.Exprs...)
	case *hclsyntax.ConditionalExpr:
		return neverNull(e.Condition, ctx, cty.Bool) && allNeverFail(ctx, e.TrueResult, e.FalseResult)
	case *hclsyntax.IndexExpr:
		return isKnown(e.Key, ctx) && isKnown(e.Collection, ctx) && neverFails(e.Collection, ctx)
	case *hclsyntax.RelativeTraversalExpr:
		return len(e.Traversal) == 1 && isKnown(e.Source, ctx) && neverFails(e.Source, ctx)
	case *hclsyntax.UnaryOpExpr:
		return neverNull(e.Val, ctx, e.Op.Type)
	case *hclsyntax.BinaryOpExpr:
		if e.Op == hclsyntax.OpEqual || e.Op == hclsyntax.OpNotEqual {
			return allNeverFail(ctx, e.LHS, e.RHS)
		}
		return e.Op.Type == cty.Bool && neverNull(e.LHS, ctx, cty.Bool) && neverNull(e.RHS, ctx, cty.Bool)
	}
	return bare != nil && len(bare.Variables()) == 0
}

func allNeverFail(ctx *hcl.EvalContext, list ...hclsyntax.Expression) bool {
	return !slices.ContainsFunc(list, func(e hclsyntax.Expression) bool { return !neverFails(e, ctx) })
}

// steps reports whether a traversal leads through values that are known.
func steps(t hcl.Traversal, ctx *hcl.EvalContext) bool {
	for n := 2; n < len(t); n++ {
		v, diags := t[:n].TraverseAbs(ctx)
		if diags.HasErrors() || !unmark(v).IsKnown() {
			return false
		}
	}
	return true
}

// isKnown reports whether an expression is known as such, whatever is in it.
func isKnown(e hclsyntax.Expression, ctx *hcl.EvalContext) bool {
	v, diags := Unwrap(e).Value(ctx)
	return !diags.HasErrors() && unmark(v).IsKnown()
}

// neverNull reports whether an expression never fails and is of a type, and not
// null, which operators and conditions refuse.
func neverNull(e hclsyntax.Expression, ctx *hcl.EvalContext, ty cty.Type) bool {
	v, diags := Unwrap(e).Value(ctx)
	v = unmark(v)
	notNull := v.IsKnown() && !v.IsNull() || definitelyNotNull(v)
	return !diags.HasErrors() && v.Type() == ty && notNull && neverFails(e, ctx)
}
