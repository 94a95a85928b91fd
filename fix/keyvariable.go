package fix

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// passedAlready returns how callers pass a key to a module by a variable that
// is the key of another of its tables: each call passes one that is proved open,
// or gets one now. It is nil where there is no such variable, or some call
// passes anything else.
func (p *planner) passedAlready(h *home, calls []call, need *detect.KeyNeed, at terraform.ProviderRegion) *pass {
	if need.In.Module != h.Module {
		return nil
	}
	for _, name := range h.keyVariables(need.Table) {
		if out := p.passedBy(h, calls, need, at, name); out != nil {
			return out
		}
	}
	return nil
}

// keyVariables returns the variables that are the keys of other tables of the
// module, with the same provider and region as one of them.
func (h *home) keyVariables(table *terraform.Resource) []string {
	var out []string
	for _, other := range h.Module.OfType(detect.TableType) {
		if other == table || other.ProviderRegion() != table.ProviderRegion() {
			continue
		}
		static, dynamic := other.Nested("server_side_encryption")
		for _, b := range slices.Concat(static, terraform.Contents(dynamic...)) {
			if name := wholeVariable(b.Body.Attributes["kms_key_arn"]); h.Module.Variable(name) != nil && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// wholeVariable returns the variable that an attribute is and nothing else, ""
// for any other.
func wholeVariable(a *hclsyntax.Attribute) string {
	if a == nil {
		return ""
	}
	t, ok := eval.Unwrap(a.Expr).(*hclsyntax.ScopeTraversalExpr)
	if !ok || t.Traversal.RootName() != "var" || len(t.Traversal) != 2 {
		return ""
	}
	return terraform.StepNames(t.Traversal, func() []string { return []string{""} })[0]
}

// passedBy returns how callers pass a key by a variable of the module.
func (p *planner) passedBy(h *home, calls []call, need *detect.KeyNeed, at terraform.ProviderRegion, variable string) *pass {
	out := &pass{expr: "var." + variable}
	for _, c := range calls {
		argument := detect.Argument{In: c.from.Module, Call: c.Call, Block: c.Block, Name: variable}
		a := argument.Attribute()
		if a != nil && !isNothing(a) {
			if !p.passesOpenKey(h, c, need, a) {
				return nil
			}
			continue
		}
		there, ok := mapped(c, at)
		if !ok || h.Module.Variable(variable).Default == nil || !p.readers.onlyOrValidated(h.Module, "var."+variable, nil, p.arguments()) {
			return nil
		}
		from, reason := p.keyIn(c.from, need, there, nil, keys.Anchor{File: c.File, Block: c.Block})
		if reason != nil {
			return nil
		}
		one := site{argument: argument, text: from.expr, called: true}
		if a != nil {
			one.at = c.from.Module.Place(a.Expr.Range())
		}
		out.sites = append(append(out.sites, from.sites...), one)
		out.keys = append(out.keys, from.keys...)
	}
	if len(out.keys) == 0 {
		out.keys = []keys.Choice{{For: detect.TableKey, Ref: out.expr, Action: keys.Reused, Expr: out.expr, From: calls[0].from.Module}}
	}
	return out
}

// isNothing reports whether an attribute is null or an empty text.
func isNothing(a *hclsyntax.Attribute) bool {
	v := terraform.Literal(eval.Unwrap(a.Expr))
	return v.IsNull() || v.RawEquals(cty.StringVal(""))
}

// passesOpenKey reports whether what a call passes is, in all instances, a key
// of the caller that is proved open to a table's users.
func (p *planner) passesOpenKey(h *home, c call, need *detect.KeyNeed, a *hclsyntax.Attribute) bool {
	return !slices.ContainsFunc(h.Ways, func(in *eval.Instance) bool {
		if in.Call != c.Call {
			return false
		}
		k := detect.JudgeKey(in.Caller, need, a.Expr)
		return k.Problem != "" || k.Resource == nil || k.In.Module != c.from.Module || !c.from.chooser.Serves(k.Resource, need)
	})
}
