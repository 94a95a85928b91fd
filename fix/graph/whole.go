package graph

import (
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

// A written is what is part of the value of an expression as a whole: references,
// by where they begin.
type written map[int]bool

// writtenIn returns what is written as a whole in an expression.
func writtenIn(expr hclsyntax.Expression) written {
	w := written{}
	w.add(expr)
	return w
}

func (w written) add(expr hclsyntax.Expression) {
	switch e := eval.Unwrap(expr).(type) {
	case *hclsyntax.ScopeTraversalExpr:
		w[e.Traversal.SourceRange().Start.Byte] = true
	case *hclsyntax.TupleConsExpr:
		for _, element := range e.Exprs {
			w.add(element)
		}
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			w.add(item.ValueExpr)
		}
	case *hclsyntax.FunctionCallExpr:
		if e.Name == "length" || e.Name == "keys" {
			return
		}
		for _, arg := range e.Args {
			w.add(arg)
		}
	}
}

// Has reports whether a reference is among what is written.
func (w written) has(t hcl.Traversal) bool { return w[t.SourceRange().Start.Byte] }
