package graph

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
		w.addAll(e.Exprs)
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			w.add(item.ValueExpr)
		}
	case *hclsyntax.FunctionCallExpr:
		if e.Name != "length" && e.Name != "keys" {
			w.addAll(e.Args)
		}
	case *hclsyntax.TemplateExpr:
		w.addAll(e.Parts)
	case *hclsyntax.ConditionalExpr:
		w.add(e.TrueResult)
		w.add(e.FalseResult)
	case *hclsyntax.IndexExpr: // an element, or an attribute that nobody knows
		w.add(e.Collection)
	case *hclsyntax.ForExpr:
		w.addFor(e)
	}
}

func (w written) addAll(list []hclsyntax.Expression) {
	for _, e := range list {
		w.add(e)
	}
}

// addFor adds what each element comes to, and, where that is the element itself,
// what the elements are of.
func (w written) addFor(e *hclsyntax.ForExpr) {
	w.add(e.ValExpr)
	for _, t := range e.ValExpr.Variables() {
		if t.RootName() == e.ValVar && len(t) == 1 && w.has(t) {
			w.add(e.CollExpr)
		}
	}
}

// has reports whether a reference is among what is written.
func (w written) has(t hcl.Traversal) bool { return w[t.SourceRange().Start.Byte] }

// HasElement reports whether all of the value of an iterator, such as each, is
// part of the value of an expression.
func HasElement(expr hclsyntax.Expression, iterator string) bool {
	w := writtenIn(expr)
	return slices.ContainsFunc(expr.Variables(), func(t hcl.Traversal) bool {
		if t.RootName() != iterator || len(t) != 2 || !w.has(t) {
			return false
		}
		step, is := t[1].(hcl.TraverseAttr)
		return is && step.Name == "value"
	})
}
