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
	byName map[owner]int // index in list, by name, id and ARN
	own    []string      // ARNs and names of the module's managed policies
	// boundaries are the identities, by index in list, whose permissions boundary has
	// an ARN, or, of a permission set, a name.
	boundaries map[string][]int
}

// An owner is the identity that a policy is given to, by its name, id or ARN. A role
// and a user may have one name. The zero owner is nobody here.
type owner struct{ kind, name string }

// ownerOf returns the owner that an argument names, such as role, users or
// group_name.
func ownerOf(argument, name string) owner {
	for _, kind := range ownerTypes {
		_, called, _ := strings.Cut(kind, "_iam_")
		if called != "" && strings.HasPrefix(argument, called) {
			return owner{kind, name}
		}
	}
	return owner{permissionSetType, name}
}

const permissionSetType = "aws_ssoadmin_permission_set"

// ownerTypes are the types of identities.
var ownerTypes = []string{"aws_iam_role", "aws_iam_user", "aws_iam_group", permissionSetType}

// takeIn takes in a role, user, group or permission set, with the policies that it
// has itself.
func (r *policyReader) takeIn(of *terraform.Resource) {
	list, _ := r.in.Expand(of)
	for _, e := range list {
		id := identity{}
		for _, name := range []string{"arn", "id", "name"} {
			if text, found := r.in.AttributeText(of, e, name); found {
				r.byName[owner{of.Type, text}] = len(r.list)
				if name == "arn" && (of.Type == "aws_iam_role" || of.Type == "aws_iam_user") {
					id.arn = text
				}
			}
		}
		for _, b := range of.Merged.Body.Blocks {
			if a := b.Body.Attributes["policy"]; b.Type == "inline_policy" && a != nil {
				id.policies = append(id.policies, r.read(a, e.Scope))
			}
		}
		if a := of.Attribute("managed_policy_arns"); a != nil {
			id.policies = append(id.policies, r.managedARNs(a, e.Scope)...)
		}
		r.list = append(r.list, id)
		if a := of.Attribute("permissions_boundary"); a != nil {
			r.bound(len(r.list)-1, a, e.Scope)
		}
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

// give adds a policy to its owner, or to nobody here.
func (r *policyReader) give(to owner, p attached) {
	if at, found := r.byName[to]; found && to.name != "" {
		r.list[at].policies = append(r.list[at].policies, p)
		return
	}
	r.list = append(r.list, identity{policies: []attached{p}, elsewhere: true})
}

// inline takes in a policy that is embedded in what an argument names.
func (r *policyReader) inline(p *terraform.Resource, policy, argument string) {
	a, of := p.Attribute(policy), p.Attribute(argument)
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
		r.give(ownerOf(argument, name), read)
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
	r.give(owner{}, attached{p, writingIn(text), r.in.Place(d.Block.TypeRange), true})
}
