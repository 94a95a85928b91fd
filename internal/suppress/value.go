package suppress

import (
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// hold reports whether the attributes of the resource have the values that an
// ignore demands. One whose value is not literal does not: nobody knows it.
func (s *search) hold(parameters map[string]string) bool {
	for path, want := range parameters {
		if !isText(valueAt(s.block.Body, strings.Split(path, ".")), want) {
			return false
		}
	}
	return true
}

// isText compares a value with its text in a comment. Trivy takes a number
// by its whole part.
func isText(v cty.Value, want string) bool {
	if !v.IsKnown() || v.IsNull() {
		return false
	}
	switch v.Type() {
	case cty.String:
		return v.AsString() == want
	case cty.Bool:
		return strconv.FormatBool(v.True()) == want
	case cty.Number:
		f, _ := v.AsBigFloat().Float64()
		return want == strconv.Itoa(int(f)) || want == strconv.FormatFloat(f, 'f', 6, 64)
	}
	return false
}

// valueAt returns the literal value at a path like versioning.enabled,
// replica.1.kms_key_arn or tags.Environment. Without a number, the first of
// several blocks is meant; the only one takes no number.
func valueAt(body *hclsyntax.Body, path []string) cty.Value {
	blocks := blocksOf(body, path[0])
	switch {
	case len(path) > 1 && len(blocks) > 0:
		n, err := strconv.Atoi(path[1])
		if err != nil {
			return valueAt(blocks[0].Body, path[1:])
		}
		if len(path) == 2 || len(blocks) == 1 || n < 0 || n >= len(blocks) {
			return cty.DynamicVal
		}
		return valueAt(blocks[n].Body, path[2:])
	case body.Attributes[path[0]] != nil:
		return elementAt(terraform.Literal(body.Attributes[path[0]].Expr), path[1:])
	}
	return cty.DynamicVal
}

func blocksOf(body *hclsyntax.Body, blockType string) []*hclsyntax.Block {
	var out []*hclsyntax.Block
	for _, b := range body.Blocks {
		if b.Type == blockType {
			out = append(out, b)
		}
		if terraform.Generates(b, blockType) {
			out = append(out, blocksOf(b.Body, "content")...)
		}
	}
	return out
}

// elementAt goes on into a value; what has no elements is the end.
func elementAt(v cty.Value, path []string) cty.Value {
	for _, step := range path {
		t := v.Type()
		n, err := strconv.Atoi(step)
		switch {
		case v.IsNull() || !t.IsObjectType() && !t.IsTupleType():
			return v
		case t.IsObjectType() && t.HasAttribute(step):
			v = v.GetAttr(step)
		case t.IsTupleType() && err == nil && 0 <= n && n < t.Length():
			v = v.Index(cty.NumberIntVal(int64(n)))
		default:
			return cty.DynamicVal
		}
	}
	return v
}
