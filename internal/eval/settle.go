package eval

import (
	"strings"

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
		return i.settleText(e, s, v)
	}
	name := stepName(t.Traversal[1])
	if !at.in.left(name) {
		return v
	}
	if _, told := i.ev.told(at.in.variableID(name)); told {
		return v
	}
	fallback, diags := t.Traversal[2:].TraverseRel(at.in.fallback(at.in.Variable(name)))
	if !diags.HasErrors() && at.in.leftOut(name, fallback) {
		return fallback
	}
	return v
}

// leftOut decides whether callers leave out a variable that has a default, of
// which fallback is what is taken.
func (i *Instance) leftOut(name string, fallback cty.Value) bool {
	id := i.variableID(name)
	said := shortName(id)
	key := id + " is left out"
	if bare := unmark(fallback); bare.IsNull() || terraform.IsString(bare) && bare.AsString() == "" {
		key = id + " is nothing"
	}
	out, decided := i.ev.decide(question{key, said + " is left out", said + " is set"})
	return decided && out
}

// settleText is Settle for an expression that comes to a string with variables
// in it, through whatever functions.
func (i *Instance) settleText(e hclsyntax.Expression, s Scope, v cty.Value) cty.Value {
	text, found := i.Text(e, s)
	if !found || !IsOpaque(text) {
		return v
	}
	for IsOpaque(text) {
		mark := opaqueText.FindString(text)
		of, known := i.ev.standIns.variables[mark]
		if !known || !of.in.left(of.name) {
			return v
		}
		fallback := unmark(of.in.fallback(of.in.Variable(of.name)))
		whole := text == mark
		switch {
		case !fallback.IsKnown(), !whole && !terraform.IsString(fallback):
			return v
		case !of.in.leftOut(of.name, fallback):
			return v
		case whole:
			return fallback
		}
		text = strings.ReplaceAll(text, mark, fallback.AsString())
	}
	return cty.StringVal(text)
}
