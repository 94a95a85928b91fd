package eval

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// Value evaluates an expression as Terraform would when it plans. What is not
// known is unknown; so is what Terraform would report as an error.
func (i *Instance) Value(e hclsyntax.Expression, s Scope) cty.Value {
	v, _ := i.Try(e, s)
	return v
}

// Try is Value, and tells whether Terraform would report an error.
func (i *Instance) Try(e hclsyntax.Expression, s Scope) (v cty.Value, ok bool) {
	if e == nil {
		return cty.DynamicVal, true
	}
	if !i.ev.spend(1) {
		return i.tooMuch(e), true
	}
	var ctx *hcl.EvalContext // most expressions are literals, which need none
	if !isLiteral(e) {
		ctx = i.context(e, s)
	}
	v, diags := e.Value(ctx)
	if diags.HasErrors() {
		i.ev.lapse.failed = true
		return cty.DynamicVal, false
	}
	return v, true
}

func isLiteral(e hclsyntax.Expression) bool {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return true
	case *hclsyntax.TemplateExpr:
		return e.IsStringLiteral()
	}
	return false
}

// A reference is a traversal in an expression, by what it begins with.
type reference struct {
	root string
	t    hcl.Traversal
	// attribute is all that the expression asks for of what it refers to,
	// beside those of other references; "" for more than one by name.
	attribute string
}

// references returns the traversals of an expression.
func (ev *Evaluator) references(e hclsyntax.Expression) []reference {
	out, done := ev.variables[e]
	if !done {
		whole := map[string]bool{}
		for _, t := range e.Variables() {
			r := reference{t.RootName(), t, attributeOf(t)}
			if r.attribute == "" {
				whole[terraform.AddressOf(t)] = true
			}
			out = append(out, r)
		}
		for n, r := range out {
			if len(whole) > 0 && whole[terraform.AddressOf(r.t)] {
				out[n].attribute = ""
			}
		}
		ev.variables[e] = out
	}
	return out
}

// attributeOf returns the attribute that a reference to a resource, data source
// or call asks for by name, "" when it asks for anything else.
func attributeOf(t hcl.Traversal) string {
	path := namesOf(t)
	if len(path) == len(t) {
		return ""
	}
	a, _ := t[len(path)].(hcl.TraverseAttr)
	return a.Name
}
