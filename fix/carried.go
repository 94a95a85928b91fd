package fix

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/fix/graph"
	"cmkify/internal/eval"
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

// replicaBlock holds a replica of a table: what Terraform makes again when its key
// changes, or knows during apply only, but for its region.
const replicaBlock = "replica"

// ofReplica are the attributes of a replica that are not known until then.
var ofReplica = []string{"arn", "stream_arn", "stream_label", "kms_key_arn"}

// mayBeRead reports whether a reader of the resource may read what changes of it.
func (c changedNode) mayBeRead(r reader) bool {
	if r.Reads == replicaBlock && mentions(r.Expr, "region_name") {
		return c.attribute == replicaBlock && slices.ContainsFunc(ofReplica, func(name string) bool { return mentions(r.Expr, name) })
	}
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
// an argument, or as what a for_each goes through.
func (f *follower) carryInto(of delayedRead, r reader, in *terraform.Resource, attribute string) {
	elements := elementsOf{body: in.Merged.Body, iterator: "each", attribute: attribute, whole: r.Reads == graph.Whole}
	dynamic := dynamicOver(in.Merged.Body, r.Expr)
	switch {
	case dynamic != nil:
		elements.body, elements.iterator = dynamic.Body, eval.Iterator(dynamic)
	case r.Purpose == graph.ForValue && r.Reads == graph.Whole:
		f.read(of, r)
		return
	case r.Purpose != graph.ForSize:
		return
	}
	of.data += "." + attribute
	for _, a := range elements.readers() {
		r.Edge = graph.Edge{To: r.To, Reads: attribute, Attribute: a.Name, Expr: a.Expr}
		f.read(of, r)
	}
}

// dynamicOver returns the dynamic block in a body whose for_each is an expression,
// nil for none.
func dynamicOver(body *hclsyntax.Body, forEach hclsyntax.Expression) *hclsyntax.Block {
	for _, b := range body.Blocks {
		if a := b.Body.Attributes["for_each"]; b.Type == "dynamic" && a != nil && a.Expr == forEach {
			return b
		}
		if found := dynamicOver(b.Body, forEach); found != nil {
			return found
		}
	}
	return nil
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

// elementsOf are the elements that a resource or dynamic block is made of, one by
// one, as an iterator in its body: of each an attribute changes, or, where it is
// whole, so does all of it.
type elementsOf struct {
	body                *hclsyntax.Body
	iterator, attribute string
	whole               bool
}

// readers returns the arguments that read what changes.
func (of elementsOf) readers() []*hclsyntax.Attribute {
	var out []*hclsyntax.Attribute
	for _, a := range of.body.Attributes {
		if mentions(a.Expr, of.attribute) && mentions(a.Expr, of.iterator) || of.whole && graph.HasElement(a.Expr, of.iterator) {
			out = append(out, a)
		}
	}
	for _, nested := range of.body.Blocks {
		of.body = nested.Body
		out = append(out, of.readers()...)
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
