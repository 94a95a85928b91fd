package eval

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// Settle returns the value of an expression as a call has it, in this world: a
// variable that is left to callers has its default where they leave it out,
// and anything else where they do not. Other values are returned as they are.
func (i *Instance) Settle(e hclsyntax.Expression, s Scope, v cty.Value) cty.Value {
	if unmark(v).IsKnown() {
		return v
	}
	at := site{in: i, scope: s, e: e}.origin()
	t, ok := at.e.(*hclsyntax.ScopeTraversalExpr)
	if !ok || len(t.Traversal) < 2 || t.Traversal.RootName() != "var" {
		return v
	}
	name := stepName(t.Traversal[1])
	if !at.in.left(name) {
		return v
	}
	id := at.in.variableID(name)
	said := shortName(id)
	if _, told := i.ev.told(id); told {
		return v
	}
	fallback, diags := t.Traversal[2:].TraverseRel(at.in.fallback(at.in.Variable(name)))
	if diags.HasErrors() {
		return v
	}
	key := id + " is left out"
	if bare := unmark(fallback); bare.IsNull() || terraform.IsString(bare) && bare.AsString() == "" {
		key = id + " is nothing"
	}
	if out, decided := i.ev.decide(question{key, said + " is left out", said + " is set"}); decided && out {
		return fallback
	}
	return v
}
