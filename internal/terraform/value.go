package terraform

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Literal returns the value of an expression that refers to nothing and
// calls nothing. Any other expression, and a nil one, is unknown.
func Literal(e hclsyntax.Expression) cty.Value {
	if e == nil {
		return cty.DynamicVal
	}
	v, diags := e.Value(nil)
	if diags.HasErrors() {
		return cty.DynamicVal
	}
	return v
}

// IsString reports whether a value is a known string.
func IsString(v cty.Value) bool {
	return v.IsKnown() && !v.IsNull() && !v.IsMarked() && v.Type() == cty.String
}

// ValidName reports whether a name may be that of a resource.
func ValidName(name string) bool { return hclsyntax.ValidIdentifier(name) }
