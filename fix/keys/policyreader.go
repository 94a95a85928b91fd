package keys

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/policy"
	"cmkify/internal/terraform"
)

// A policyReader collects identities.
type policyReader struct {
	in     *eval.Instance
	list   []identity
	byName map[string]int // index in list, by name, id and ARN
	own    []string       // ARNs of the module's managed policies
	// boundaries are the permissions boundaries of identities, by index in list.
	boundaries map[string][]int
}

// owner takes in a role, user, group or permission set, with the policies that it
// has itself.
func (r *policyReader) owner(owner *terraform.Resource) {
	list, _ := r.in.Expand(owner)
	for _, e := range list {
		id := identity{}
		for _, name := range []string{"arn", "id", "name"} {
			if text, found := r.in.AttributeText(owner, e, name); found {
				r.byName[text] = len(r.list)
				if name == "arn" && (owner.Type == "aws_iam_role" || owner.Type == "aws_iam_user") {
					id.arn = text
				}
			}
		}
		for _, b := range owner.Merged.Body.Blocks {
			if a := b.Body.Attributes["policy"]; b.Type == "inline_policy" && a != nil {
				id.policies = append(id.policies, r.read(a, e.Scope))
			}
		}
		if a := owner.Attribute("managed_policy_arns"); a != nil {
			id.policies = append(id.policies, r.managedARNs(a, e.Scope)...)
		}
		if a := owner.Attribute("permissions_boundary"); a != nil {
			v, _ := r.in.Value(a.Expr, e.Scope).Unmark()
			id.bounded = !v.IsKnown() || !v.IsNull()
			if boundary, found := r.in.Text(a.Expr, e.Scope); found {
				r.boundaries[boundary] = append(r.boundaries[boundary], len(r.list))
			}
		}
		r.list = append(r.list, id)
	}
}

// read reads a policy.
func (r *policyReader) read(a *hclsyntax.Attribute, s eval.Scope) attached {
	out := attached{at: r.in.Place(a.SrcRange)}
	if text, found := r.in.Text(a.Expr, s); found && !wholly(text) {
		p, err := policy.Parse(text, eval.Glob)
		out.Policy, out.writing, out.known = p, writingIn(text), err == nil
		return out
	}
	texts, all := r.in.Alternatives(a.Expr, s)
	out.known = all
	var either []policy.Policy
	for _, text := range texts {
		p, err := policy.Parse(text, eval.Glob)
		either = append(either, p)
		also := writingIn(text)
		out.homes, out.indexes = append(out.homes, also.homes...), append(out.indexes, also.indexes...)
		out.known = out.known && (err == nil || text == "")
	}
	out.Policy = policy.Either(either...)
	return out
}

// wholly reports whether a text is one thing that is not known.
func wholly(text string) bool { return eval.IsOpaque(text) && !strings.Contains(text, "{") }

// give adds a policy to the identity of that name, or to none.
func (r *policyReader) give(owner string, p attached) {
	if at, found := r.byName[owner]; found && owner != "" {
		r.list[at].policies = append(r.list[at].policies, p)
		return
	}
	r.list = append(r.list, identity{policies: []attached{p}})
}

// inline takes in a policy that is embedded in what an argument names.
func (r *policyReader) inline(p *terraform.Resource, policy, owner string) {
	a, of := p.Attribute(policy), p.Attribute(owner)
	if a == nil {
		return
	}
	list, _ := r.in.Expand(p)
	for _, e := range list {
		name := ""
		if of != nil {
			name, _ = r.in.Text(of.Expr, e.Scope)
		}
		read := r.read(a, e.Scope)
		read.at = r.in.Place(p.Block.TypeRange)
		r.give(name, read)
	}
}

// used reports whether a policy document is used by a resource of the module,
// through which it is read, or which is not about identities.
func (r *policyReader) used(d *terraform.Resource) bool {
	for _, other := range r.in.Resources {
		if other == d {
			continue
		}
		for _, a := range other.Merged.Body.Attributes {
			if detect.RefersTo(r.in, other, a, d) {
				return true
			}
		}
		for _, b := range other.Merged.Body.Blocks {
			for _, a := range b.Body.Attributes {
				if detect.RefersTo(r.in, other, a, d) {
					return true
				}
			}
		}
	}
	return false
}

func (r *policyReader) document(d *terraform.Resource) {
	text, found := r.in.AttributeText(d, eval.Expansion{}, "json")
	if !found || d.Counted() {
		return
	}
	p, err := policy.Parse(text, eval.Glob)
	if err != nil || len(p.Principals()) > 0 {
		return // it belongs to a resource
	}
	r.give("", attached{p, writingIn(text), r.in.Place(d.Block.TypeRange), true})
}
