package fix

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/eval"
)

// isValueName reports whether a traversal names a local, a variable, an output or
// all of a call's, and nothing in it.
func isValueName(t hcl.Traversal) bool {
	names := 0
	for _, step := range t[1:] {
		if _, is := step.(hcl.TraverseAttr); is {
			names++
		}
	}
	switch t.RootName() {
	case "local", "var":
		return len(t) == 2
	case "module":
		return names <= 2
	}
	return false
}

// isWritten reports whether all of what a traversal leads to is part of the value
// of an expression.
func isWritten(expr hclsyntax.Expression, t hcl.Traversal) bool {
	within := func(e hclsyntax.Expression) bool { return isWritten(e, t) }
	switch e := eval.Unwrap(expr).(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return e.Traversal.SourceRange() == t.SourceRange()
	case *hclsyntax.TupleConsExpr:
		return slices.ContainsFunc(e.Exprs, within)
	case *hclsyntax.ObjectConsExpr:
		return slices.ContainsFunc(e.Items, func(i hclsyntax.ObjectConsItem) bool { return within(i.ValueExpr) })
	case *hclsyntax.FunctionCallExpr:
		return e.Name != "length" && e.Name != "keys" && slices.ContainsFunc(e.Args, within)
	}
	return false
}
