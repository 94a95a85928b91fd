package detect

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/eval"
)

// renamed returns what makes the reference at an origin right: another name in
// the place of the attribute's, or of the output's of a module. It is nil where
// there is no such reference.
func (v keyVerdict) renamed(o eval.Origin) *Source {
	steps, output := v.reference(o)
	if len(steps) == 0 {
		return nil
	}
	last, ok := steps[len(steps)-1].(hcl.TraverseAttr)
	text := v.attribute
	switch {
	case !ok:
		return nil
	case output:
		text = v.output(o)
	case arnLike(last.Name) != arnLike(v.was):
		return nil
	}
	if text == "" {
		return nil
	}
	at := o.In.Place(last.SrcRange)
	at.Start = at.End - len(last.Name)
	return &Source{At: at, Text: text, Origin: o}
}

// reference returns the steps of the reference at an origin, and whether the last
// is the name of an output; none for what is no reference.
func (v keyVerdict) reference(o eval.Origin) (steps hcl.Traversal, output bool) {
	switch e := o.Expr.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		if t := e.Traversal; t.RootName() == "module" {
			_, index := t[min(2, len(t)-1)].(hcl.TraverseIndex)
			return t, len(t) == 3 || len(t) == 4 && index
		}
		if o.In.Referred(e.Traversal) != nil {
			return e.Traversal, false
		}
	case *hclsyntax.RelativeTraversalExpr:
		if of, ok := eval.Unwrap(e.Source).(*hclsyntax.IndexExpr); ok {
			call, ok := eval.Unwrap(of.Collection).(*hclsyntax.ScopeTraversalExpr)
			return e.Traversal, ok && call.Traversal.RootName() == "module" && len(call.Traversal) == 2 && len(e.Traversal) == 1
		}
		return e.Traversal, false
	}
	return nil, false
}

// output returns the name of an output that gives the ARN of the key, of the module
// that an origin takes it from; "" for none.
func (v keyVerdict) output(o eval.Origin) string {
	called := v.of.In
	for called != nil && called.Caller != o.In {
		called = called.Caller
	}
	if called == nil {
		return ""
	}
	named := target(v.of)
	return called.OutputGiving(func(s *eval.StandIn) bool {
		return s.Resource == v.of.Resource && s.Expansion.Key == v.of.Expansion.Key && s.Attribute == v.attribute ||
			s.Resource == v.key && v.key != nil && s.Expansion.Key == v.expansion.Key && s.Attribute == arnAttributes[v.key.Kind()] ||
			named != nil && s.Resource == named.Resource && s.Expansion.Key == named.Expansion.Key && s.Attribute == arnAttributes[named.Resource.Kind()]
	})
}

// arnLike tells the attributes apart that have stand-ins of their own; the id
// of a key is its key_id.
func arnLike(name string) string {
	if name == "id" {
		return "key_id"
	}
	return name
}
