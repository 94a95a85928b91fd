package detect

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// RefersTo reports whether an argument of one resource refers to another one,
// directly or through locals, outputs of calls, what a call passes, and the for_each
// that each stands for.
func RefersTo(in *eval.Instance, from *terraform.Resource, argument *hclsyntax.Attribute, to *terraform.Resource) bool {
	search := &reference{is: func(other *terraform.Resource) bool { return other == to }, seen: map[string]bool{}}
	return search.in(in, argument.Expr, from.Attribute("for_each"))
}

// TablesIn returns the tables that a block of an instance refers to, as
// [RefersTo] does.
func TablesIn(in *eval.Instance, b *hclsyntax.Body) []*terraform.Resource {
	var out []*terraform.Resource
	search := &reference{seen: map[string]bool{}, is: func(to *terraform.Resource) bool {
		if !to.Data && to.Type == TableType && !slices.Contains(out, to) {
			out = append(out, to)
		}
		return false
	}}
	search.body(in, b)
	return out
}

// A reference is the search for one to a resource.
type reference struct {
	is   func(*terraform.Resource) bool
	seen map[string]bool // locals, outputs and variables, by instance
}

// body searches all of a block. What only waits for a table is told nothing of it.
func (r *reference) body(in *eval.Instance, b *hclsyntax.Body) {
	for _, a := range b.Attributes {
		if a.Name != "depends_on" {
			r.in(in, a.Expr, nil) // each stands for an argument of the block
		}
	}
	for _, nested := range b.Blocks {
		r.body(in, nested.Body)
	}
}

// in reports whether an expression of an instance leads to the resource. forEach
// is that of the block around it, nil for none.
func (r *reference) in(in *eval.Instance, e hclsyntax.Expression, forEach *hclsyntax.Attribute) bool {
	for _, t := range e.Variables() {
		if to := in.Referred(t); to != nil && r.is(to) || r.through(in, t, forEach) {
			return true
		}
	}
	return false
}

// through follows what a traversal names that stands for something else.
func (r *reference) through(in *eval.Instance, t hcl.Traversal, forEach *hclsyntax.Attribute) bool {
	switch t.RootName() {
	case "each":
		return forEach != nil && r.in(in, forEach.Expr, nil)
	case "local":
		for _, name := range terraform.StepNames(t, in.LocalNames) {
			if a := in.Local(name); a != nil && r.once(in, "local."+name) && r.in(in, a.Expr, nil) {
				return true
			}
		}
	case "var":
		for _, name := range terraform.StepNames(t, in.VariableNames) {
			if in.Caller == nil || !r.once(in, "var."+name) {
				continue
			}
			if a := in.Call.Argument(name); a != nil && r.in(in.Caller, a.Expr, in.Call.Argument("for_each")) {
				return true
			}
		}
	case "module":
		return r.output(in, t)
	}
	return false
}

// output follows a reference to outputs of a call.
func (r *reference) output(in *eval.Instance, t hcl.Traversal) bool {
	for _, c := range in.Calls {
		if c.Address() != terraform.AddressOf(t) || c.Target() == nil {
			continue
		}
		rest := t[2:]
		if len(rest) > 0 {
			if _, attribute := rest[0].(hcl.TraverseAttr); !attribute {
				rest = rest[1:]
			}
		}
		called, _ := in.Called(c)
		for _, child := range called {
			// What stands for a remote module has no outputs: any may tell of all it makes.
			if child.Remote != nil && !child.Remote.Code && slices.ContainsFunc(child.Resources, r.is) {
				return true
			}
			for _, name := range terraform.StepNames(append(hcl.Traversal{t[0]}, rest...), child.OutputNames) {
				o := child.Output(name)
				if o != nil && o.Expr != nil && r.once(child, "output."+name) && r.in(child, o.Expr, nil) {
					return true
				}
			}
		}
	}
	return false
}

// once reports whether a name of an instance has not been followed yet.
func (r *reference) once(in *eval.Instance, name string) bool {
	key := in.Root().Dir + "\x00" + in.Address() + name
	done := r.seen[key]
	r.seen[key] = true
	return !done
}
