package fix

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// encryptedSelf is what a table is after its fix, as far as that concerns
// encryption. The ARN of the key may be one of a key that is yet to be made.
var encryptedSelf = cty.ObjectVal(map[string]cty.Value{
	encryptionBlock: cty.ListVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{
		"enabled":     cty.True,
		"kms_key_arn": cty.UnknownVal(cty.String).RefineNotNull(),
	})}),
})

const encryptionBlock = "server_side_encryption"

// unmet says which postcondition, if any, of a resource that an outcome's fix
// changes is not known to hold for what that makes of it. Terraform refuses the
// plan, or fails once the resource is changed.
// https://developer.hashicorp.com/terraform/language/expressions/custom-conditions#postconditions
func unmet(o *Outcome) *detect.Reason {
	if encrypts(o) {
		if r := unmetIn(o, o.In().Module, o.Table, encryptedSelf); r != nil {
			return r
		}
	}
	for _, w := range beside(o) {
		self := cty.ObjectVal(map[string]cty.Value{w.Argument.Name: cty.True})
		if r := unmetIn(o, w.Argument.In, w.Argument.Resource, self); r != nil {
			return r
		}
	}
	return nil
}

// unmetIn is unmet for one resource of a module, and what it then is.
func unmetIn(o *Outcome, m *terraform.Module, r *terraform.Resource, self cty.Value) *detect.Reason {
	lifecycles, _ := r.Nested("lifecycle")
	for _, lifecycle := range lifecycles {
		for _, b := range lifecycle.Body.Blocks {
			a := b.Body.Attributes["condition"]
			if b.Type == "postcondition" && a != nil && readsSelf(a.Expr, self) && !holdsFor(o, m, r, a.Expr, self) {
				return detect.NewReasonf(detect.Variable, "the postcondition at %s may not hold with its fix; change both by hand", m.Place(a.SrcRange).Line())
			}
		}
	}
	return nil
}

// encrypts reports whether a fix changes the encryption of the table itself.
func encrypts(o *Outcome) bool {
	return slices.ContainsFunc(o.Wants, func(w detect.Want) bool { return w.For != detect.KeyNotRotated })
}

// readsSelf reports whether an expression reads an attribute of self.
func readsSelf(e hclsyntax.Expression, self cty.Value) bool {
	names := slices.Collect(maps.Keys(self.Type().AttributeTypes()))
	return slices.ContainsFunc(e.Variables(), func(t hcl.Traversal) bool {
		return t.RootName() == "self" && slices.ContainsFunc(names, func(name string) bool { return mentions(e, name) })
	})
}

// holdsFor reports whether a condition holds in all instances of a resource that is
// self then.
func holdsFor(o *Outcome, m *terraform.Module, r *terraform.Resource, condition hclsyntax.Expression, self cty.Value) bool {
	for _, way := range o.Ways {
		if way.Module != m {
			return false
		}
		instances, _ := way.Expand(r)
		for _, e := range instances {
			if v := way.Value(condition, e.Scope.With("self", self)); !v.RawEquals(cty.True) {
				return false
			}
		}
	}
	return true
}
