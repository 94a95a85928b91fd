package fix

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/fix/graph"
	"cmkify/internal/terraform"
)

// readChanged takes in who reads the attribute of a resource that changes, or all
// of the resource: by itself, or out of what it is carried in. Locals, variables
// and outputs hold whole resources, and others read their attributes there.
func (f *follower) readChanged(c changedNode) {
	of := delayedRead{data: c.name, changed: true}
	for _, r := range f.readers[c.name] {
		if c.mayBeRead(r) {
			f.carry(of, r, c.attribute)
		}
	}
}

// mayBeRead reports whether a reader of the resource may read what changes of it.
func (c changedNode) mayBeRead(r reader) bool {
	return r.Reads == "" || r.Reads == graph.Whole || r.Reads == c.attribute
}

// carry takes in one who reads what holds a whole resource, of which an attribute
// has another value.
func (f *follower) carry(of delayedRead, r reader, attribute string) {
	f.require(r.name)
	switch at := f.at[r.name]; {
	case r.Reads == attribute || mentions(r.Expr, attribute):
		of.data += "." + attribute
		f.read(of, r)
	case at.resource != nil && !at.resource.Data:
		f.carryInto(of, r, at.resource, attribute)
	case !at.isValue() || f.carried[r.name] || at.narrows(attribute):
	default:
		f.carried[r.name] = true
		if at.aside != nil {
			f.entered = f.Enter(at.aside, at.inner) || f.entered
		}
		for _, next := range f.readers[r.name] {
			if r.Reads != graph.Whole && next.Reads == graph.Whole {
				next.Reads = "" // all of what may be no more than a part
			}
			f.carry(of, next, attribute)
		}
	}
}

// carryInto takes in a resource that reads what holds a whole one: as the value of
// an argument, or as what its for_each goes through.
func (f *follower) carryInto(of delayedRead, r reader, in *terraform.Resource, attribute string) {
	switch {
	case r.Purpose == graph.ForValue && r.Reads == graph.Whole:
		f.read(of, r)
	case r.Purpose == graph.ForSize:
		of.data += "." + attribute
		for _, a := range ofEach(in.Merged.Body, attribute) {
			r.Edge = graph.Edge{To: r.To, Reads: attribute, Attribute: a.Name, Expr: a.Expr}
			f.read(of, r)
		}
	}
}

// isValue reports whether something is a local, a variable or an output.
func (at location) isValue() bool {
	return at.resource == nil && at.provider == nil && at.outside == nil && at.call == nil
}

// narrows reports whether something is a variable whose type has no such
// attribute: Terraform takes it out of what is passed.
func (at location) narrows(attribute string) bool {
	name, isVariable := strings.CutPrefix(at.address, "var.")
	if !isVariable || at.module == nil || at.module.Variable(name) == nil {
		return false
	}
	a := at.module.Variable(name).Block.Body.Attributes["type"]
	if a == nil {
		return false
	}
	source := at.module.Source(a.Expr)
	return !strings.Contains(source, "any") && !strings.Contains(source, attribute)
}

// ofEach returns the arguments that read an attribute of what each is.
func ofEach(b *hclsyntax.Body, attribute string) []*hclsyntax.Attribute {
	var out []*hclsyntax.Attribute
	for _, a := range b.Attributes {
		if mentions(a.Expr, attribute) && mentions(a.Expr, "each") {
			out = append(out, a)
		}
	}
	for _, nested := range b.Blocks {
		out = append(out, ofEach(nested.Body, attribute)...)
	}
	return out
}

// mentions reports whether a name is among the steps of an expression's
// references, splats and indices.
func mentions(e hclsyntax.Expression, name string) bool {
	found := false
	if e != nil {
		_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
			switch n := n.(type) {
			case *hclsyntax.ScopeTraversalExpr:
				found = found || isStep(n.Traversal, name)
			case *hclsyntax.RelativeTraversalExpr:
				found = found || isStep(n.Traversal, name)
			}
			return nil
		})
	}
	return found
}

func isStep(t hcl.Traversal, name string) bool {
	return slices.ContainsFunc(t, func(step hcl.Traverser) bool {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			return step.Name == name
		case hcl.TraverseAttr:
			return step.Name == name
		case hcl.TraverseIndex:
			return terraform.IsString(step.Key) && step.Key.AsString() == name
		}
		return false
	})
}
