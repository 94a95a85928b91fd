package keys

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// An attachment is a way in which managed policies are given to identities.
type attachment struct{ resourceType, policies, owners string }

// customerManaged is the block that names a managed policy for a permission set.
const customerManaged = "customer_managed_policy_reference"

// attachments are those of the provider, but for the arguments of the
// identities themselves.
var attachments = []attachment{
	{"aws_iam_role_policy_attachment", "policy_arn", "role"},
	{"aws_iam_user_policy_attachment", "policy_arn", "user"},
	{"aws_iam_group_policy_attachment", "policy_arn", "group"},
	{"aws_iam_policy_attachment", "policy_arn", "roles"},
	{"aws_iam_policy_attachment", "policy_arn", "users"},
	{"aws_iam_policy_attachment", "policy_arn", "groups"},
	{"aws_iam_role_policy_attachments_exclusive", "policy_arns", "role_name"},
	{"aws_iam_user_policy_attachments_exclusive", "policy_arns", "user_name"},
	{"aws_iam_group_policy_attachments_exclusive", "policy_arns", "group_name"},
	{"aws_ssoadmin_managed_policy_attachment", "managed_policy_arn", "permission_set_arn"},
	{"aws_ssoadmin_customer_managed_policy_attachment", customerManaged, "permission_set_arn"},
}

// pairs calls do for two arguments of every instance of resources of a type that
// have both.
func (r *policyReader) pairs(resourceType, one, other string, do func(of *terraform.Resource, a, b *hclsyntax.Attribute, s eval.Scope)) {
	for _, of := range r.in.OfType(resourceType) {
		a, b := argumentOf(of, one), of.Attribute(other)
		if a == nil || b == nil {
			continue
		}
		list, _ := r.in.Expand(of)
		for _, e := range list {
			do(of, a, b, e.Scope)
		}
	}
}

// argumentOf returns an argument of a resource, or the name in a block of it.
func argumentOf(of *terraform.Resource, name string) *hclsyntax.Attribute {
	if blocks, _ := of.Nested(name); len(blocks) > 0 {
		return blocks[0].Body.Attributes["name"]
	}
	return of.Attribute(name)
}

// each calls do for the policies and the owners of every instance of what
// attaches. Owners that are not known are one without a name.
func (r *policyReader) each(do func(at terraform.Place, arns []string, known bool, owners []owner)) {
	for _, kind := range attachments {
		r.pairs(kind.resourceType, kind.policies, kind.owners, func(of *terraform.Resource, policies, to *hclsyntax.Attribute, s eval.Scope) {
			names, found := r.in.Texts(to.Expr, s)
			if !found {
				names = []string{""}
			}
			var owners []owner
			for _, name := range names {
				owners = append(owners, ownerOf(kind.owners, name))
			}
			arns, known := r.in.Texts(policies.Expr, s)
			do(r.in.Place(of.Block.TypeRange), arns, known, owners)
		})
	}
}

// readOwn notes the ARNs and names of the module's managed policies.
func (r *policyReader) readOwn() {
	for _, p := range r.in.OfType("aws_iam_policy") {
		list, _ := r.in.Expand(p)
		for _, e := range list {
			for _, name := range []string{"arn", "name"} {
				if text, found := r.in.AttributeText(p, e, name); found {
					r.own = append(r.own, text)
				}
			}
		}
	}
}

// managed takes in the managed policies of the module: for each identity that
// they are attached to, or for none. What is only a boundary lets nobody do a thing.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func (r *policyReader) managed() {
	for _, p := range r.in.OfType("aws_iam_policy") {
		a := p.Attribute("policy")
		if a == nil {
			continue
		}
		list, _ := r.in.Expand(p)
		for _, e := range list {
			read := r.read(a, e.Scope)
			read.at = r.in.Place(p.Block.TypeRange)
			arn, _ := r.in.AttributeText(p, e, "arn")
			name, _ := r.in.AttributeText(p, e, "name")
			bounds := r.setBoundary(read, arn, name)
			owners := r.attachedTo(arn, name)
			if len(owners) == 0 && !bounds {
				owners = []owner{{}}
			}
			for _, to := range owners {
				r.give(to, read)
			}
		}
	}
}

// attachedTo returns the identities that a managed policy of the module is attached
// to, by its ARN or name.
func (r *policyReader) attachedTo(arn, name string) []owner {
	var out []owner
	r.each(func(_ terraform.Place, policies []string, _ bool, owners []owner) {
		for _, to := range owners {
			named := slices.ContainsFunc(policies, func(policy string) bool { return policy != "" && (policy == arn || policy == name) })
			if named && !slices.Contains(out, to) {
				out = append(out, to)
			}
		}
	})
	return out
}

// others takes in the managed policies of others that are attached.
func (r *policyReader) others() {
	r.each(func(at terraform.Place, arns []string, known bool, owners []owner) {
		for _, p := range r.notOwn(at, arns, known) {
			for _, to := range owners {
				r.give(to, p)
			}
		}
	})
}

// managedARNs returns the managed policies of others that an argument of an
// identity names.
func (r *policyReader) managedARNs(a *hclsyntax.Attribute, s eval.Scope) []attached {
	arns, known := r.in.Texts(a.Expr, s)
	return r.notOwn(r.in.Place(a.SrcRange), arns, known)
}

// notOwn returns the policies of ARNs that no policy of the module has: one
// that may allow everything where the ARNs are not known.
func (r *policyReader) notOwn(at terraform.Place, arns []string, known bool) []attached {
	if !known {
		return []attached{{at: at}}
	}
	var out []attached
	for _, arn := range arns {
		if !slices.Contains(r.own, arn) {
			p := ofAWS(r.lookedUp(arn))
			p.at = at
			out = append(out, p)
		}
	}
	return out
}

// lookedUp returns the ARN of the managed policy of AWS that a data source finds by
// its name, and any other ARN as it is.
func (r *policyReader) lookedUp(arn string) string {
	s := r.in.Evaluator().StandIn(cty.StringVal(arn))
	if s == nil || s.Resource.Kind() != "data.aws_iam_policy" {
		return arn
	}
	name, _ := s.In.AttributeText(s.Resource, s.Expansion, "name")
	return arnOfAWS(name)
}

// memberships are the resources that put users into groups.
var memberships = []struct{ resourceType, users, groups string }{
	{"aws_iam_user_group_membership", "user", "groups"},
	{"aws_iam_group_membership", "users", "group"},
}

// members give users the policies of their groups.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html
func (r *policyReader) members() {
	for _, kind := range memberships {
		r.pairs(kind.resourceType, kind.users, kind.groups, func(_ *terraform.Resource, users, groups *hclsyntax.Attribute, s eval.Scope) {
			of, _ := r.in.Texts(users.Expr, s)
			in, _ := r.in.Texts(groups.Expr, s)
			r.join(of, in)
		})
	}
}

// join gives the users of the module that have some names the policies of groups.
func (r *policyReader) join(users, groups []string) {
	for _, group := range groups {
		from, known := r.byName[ownerOf("group", group)]
		for _, user := range users {
			if to, found := r.byName[ownerOf("user", user)]; found && known {
				r.list[to].policies = append(r.list[to].policies, r.list[from].policies...)
				r.list[from].peopled = true
			}
		}
	}
}
