package eval

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

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
		if e, ok := s.e.(*hclsyntax.ForExpr); ok && e.CondExpr == nil && len(p.path) > 0 {
			s, p.path = s.generated(e), p.path[1:]
			continue
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
		if t, ok := Unwrap(e.ValExpr).(*hclsyntax.ScopeTraversalExpr); ok && e.CondExpr == nil && len(t.Traversal) == 1 && t.Traversal.RootName() == e.ValVar {
			return s.with(e.CollExpr), nil, true
		}
	case *hclsyntax.FunctionCallExpr:
		switch {
		case len(e.Args) == 0:
		case e.Name == "lookup" && len(e.Args) > 1:
			if key := terraform.Literal(Unwrap(e.Args[1])); terraform.IsString(key) {
				return s.with(e.Args[0]), hcl.Traversal{hcl.TraverseAttr{Name: key.AsString()}}, true
			}
		case e.Name == "try":
			return s.with(s.tried(e.Args)), nil, true
		case e.Name == "tostring", e.Name == "sensitive", e.Name == "nonsensitive":
			return s.with(e.Args[0]), nil, true
		}
	}
	return s, nil, false
}

// tried returns the first of the arguments of try that can be evaluated, the last
// where none can.
func (s site) tried(args []hclsyntax.Expression) hclsyntax.Expression {
	for _, arg := range args[:len(args)-1] {
		if _, ok := s.in.Try(arg, s.scope); ok {
			return arg
		}
	}
	return args[len(args)-1]
}

// generated returns the site of what a for expression makes of some element.
func (s site) generated(e *hclsyntax.ForExpr) site {
	out := s.with(e.ValExpr)
	out.scope = s.scope.With(elementOf+e.ValVar, cty.CapsuleVal(iterationType, &iteration{s.with(e.CollExpr), anyElement}))
	return out
}

// referred returns what a reference takes its value from.
func (s site) referred(t hcl.Traversal) (next site, steps hcl.Traversal, moved bool) {
	if from, ok := s.scope[elementOf+t.RootName()]; ok {
		over := from.EncapsulatedValue().(*iteration)
		return over.site, append(append(hcl.Traversal{}, over.steps...), t[1:]...), true
	}
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

// elementOf begins the name under which a scope has that of the value of a for
// expression.
const elementOf = "\x00element of "

var iterationType = cty.Capsule("iteration", reflect.TypeFor[iteration]())

// over returns the scope with what an iterator takes its value from.
func (s Scope) over(iterator string, from site, steps hcl.Traversal) Scope {
	return s.With(iteratedBy+iterator, cty.CapsuleVal(iterationType, &iteration{from, steps}))
}

// elementOf returns the site of the element that an iterator has the value of, and
// what a reference takes of it, where that is one element which is written out.
func (s site) elementOf(t hcl.Traversal) (element site, taken []cty.Value, found bool) {
	from, iterates := s.scope[iteratedBy+t.RootName()]
	if !iterates || len(t) < 2 || stepName(t[1]) != "value" {
		return s, nil, false
	}
	over := from.EncapsulatedValue().(*iteration)
	taken, plain := keysOfSteps(t[2:])
	return over.site, taken, plain && len(over.steps) == 0
}

// keepsOne are the functions that give the only element of a list, if any.
var keepsOne = map[string]bool{"compact": true, "distinct": true, "flatten": true, "tolist": true, "toset": true}

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
		if e, ok := s.e.(*hclsyntax.FunctionCallExpr); ok && n == 0 && len(e.Args) == 1 && keepsOne[e.Name] {
			if list, ok := Unwrap(e.Args[0]).(*hclsyntax.TupleConsExpr); ok && len(list.Exprs) == 1 {
				return s.with(list.Exprs[0]), true
			}
		}
		next, steps, moved := s.onward()
		if !moved || len(steps) > 0 {
			return s, false
		}
		s = next
	}
	return s, false
}
