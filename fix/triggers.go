package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/fix/graph"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// proveTriggers holds that nothing is replaced because a table or key changes
// in place: replace_triggered_by replaces its resource when one that it names is
// updated, or an attribute of it gets another value.
// https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#replace_triggered_by
func proveTriggers(before *Judged, p *Plan) *Refusal {
	for _, j := range before.Modules {
		for _, r := range j.Module.Resources {
			for _, t := range triggersOf(r) {
				if address := terraform.AddressOf(t); p.changes(j.Module.Dir, address, graph.FirstAttribute(t)) {
					return &Refusal{
						Tables: p.tablesAt(j.Module, address), Harm: true, Help: "take it out there first",
						Message: fmt.Sprintf("Terraform would replace %s, whose replace_triggered_by names %s", r.Address(), address),
					}
				}
			}
		}
	}
	return nil
}

// triggersOf returns what the replace_triggered_by of a resource refers to.
func triggersOf(r *terraform.Resource) []hcl.Traversal {
	var out []hcl.Traversal
	lifecycles, _ := r.Nested("lifecycle")
	for _, b := range lifecycles {
		if a := b.Body.Attributes["replace_triggered_by"]; a != nil {
			for _, e := range elements(a.Expr) {
				out = append(out, triggers(e)...)
			}
		}
	}
	return out
}

// elements returns those of a list, an expression that is none as it is.
func elements(e hclsyntax.Expression) []hclsyntax.Expression {
	if list, is := eval.Unwrap(e).(*hclsyntax.TupleConsExpr); is {
		return list.Exprs
	}
	return []hclsyntax.Expression{e}
}

// triggers returns what an expression refers to: with the attribute that stands
// behind an index of [each.key] or [count.index], too.
func triggers(e hclsyntax.Expression) []hcl.Traversal {
	switch e := eval.Unwrap(e).(type) {
	case *hclsyntax.IndexExpr:
		return triggers(e.Collection)
	case *hclsyntax.RelativeTraversalExpr:
		out := triggers(e.Source)
		for i, t := range out {
			out[i] = slices.Concat(t, e.Traversal)
		}
		return out
	}
	return hclsyntax.Variables(e)
}

// changes reports whether the plan changes an attribute of a resource, or, for
// "", any of it.
func (p *Plan) changes(dir, address, attribute string) bool {
	for at := range p.meant {
		if at.dir == dir && at.block == address && (attribute == "" || strings.Split(at.path, ".")[0] == attribute) {
			return true
		}
	}
	return false
}

// tablesAt returns the outcomes whose fix changes the resource with an address.
func (p *Plan) tablesAt(m *terraform.Module, address string) []string {
	var out []string
	for _, o := range p.Outcomes {
		wants := slices.Clone(o.Wants)
		for _, k := range o.Keys {
			if k.Rotation != nil {
				wants = append(wants, *k.Rotation)
			}
		}
		changes := slices.ContainsFunc(wants, func(w detect.Want) bool {
			at := slotOf(w.Argument)
			return at.dir == m.Dir && at.block == address
		})
		if changes && o.Status == detect.Fixable {
			out = append(out, o.ID())
		}
	}
	return out
}
