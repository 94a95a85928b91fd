package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// expressionOf returns the expression that a JSON value stands for: strings
// are templates.
func (f *File) expressionOf(n JSONValue) (hclsyntax.Expression, *Error) {
	switch n.Kind {
	case 's':
		return f.template(n)
	case '[':
		tuple := &hclsyntax.TupleConsExpr{SrcRange: f.span(n), OpenRange: f.span(n)}
		for _, element := range n.Elements {
			expr, err := f.expressionOf(element)
			if err != nil {
				return nil, err
			}
			tuple.Exprs = append(tuple.Exprs, expr)
		}
		return tuple, nil
	case '{':
		object := &hclsyntax.ObjectConsExpr{SrcRange: f.span(n), OpenRange: f.span(n)}
		for _, m := range n.Members {
			key, err := f.expressionOf(m.Key)
			if err != nil {
				return nil, err
			}
			value, err := f.expressionOf(m.Value)
			if err != nil {
				return nil, err
			}
			object.Items = append(object.Items, hclsyntax.ObjectConsItem{KeyExpr: &hclsyntax.ObjectConsKeyExpr{Wrapped: key}, ValueExpr: value})
		}
		return object, nil
	}
	return &hclsyntax.LiteralValueExpr{Val: n.value, SrcRange: f.span(n)}, nil
}

func (f *File) template(n JSONValue) (hclsyntax.Expression, *Error) {
	start := hcl.Pos{Line: 1, Column: 1, Byte: n.Start + 1}
	if tokens, _ := hclsyntax.LexTemplate([]byte(n.Text), f.Path, start); len(tokens) > 0 {
		if reason, _ := guardTokens(tokens); reason != "" {
			return nil, f.errorAt(n.Start, reason)
		}
	}
	expr, diags := hclsyntax.ParseTemplate([]byte(n.Text), f.Path, start)
	if err := f.firstError(diags); err != nil {
		return nil, err
	}
	if raw := f.Bytes[n.Start+1 : n.End-1]; n.Text != string(raw) {
		relocate(expr, n.Start+1, unescapedOffsets(raw))
	}
	return expr, nil
}

// namesReferences reports whether the strings of an argument are references:
// https://developer.hashicorp.com/terraform/language/syntax/json#metadata-arguments
func namesReferences(name string) bool { return name == "depends_on" || name == "replace_triggered_by" }

// asReferences returns a list with its strings as the references that they name.
func asReferences(e hclsyntax.Expression) hclsyntax.Expression {
	tuple, ok := e.(*hclsyntax.TupleConsExpr)
	if !ok {
		return e
	}
	for i, element := range tuple.Exprs {
		v := Literal(element)
		if !IsString(v) {
			continue
		}
		named, diags := hclsyntax.ParseTraversalAbs([]byte(v.AsString()), element.Range().Filename, element.Range().Start)
		if !diags.HasErrors() {
			tuple.Exprs[i] = &hclsyntax.ScopeTraversalExpr{Traversal: named, SrcRange: element.Range()}
		}
	}
	return tuple
}
