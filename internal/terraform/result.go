package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A Result is one thing that an expression can come to: a known value, null,
// or an unknown one with or without an origin. Unknown without origin is
// "from elsewhere": a variable, a module, a remote state.
type Result struct {
	Value  cty.Value
	Origin *Origin
	Expr   hclsyntax.Expression // what says so, without parentheses and quotes around it
}

// An Origin is the attribute of a resource or data source that a value comes
// from.
type Origin struct {
	Data       bool
	Type, Name string
	Resource   *Resource // nil when the directory does not declare it
	Attribute  string
	At         hcl.Range // of the attribute's name, in the reference
}

// Results returns what the expression can come to.
func (m *Module) Results(e hclsyntax.Expression) []Result {
	e = unwrap(e)
	r := Result{Value: Literal(e), Expr: e}
	if !r.Value.IsKnown() {
		r.Origin = m.origin(e)
	}
	return []Result{r}
}

// unwrap takes parentheses and the quotes of "${x}" off.
func unwrap(e hclsyntax.Expression) hclsyntax.Expression {
	for {
		switch wrapped := e.(type) {
		case *hclsyntax.ParenthesesExpr:
			e = wrapped.Expression
		case *hclsyntax.TemplateWrapExpr:
			e = wrapped.Wrapped
		default:
			return e
		}
	}
}

// origin reads an expression as a reference to an attribute of a resource:
// type.name.attribute, with any one index after the name.
func (m *Module) origin(e hclsyntax.Expression) *Origin {
	var steps hcl.Traversal
	switch ref := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		steps = ref.Traversal
	case *hclsyntax.RelativeTraversalExpr:
		index, ok := ref.Source.(*hclsyntax.IndexExpr)
		if !ok {
			return nil
		}
		resource, ok := index.Collection.(*hclsyntax.ScopeTraversalExpr)
		if !ok {
			return nil
		}
		steps = append(append(hcl.Traversal{}, resource.Traversal...), ref.Traversal...)
	default:
		return nil
	}
	names, last := attributeNames(steps)
	o := &Origin{At: last}
	if len(names) > 0 && names[0] == "data" {
		o.Data, names = true, names[1:]
	}
	if len(names) != 3 {
		return nil
	}
	o.Type, o.Name, o.Attribute = names[0], names[1], names[2]
	switch o.Type {
	case "var", "local", "module", "each", "count", "self", "path", "terraform":
		return nil
	}
	o.Resource = m.Resource(o.Address())
	return o
}

// Address returns the address of what the origin belongs to.
func (o *Origin) Address() string {
	return (&Resource{Data: o.Data, Type: o.Type, Name: o.Name}).Address()
}

// attributeNames returns the names in a traversal, indexes left out, and the
// range of the last one, without its dot. A traversal that does not end in a
// name has none.
func attributeNames(steps hcl.Traversal) (names []string, last hcl.Range) {
	for i, s := range steps {
		switch s := s.(type) {
		case hcl.TraverseRoot:
			names, last = append(names, s.Name), s.SrcRange
		case hcl.TraverseAttr:
			names, last = append(names, s.Name), s.SrcRange
			last.Start.Byte = last.End.Byte - len(s.Name)
		case hcl.TraverseIndex:
			if i == len(steps)-1 {
				return nil, hcl.Range{}
			}
		default:
			return nil, hcl.Range{}
		}
	}
	return names, last
}
