package keys

import (
	"slices"
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
}

// owner takes in a role, user or group, with the policies that it has itself.
func (r *policyReader) owner(owner *terraform.Resource) {
	list, _ := r.in.Expand(owner)
	for _, e := range list {
		id := identity{}
		for _, name := range []string{"arn", "id", "name"} {
			if text, found := r.in.AttributeText(owner, e, name); found {
				r.byName[text] = len(r.list)
				if name == "arn" && owner.Type != "aws_iam_group" {
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
		r.list = append(r.list, id)
	}
}

// read reads a policy.
func (r *policyReader) read(a *hclsyntax.Attribute, s eval.Scope) attached {
	out := attached{at: r.in.Place(a.SrcRange)}
	text, found := r.in.Text(a.Expr, s)
	if !found {
		return out
	}
	p, err := policy.Parse(text, eval.IsOpaque)
	out.Policy, out.text, out.known = p, text, err == nil && !wholly(text)
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

// inline takes in a policy that is embedded in a role, user or group.
func (r *policyReader) inline(p *terraform.Resource, owner string) {
	a, of := p.Attribute("policy"), p.Attribute(owner)
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

// managed takes in a managed policy: for each identity that it is attached to.
func (r *policyReader) managed(p *terraform.Resource) {
	a := p.Attribute("policy")
	if a == nil {
		return
	}
	list, _ := r.in.Expand(p)
	for _, e := range list {
		read := r.read(a, e.Scope)
		read.at = r.in.Place(p.Block.TypeRange)
		arn, _ := r.in.AttributeText(p, e, "arn")
		owners := r.attachedTo(arn)
		if len(owners) == 0 {
			owners = []string{""}
		}
		for _, owner := range owners {
			r.give(owner, read)
		}
	}
}

// attachedTo returns the names of the identities that a managed policy of the
// module is attached to.
func (r *policyReader) attachedTo(arn string) []string {
	var out []string
	for _, kind := range []string{"role", "user", "group"} {
		for _, a := range r.in.OfType("aws_iam_" + kind + "_policy_attachment") {
			list, _ := r.in.Expand(a)
			for _, e := range list {
				if name, found := r.attachedHere(a, kind, e.Scope, arn); found {
					out = append(out, name)
				}
			}
		}
		for _, a := range r.in.OfType("aws_iam_policy_attachment") {
			p, of := a.Attribute("policy_arn"), a.Attribute(kind+"s")
			if p == nil || of == nil {
				continue
			}
			if text, found := r.in.Text(p.Expr, nil); found && text == arn {
				out = append(out, r.in.Texts(of.Expr, nil)...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (r *policyReader) attachedHere(a *terraform.Resource, kind string, s eval.Scope, arn string) (string, bool) {
	p, of := a.Attribute("policy_arn"), a.Attribute(kind)
	if p == nil || of == nil {
		return "", false
	}
	text, found := r.in.Text(p.Expr, s)
	name, known := r.in.Text(of.Expr, s)
	return name, found && known && text == arn
}

// attachment takes in a managed policy of AWS that is attached.
func (r *policyReader) attachment(a *terraform.Resource, kind string) {
	p, of := a.Attribute("policy_arn"), a.Attribute(kind)
	if p == nil || of == nil {
		return
	}
	list, _ := r.in.Expand(a)
	for _, e := range list {
		text, _ := r.in.Text(p.Expr, e.Scope)
		owner, _ := r.in.Text(of.Expr, e.Scope)
		if of := ofAWS(text); of != nil {
			of.at = r.in.Place(a.Block.TypeRange)
			r.give(owner, *of)
		}
	}
}

func (r *policyReader) managedARNs(a *hclsyntax.Attribute, s eval.Scope) []attached {
	var out []attached
	for _, text := range r.in.Texts(a.Expr, s) {
		if of := ofAWS(text); of != nil {
			of.at = r.in.Place(a.SrcRange)
			out = append(out, *of)
		}
	}
	return out
}

// used reports whether a policy document is used by a resource of the module,
// through which it is read, or which is not about identities.
func (r *policyReader) used(d *terraform.Resource) bool {
	for _, other := range r.in.Resources {
		if other == d {
			continue
		}
		for _, a := range other.Merged.Body.Attributes {
			if detect.RefersTo(r.in, a.Expr, d) {
				return true
			}
		}
		for _, b := range other.Merged.Body.Blocks {
			for _, a := range b.Body.Attributes {
				if detect.RefersTo(r.in, a.Expr, d) {
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
	p, err := policy.Parse(text, eval.IsOpaque)
	if err != nil || len(p.Principals()) > 0 {
		return // it belongs to a resource
	}
	r.give("", attached{p, text, r.in.Place(d.Block.TypeRange), true})
}
