package detect

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
)

// keyOnceOn judges the key of a block that a call switches off by a variable, where
// the key depends on that, too: as it is once the call passes true, which is how
// the block is switched on. That is what the switch decides, as it is meant to. It
// reports whether the key is such, and known then.
func (j *judgement) keyOnceOn(argument Argument, key *hclsyntax.Attribute, scope eval.Scope, enabled fact) (judged bool) {
	if enabled.problem == "" || !enabled.passed() || len(enabled.source.Origin.ParameterPath) > 0 {
		return false
	}
	first := len(j.facts) // after that of the switch
	o, need, now := enabled.source.Origin, j.tableKey(), j.in.Value(key.Expr, scope)
	_, chooses := eval.Unwrap(key.Expr).(*hclsyntax.ConditionalExpr) // perhaps another null
	j.in.Suppose([]eval.Supposition{{In: o.Called, Variable: o.Parameter, Value: cty.True}}, func(in *eval.Instance) {
		then := in.Value(key.Expr, scope)
		if judged = then.IsWhollyKnown() && !then.RawEquals(now) || chooses && chosen(in, key.Expr, scope); judged {
			j.inside(in).key(argument, key, scope, need, true)
		}
	})
	if judged {
		j.facts[first-1].decides = key
	}
	return judged
}

// chosen reports whether an expression chooses what is known, or something that is
// set outside of the configuration and not left out.
func chosen(in *eval.Instance, e hclsyntax.Expression, scope eval.Scope) bool {
	if in.Value(e, scope).IsWhollyKnown() {
		return true
	}
	o := in.Trace(e, scope)
	_, names := eval.Unwrap(o.Expr).(*hclsyntax.ScopeTraversalExpr)
	v := o.In.Variable(o.Name)
	return names && (v == nil || v.Default == nil || !o.In.Open && !o.In.Terragrunt)
}
