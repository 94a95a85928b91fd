package detect

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
)

// keyOnceOn judges the key of a block that a call switches off by a variable, where
// the key depends on that, too: as it is once the call passes true, which is how
// the block is switched on. It reports whether the key is such, and known then.
func (j *judgement) keyOnceOn(argument Argument, key *hclsyntax.Attribute, scope eval.Scope, enabled fact) (judged bool) {
	if enabled.problem == "" || !enabled.passed() || len(enabled.source.Origin.ParameterPath) > 0 {
		return false
	}
	o, need, now := enabled.source.Origin, j.tableKey(), j.in.Value(key.Expr, scope)
	_, chooses := eval.Unwrap(key.Expr).(*hclsyntax.ConditionalExpr) // perhaps another null
	j.in.Suppose([]eval.Supposition{{In: o.Called, Variable: o.Parameter, Value: cty.True}}, func(in *eval.Instance) {
		then := in.Value(key.Expr, scope)
		if judged = then.IsWhollyKnown() && (chooses || !then.RawEquals(now)); judged {
			j.inside(in).key(argument, key, scope, need, true)
		}
	})
	return judged
}
