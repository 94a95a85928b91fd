package eval

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// A hook is an expression in a place where evaluation may meet an open
// question: a condition, a key, an argument that may be null. hcl evaluates
// all the rest. It also counts what is spent where expressions repeat.
//
// It embeds parentheses, not the expression, so that hcl, which looks at the
// types of expressions to find the variables in them, still finds those.
type hook struct {
	*hclsyntax.ParenthesesExpr
	value func(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics)
}

func newHook(e hclsyntax.Expression, value func(*frame, *hcl.EvalContext, hclsyntax.Expression) (cty.Value, hcl.Diagnostics)) hclsyntax.Expression {
	if _, done := e.(*hook); done || e == nil {
		return e
	}
	return &hook{&hclsyntax.ParenthesesExpr{Expression: e, SrcRange: e.Range()}, value}
}

// Value evaluates the expression, and asks the world where that does not tell.
func (h *hook) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	f := frameOf(ctx)
	if f == nil {
		return h.Expression.Value(ctx)
	}
	return h.value(f, ctx, h.Expression)
}

// UnwrapExpression returns what the hook is on, for those who look at how an
// expression is written: see [hcl.UnwrapExpression].
func (h *hook) UnwrapExpression() hcl.Expression { return h.Expression }

// frameOf returns the frame that an evaluation was begun in.
func frameOf(ctx *hcl.EvalContext) *frame {
	for ; ctx != nil; ctx = ctx.Parent() {
		if v, ok := ctx.Variables[frameName]; ok {
			return v.EncapsulatedValue().(*frame)
		}
	}
	return nil
}

// Unwrap takes off what does not change an expression's value: hooks,
// parentheses, and the quotes of "${x}".
func Unwrap(e hclsyntax.Expression) hclsyntax.Expression {
	for {
		switch wrapped := e.(type) {
		case *hook:
			e = wrapped.Expression
		case *hclsyntax.ParenthesesExpr:
			e = wrapped.Expression
		case *hclsyntax.TemplateWrapExpr:
			e = wrapped.Wrapped
		default:
			return e
		}
	}
}

// install puts hooks into a node. A second call changes nothing.
func install(n hclsyntax.Node) hcl.Diagnostics {
	switch e := n.(type) {
	case *hclsyntax.ConditionalExpr:
		e.Condition = newHook(e.Condition, condition)
		e.TrueResult = newHook(e.TrueResult, branch(e, cty.True))
		e.FalseResult = newHook(e.FalseResult, branch(e, cty.False))
	case *hclsyntax.TupleConsExpr:
		for i := range e.Exprs {
			e.Exprs[i] = newHook(e.Exprs[i], member)
		}
	case *hclsyntax.ObjectConsExpr:
		for i := range e.Items {
			e.Items[i].ValueExpr = newHook(e.Items[i].ValueExpr, member)
		}
	case *hclsyntax.ForExpr:
		e.ValExpr = newHook(e.ValExpr, element)
		e.KeyExpr = newHook(e.KeyExpr, metered)
		e.CondExpr = newHook(e.CondExpr, condition)
	case *hclsyntax.IndexExpr:
		e.Key = newHook(e.Key, indexKey(e))
	case *hclsyntax.TemplateExpr:
		for i := range e.Parts {
			e.Parts[i] = newPart(e.Parts[i])
		}
	case *hclsyntax.SplatExpr:
		e.Each = newHook(e.Each, metered)
	case *hclsyntax.FunctionCallExpr:
		installArguments(e)
	}
	return nil
}

// newPart hooks a part of a template, but for text: hcl looks for that.
func newPart(e hclsyntax.Expression) hclsyntax.Expression {
	if _, text := e.(*hclsyntax.LiteralValueExpr); text {
		return e
	}
	return newHook(e, templatePart)
}

func installArguments(e *hclsyntax.FunctionCallExpr) {
	if e.Name == "try" || e.Name == "can" {
		return // they take expressions, not values
	}
	keyed := (e.Name == "lookup" || e.Name == "element" || e.Name == "contains") && len(e.Args) > 1 && !e.ExpandFinal
	for n := range e.Args {
		switch {
		case e.Name == "jsonencode", e.Name == "templatefile" && n == 1:
			e.Args[n] = newHook(e.Args[n], encoded)
		case e.Name == "coalesce" && !e.ExpandFinal:
			e.Args[n] = newHook(e.Args[n], coalesced)
		case e.Name == "merge" && !e.ExpandFinal:
			e.Args[n] = newHook(e.Args[n], merged)
		case keyed && n == 1:
			e.Args[n] = newHook(e.Args[n], argumentKey(e))
		case keyed && n == 0 && e.Name == "lookup" && len(e.Args) == 3:
			e.Args[n] = newHook(e.Args[n], lookedUp(e))
		default:
			e.Args[n] = newHook(e.Args[n], argument)
		}
	}
}

// argument evaluates an argument of a function, which hcl converts to the type
// that the function takes.
func argument(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	v, diags := e.Value(ctx)
	if !f.in.ev.mayConvert(v) {
		return f.in.tooMuch(e), nil
	}
	return v, diags
}

// metered counts what an expression that is evaluated many times costs. The
// longer a text, the more often it is copied.
func metered(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	ev := f.in.ev
	if !ev.spend(stepCost) {
		return f.in.tooMuch(e), nil
	}
	v, diags := e.Value(ctx)
	n := 0
	if bare := unmark(v); terraform.IsString(bare) {
		n = len(bare.AsString())
	}
	if !ev.spend(n/16+n*n>>16) || !ev.mayConvert(v) {
		return f.in.tooMuch(e), nil
	}
	return v, diags
}

// condition evaluates a condition, in the world if need be.
func condition(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	if !f.in.ev.spend(4) {
		return f.in.tooMuch(e), nil
	}
	if f.in.ev.opaque {
		defer f.in.ev.transparent()()
		ctx = f.context(ctx, e, revealed)
	}
	v, diags := e.Value(ctx)
	if diags.HasErrors() || unmark(v).IsKnown() {
		return v, diags
	}
	return f.truth(ctx, e), nil
}

// branch evaluates one side of a conditional. hcl evaluates both, before the
// condition; the one that is not taken asks no questions.
func branch(parent *hclsyntax.ConditionalExpr, taken cty.Value) func(*frame, *hcl.EvalContext, hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	return func(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
		ev := f.in.ev
		c, _ := parent.Condition.Value(ctx)
		if b := AsBool(c); b.IsKnown() && !b.IsNull() && !b.RawEquals(taken) {
			muted := ev.muted
			ev.muted = true
			defer func() { ev.muted = muted }()
		}
		return metered(f, ctx, e)
	}
}

// coalesced evaluates an argument of coalesce: one that may be null or empty
// is so in one world, and not in another.
func coalesced(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	v, diags := argument(f, ctx, e)
	bare, marks := v.Unmark()
	if diags.HasErrors() || bare.IsKnown() {
		return v, diags
	}
	nothing, decided := f.nothing(ctx, e)
	switch {
	case !decided:
		return v, nil
	case nothing:
		return cty.NullVal(bare.Type()).WithMarks(marks), nil
	case bare.Type() == cty.DynamicPseudoType:
		return unknownText.WithMarks(marks), nil
	}
	return v.RefineNotNull(), nil
}
