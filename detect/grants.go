package detect

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"cmkify/internal/terraform"
)

// itemActions read or write what a table holds.
var itemActions = []string{
	"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchGetItem",
	"dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:Query", "dynamodb:Scan",
}

// A grant is a policy of the directory that gives access to items of tables.
type grant struct {
	at      hcl.Range
	role    string // address of the role it belongs to, "" when that is not plain
	decrypt bool   // it, or another policy of the role, allows kms:Decrypt
}

// grants returns the policies of the directory that allow item access.
func grants(m *terraform.Module) []grant {
	var out []grant
	decrypting := map[string]bool{} // by role
	for _, r := range m.Resources {
		p, role := identityPolicy(m, r)
		items, decrypt := false, false
		for _, s := range p.statements {
			if s.principals == nil { // else it belongs to a resource
				items = items || s.allows(itemActions...)
				decrypt = decrypt || s.allows("kms:Decrypt")
			}
		}
		if decrypt && role != "" {
			decrypting[role] = true
		}
		if items {
			out = append(out, grant{r.Declared.Range(), role, decrypt})
		}
	}
	for i, g := range out {
		out[i].decrypt = g.decrypt || decrypting[g.role]
	}
	return out
}

// identityPolicy returns the policy of a resource that says what a role, user
// or group may do. One that only names a data source is read there.
func identityPolicy(m *terraform.Module, r *terraform.Resource) (p policy, role string) {
	if r.Data && r.Type == "aws_iam_policy_document" {
		return readDataDocument(m, r), documentRole(m, r)
	}
	switch r.Type {
	case "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_policy":
	default:
		return policy{}, ""
	}
	if a := r.Attribute("role"); a != nil {
		if roles := principalsIn(a.Expr); len(roles) == 1 {
			role = roles[0]
		}
	}
	a := r.Attribute("policy")
	if a == nil {
		return policy{}, role
	}
	for _, result := range m.Results(a.Expr, nil) {
		if result.Origin != nil {
			return policy{}, role
		}
	}
	return readPolicy(m, a.Expr), role
}

// documentRole returns the role whose inline policy is a document.
func documentRole(m *terraform.Module, document *terraform.Resource) string {
	for _, r := range m.OfType("aws_iam_role_policy") {
		p, role := r.Attribute("policy"), r.Attribute("role")
		if p == nil || role == nil {
			continue
		}
		for _, result := range m.Results(p.Expr, nil) {
			if roles := principalsIn(role.Expr); result.Origin != nil && result.Origin.Resource == document && len(roles) == 1 {
				return roles[0]
			}
		}
	}
	return ""
}

// lacking returns the grants without kms:Decrypt, and where they stand.
func lacking(m *terraform.Module, all []grant) (places []string) {
	for _, g := range all {
		if !g.decrypt {
			file, line, _ := m.Position(g.at)
			places = append(places, fmt.Sprintf("%s:%d", file, line))
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}
