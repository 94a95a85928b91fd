package eval

import (
	"errors"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/customdecode"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// tryFunction is try as Terraform has it: the first argument that can be
// evaluated. Whether one can that depends on what is not known is asked of the
// world; outside of worlds the result is unknown.
func tryFunction() function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "expressions", Type: customdecode.ExpressionClosureType},
		Type: func(args []cty.Value) (cty.Type, error) {
			v, err := firstOf(args)
			if err != nil {
				return cty.NilType, err
			}
			return v.Type(), nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return firstOf(args) },
	})
}

func firstOf(args []cty.Value) (cty.Value, error) {
	for n, arg := range args {
		closure := customdecode.ExpressionClosureFromVal(arg)
		e, ctx := closure.Expression, transparently(closure)
		v, failed, certain := attempt(e, ctx)
		if !certain && n < len(args)-1 && dependsOnUnknowns(e, ctx) && !neverFails(e, ctx) {
			fails, decided := asksWhetherFails(e, ctx)
			if !decided {
				return cty.DynamicVal, nil
			}
			failed = fails
		}
		if failed {
			continue
		}
		if ctx != closure.EvalContext {
			v, _ = closure.Value()
		}
		if !v.IsWhollyKnown() {
			return cty.DynamicVal, nil
		}
		return v, nil
	}
	return cty.NilVal, errors.New("no expression succeeded")
}

// attempt evaluates an expression, and tells whether the outcome is certain: it
// fails or is known, and no world was asked.
func attempt(e hcl.Expression, ctx *hcl.EvalContext) (v cty.Value, failed, certain bool) {
	f := frameOf(ctx)
	if f == nil {
		v, diags := e.Value(ctx)
		return v, diags.HasErrors(), diags.HasErrors() || v.IsWhollyKnown()
	}
	open := f.in.ev.open
	f.in.ev.open = false
	v, diags := e.Value(ctx)
	asked := f.in.ev.open
	f.in.ev.open = asked || open
	return v, diags.HasErrors(), !asked && (diags.HasErrors() || v.IsWhollyKnown())
}

// transparently returns what an argument is evaluated with, but that unknown
// strings have no stand-ins, which could decide whether it fails.
func transparently(c *customdecode.ExpressionClosure) *hcl.EvalContext {
	f := frameOf(c.EvalContext)
	e, ok := c.Expression.(hclsyntax.Expression)
	if f == nil || !ok || !f.in.ev.opaque {
		return c.EvalContext
	}
	defer f.in.ev.transparent()()
	return f.context(c.EvalContext, e, revealed)
}

// dependsOnUnknowns reports whether an expression refers to what is not known.
// https://github.com/hashicorp/hcl/blob/v2.25.0/ext/tryfunc/tryfunc.go
func dependsOnUnknowns(e hcl.Expression, ctx *hcl.EvalContext) bool {
	for _, t := range e.Variables() {
		if v, diags := t.TraverseAbs(ctx); !diags.HasErrors() && !v.IsWhollyKnown() {
			return true
		}
	}
	return false
}

func asksWhetherFails(e hcl.Expression, ctx *hcl.EvalContext) (fails, decided bool) {
	f := frameOf(ctx)
	bare, ok := e.(hclsyntax.Expression)
	if f == nil || !ok {
		return false, false
	}
	id, name := f.site(ctx, Unwrap(bare)).id()
	return f.in.ev.decide(question{id + " fails", name + " cannot be evaluated", name + " can be evaluated"})
}
