package eval

import (
	"reflect"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// A part is what a path leads to in a variable of an instance.
type part struct {
	in   *Instance
	name string
	path hcl.Traversal
	at   site // that takes it, which it is called by
}

// mayLack reports whether a caller that passes the variable may leave the part
// out, so that it is null.
func (p part) mayLack() bool {
	v := p.in.Variable(p.name)
	left := p.in.Caller == nil || p.in.Call.Partial && p.in.Call.Argument(p.name) == nil
	return v != nil && left && v.MayLack(p.path)
}

// fallback returns the part of the variable's default, if callers may leave that
// out.
func (p part) fallback() (v cty.Value, left bool) {
	if !p.in.left(p.name) {
		return cty.NilVal, false
	}
	v, diags := p.path.TraverseRel(unmark(p.in.fallback(p.in.Variable(p.name))))
	return unmark(v), !diags.HasErrors()
}

// value returns what is known of the part where nobody leaves it out.
func (p part) value() cty.Value {
	if len(p.path) == 0 {
		return p.in.variable(p.name)
	}
	return cty.DynamicVal
}

// takesNull reports whether the part is null where null is passed.
func (p part) takesNull() bool { return !p.in.Variable(p.name).NeverNull(p.path) }

// step returns what an attribute of the part is.
func (p part) step(attribute string) part {
	p.path = append(slices.Clip(p.path), hcl.TraverseAttr{Name: attribute})
	return p
}

// A named is something that questions are about: what they know it by, and what
// it is called in a sentence.
type named struct{ id, name string }

func (s site) named() named {
	id, name := s.id()
	return named{id, name}
}

func (p part) named() named {
	id := p.in.variableID(p.name)
	for _, step := range p.path {
		id += "." + stepName(step)
	}
	return named{id, shortName(id)}
}

// part follows a site to the part of a variable that it has, in this world:
// through locals, calls, iterators, conditionals, objects and lists that are
// written out, and what gives or takes a value as it is.
func (s site) part() (p part, found bool) {
	for range maxDepth * 4 {
		s.e = Unwrap(s.e)
		if keys, ok := keysOfSteps(p.path); ok && len(keys) > 0 {
			if element, found := s.element(keys[0]); found {
				s, p.path = element, p.path[1:]
				continue
			}
		}
		next, steps, moved := s.onward()
		if len(steps) > 0 && len(p.path) == 0 {
			p.at = s
		}
		p.path = append(steps, p.path...)
		if !moved {
			t, ok := s.e.(*hclsyntax.ScopeTraversalExpr)
			if !ok || t.Traversal.RootName() != "var" || len(t.Traversal) < 2 {
				return p, false
			}
			p.in, p.name = s.in, stepName(t.Traversal[1])
			return p, true
		}
		s = next
	}
	return p, false
}

// onward returns the site that a site takes its value from, and the steps into
// that; where it goes no further, the steps into what it refers to.
func (s site) onward() (next site, steps hcl.Traversal, moved bool) {
	switch e := s.e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return s.referred(e.Traversal)
	case *hclsyntax.RelativeTraversalExpr:
		return s.with(e.Source), e.Traversal, true
	case *hclsyntax.IndexExpr:
		if key := s.with(e.Key).value(); key.IsKnown() {
			return s.with(e.Collection), hcl.Traversal{hcl.TraverseIndex{Key: key}}, true
		}
		return s.with(e.Collection), anyElement, true
	case *hclsyntax.ConditionalExpr:
		if c := s.with(e.Condition).truth(0); c.IsKnown() && !c.IsNull() {
			if c.True() {
				return s.with(e.TrueResult), nil, true
			}
			return s.with(e.FalseResult), nil, true
		}
	case *hclsyntax.ForExpr:
		if t, ok := Unwrap(e.ValExpr).(*hclsyntax.ScopeTraversalExpr); ok && len(t.Traversal) == 1 && t.Traversal.RootName() == e.ValVar {
			return s.with(e.CollExpr), nil, true
		}
	case *hclsyntax.FunctionCallExpr:
		switch {
		case len(e.Args) == 0:
		case e.Name == "lookup" && len(e.Args) > 1:
			if key := terraform.Literal(Unwrap(e.Args[1])); terraform.IsString(key) {
				return s.with(e.Args[0]), hcl.Traversal{hcl.TraverseAttr{Name: key.AsString()}}, true
			}
		case e.Name == "try", e.Name == "tostring", e.Name == "sensitive", e.Name == "nonsensitive":
			return s.with(e.Args[0]), nil, true
		}
	}
	return s, nil, false
}

// referred returns what a reference takes its value from.
func (s site) referred(t hcl.Traversal) (next site, steps hcl.Traversal, moved bool) {
	if len(t) < 2 {
		return s, nil, false
	}
	if from, ok := s.scope[iteratedBy+t.RootName()]; ok && stepName(t[1]) == "value" {
		over := from.EncapsulatedValue().(*iteration)
		return over.site, append(append(hcl.Traversal{}, over.steps...), t[2:]...), true
	}
	if _, iterates := s.iterator(t.RootName()); !iterates {
		next, moved = s.in.defined(t.RootName(), stepName(t[1]))
	}
	if !moved {
		next = s
	}
	return next, append(hcl.Traversal{}, t[2:]...), moved
}

// anyElement is a step to one that is not told.
var anyElement = hcl.Traversal{hcl.TraverseIndex{Key: cty.DynamicVal}}

// An iteration is what an iterator takes its value from.
type iteration struct {
	site  site
	steps hcl.Traversal
}

// iteratedBy begins the name under which a scope has the iteration of an
// iterator.
const iteratedBy = "\x00iterated by "

var iterationType = cty.Capsule("iteration", reflect.TypeFor[iteration]())

// over returns the scope with what an iterator takes its value from.
func (s Scope) over(iterator string, from site, steps hcl.Traversal) Scope {
	return s.With(iteratedBy+iterator, cty.CapsuleVal(iterationType, &iteration{from, steps}))
}

// elementAt returns the site of an element of a list that is written out.
func (s site) elementAt(n int) (element site, found bool) {
	for range maxDepth * 4 {
		s.e = Unwrap(s.e)
		if t, ok := s.e.(*hclsyntax.TupleConsExpr); ok {
			if n < len(t.Exprs) {
				return s.with(t.Exprs[n]), true
			}
			return s, false
		}
		next, steps, moved := s.onward()
		if !moved || len(steps) > 0 {
			return s, false
		}
		s = next
	}
	return s, false
}
