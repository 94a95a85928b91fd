package fix

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// encryptedSelf is what self is in a postcondition of a table after its fix, as far
// as that concerns encryption. The ARN of the key may be one of a key that is yet
// to be made.
var encryptedSelf = cty.ObjectVal(map[string]cty.Value{
	"server_side_encryption": cty.ListVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{
		"enabled":     cty.True,
		"kms_key_arn": cty.UnknownVal(cty.String).RefineNotNull(),
	})}),
})

// unmet says which postcondition of an outcome's table, if any, is not known to
// hold for what the fix makes of the table's encryption. Terraform refuses the
// plan, or fails once the table is changed.
// https://developer.hashicorp.com/terraform/language/expressions/custom-conditions#postconditions
func unmet(o *Outcome) *detect.Reason {
	if !encrypts(o) {
		return nil
	}
	lifecycles, _ := o.Table.Nested("lifecycle")
	for _, lifecycle := range lifecycles {
		for _, b := range lifecycle.Body.Blocks {
			a := b.Body.Attributes["condition"]
			if b.Type == "postcondition" && a != nil && readsOwnEncryption(a.Expr) && !holdsEncrypted(o, a.Expr) {
				return detect.NewReasonf(detect.Variable, "its postcondition at %s may not hold with its fix; change both by hand", o.In().Place(a.SrcRange).Line())
			}
		}
	}
	return nil
}

// encrypts reports whether a fix changes the encryption of the table itself.
func encrypts(o *Outcome) bool {
	return slices.ContainsFunc(o.Wants, func(w detect.Want) bool { return w.For != detect.KeyNotRotated })
}

// readsOwnEncryption reports whether an expression names the encryption of the
// resource that it is in.
func readsOwnEncryption(e hclsyntax.Expression) bool {
	none := func() []string { return nil }
	return slices.ContainsFunc(e.Variables(), func(t hcl.Traversal) bool {
		return t.RootName() == "self" && slices.Contains(terraform.StepNames(t, none), "server_side_encryption")
	})
}

// holdsEncrypted reports whether a condition holds in all instances of a table
// that is encrypted.
func holdsEncrypted(o *Outcome, condition hclsyntax.Expression) bool {
	for _, way := range o.Ways {
		instances, _ := way.Expand(o.Table)
		for _, e := range instances {
			if v := way.Value(condition, e.Scope.With("self", encryptedSelf)); !v.RawEquals(cty.True) {
				return false
			}
		}
	}
	return true
}
