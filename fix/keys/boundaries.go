package keys

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// boundaryAttachmentType gives a permission set its boundary.
const boundaryAttachmentType = "aws_ssoadmin_permissions_boundary_attachment"

// bound notes the permissions boundary of an identity that an argument names: null
// is none, and nothing.
func (r *policyReader) bound(n int, a *hclsyntax.Attribute, s eval.Scope) {
	if v, _ := r.in.Value(a.Expr, s).Unmark(); v.IsKnown() && (v.IsNull() || v.RawEquals(cty.StringVal(""))) {
		return
	}
	r.list[n].bounded = true
	if boundary, found := r.in.Text(a.Expr, s); found {
		r.boundaries[boundary] = append(r.boundaries[boundary], n)
	}
}

// boundSets notes the permissions boundaries of permission sets: managed policies of
// AWS by their ARN, any other by its name.
// https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PermissionsBoundary.html
func (r *policyReader) boundSets() {
	for _, of := range r.in.OfType(boundaryAttachmentType) {
		to := of.Attribute("permission_set_arn")
		static, dynamic := of.Nested("permissions_boundary")
		blocks := slices.Concat(static, terraform.Contents(dynamic...))
		if to == nil || len(blocks) == 0 {
			continue
		}
		list, _ := r.in.Expand(of)
		for _, e := range list {
			name, _ := r.in.Text(to.Expr, e.Scope)
			if n, found := r.byName[owner{permissionSetType, name}]; found {
				r.boundSet(n, blocks[0], e.Scope)
			}
		}
	}
}

func (r *policyReader) boundSet(n int, b *hclsyntax.Block, s eval.Scope) {
	r.list[n].bounded = true
	if a := b.Body.Attributes["managed_policy_arn"]; a != nil {
		r.bound(n, a, s)
	}
	for _, reference := range b.Body.Blocks {
		if a := reference.Body.Attributes["name"]; reference.Type == customerManaged && a != nil {
			r.bound(n, a, s)
		}
	}
}

// setBoundary makes a policy the permissions boundary of those that name it, and
// reports whether some do.
func (r *policyReader) setBoundary(p attached, names ...string) bool {
	bounds := false
	for _, name := range names {
		for _, n := range r.boundaries[name] {
			r.list[n].boundary, bounds = &p, true
		}
	}
	return bounds
}

// knownBoundaries makes managed policies of AWS the boundaries of those that name
// one which is known.
func (r *policyReader) knownBoundaries() {
	for arn, of := range r.boundaries {
		p := ofAWS(r.lookedUp(arn))
		for _, n := range of {
			if p.known && r.list[n].boundary == nil {
				r.list[n].boundary = &p
			}
		}
	}
}
