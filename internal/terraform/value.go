package terraform

import (
	"errors"

	"github.com/hashicorp/hcl/v2"
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
func ValidName(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
		case i > 0 && (c == '-' || '0' <= c && c <= '9'):
		default:
			return hclsyntax.ValidIdentifier(name) // which is a lexer
		}
	}
	return name != ""
}

// ParseTemplate is [ParseExpression] for a template.
func ParseTemplate(source string) (hclsyntax.Expression, error) {
	if reason, _ := guardBytes([]byte(source)); reason != "" {
		return nil, errors.New(reason)
	}
	tokens, _ := hclsyntax.LexTemplate([]byte(source), "", hcl.InitialPos)
	if reason, _ := guardTokens(tokens); reason != "" {
		return nil, errors.New(reason)
	}
	expr, diags := hclsyntax.ParseTemplate([]byte(source), "", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, errors.New(diags[0].Detail)
	}
	return expr, nil
}

// ParseExpression parses source that stands by itself. What the parser could
// not bear is an error, as is what does not parse.
func ParseExpression(source, name string) (hclsyntax.Expression, error) {
	if reason, _ := guardBytes([]byte(source)); reason != "" {
		return nil, errors.New(reason)
	}
	tokens, _ := hclsyntax.LexExpression([]byte(source), name, hcl.InitialPos)
	if reason, _ := guardTokens(tokens); reason != "" {
		return nil, errors.New(reason)
	}
	expr, diags := hclsyntax.ParseExpression([]byte(source), name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, errors.New(diags[0].Detail)
	}
	return expr, nil
}
