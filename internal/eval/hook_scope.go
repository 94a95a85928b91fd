package eval

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// transparent lets what is evaluated until the returned function is called be
// unknown where it is: a stand-in in its place could decide a condition.
func (ev *Evaluator) transparent() func() {
	opaque := ev.opaque
	ev.opaque = false
	return func() { ev.opaque = opaque }
}

// context returns what a part of an expression is evaluated with, made again: but
// for the iterators of the for expressions around it, which are mapped.
func (f *frame) context(ctx *hcl.EvalContext, e hclsyntax.Expression, mapped func(map[string]cty.Value) map[string]cty.Value) *hcl.EvalContext {
	if _, top := ctx.Variables[frameName]; top || ctx.Parent() == nil {
		return f.in.context(e, f.scope)
	}
	out := f.context(ctx.Parent(), e, mapped).NewChild()
	out.Variables = mapped(ctx.Variables)
	return out
}

// revealed returns iterators in which what stands for what is not known is
// unknown. They have what they were under names of its own.
func revealed(iterators map[string]cty.Value) map[string]cty.Value {
	out := map[string]cty.Value{}
	for name, v := range iterators {
		out[name] = v
		if bare := reveal(v); !bare.RawEquals(v) {
			out[name], out[opaquely+name] = bare, v
		}
	}
	return out
}

// concealed returns iterators as they were before they were revealed.
func concealed(iterators map[string]cty.Value) map[string]cty.Value {
	out := map[string]cty.Value{}
	for name := range iterators {
		out[name] = Scope(iterators).value(name, true)
	}
	return out
}
