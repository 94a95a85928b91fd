package eval

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A site is an expression and where it is evaluated.
type site struct {
	in    *Instance
	scope Scope
	e     hclsyntax.Expression
	ctx   *hcl.EvalContext // nil where no for expression is around it
}

func (f *frame) site(ctx *hcl.EvalContext, e hclsyntax.Expression) site {
	return site{f.in, f.scope, e, ctx}
}

// value evaluates what is at the site.
func (s site) value() cty.Value {
	if s.ctx == nil {
		return unmark(s.in.Value(s.e, s.scope))
	}
	v, diags := s.e.Value(s.ctx)
	if diags.HasErrors() {
		return cty.DynamicVal
	}
	return unmark(v)
}

// with returns the site of a part of its expression.
func (s site) with(e hclsyntax.Expression) site {
	s.e = e
	return s
}

// origin follows references to locals, and to variables that a call passes,
// to what they stand for: to the member, where they refer to one of an object or
// list that is written out.
func (s site) origin() site { return s.originWithin(maxDepth * 4) }

// originWithin follows so many references.
func (s site) originWithin(most int) site {
	for ; most > 0; most-- {
		s.e = Unwrap(s.e)
		t, ok := s.e.(*hclsyntax.ScopeTraversalExpr)
		if !ok || len(t.Traversal) < 2 {
			return s
		}
		next, moved := s.in.defined(t.Traversal.RootName(), stepName(t.Traversal[1]))
		keys, plain := keysOfSteps(t.Traversal[2:])
		for _, key := range keys {
			if most--; moved {
				next, moved = next.originWithin(most).element(key)
			}
		}
		if !moved || !plain {
			return s
		}
		s = next
	}
	return s
}

// defined returns what gives a local or variable its value, where that is an
// expression: the local's own, or the argument of the call.
func (i *Instance) defined(root, name string) (site, bool) {
	switch root {
	case "local":
		if a := i.Local(name); a != nil {
			return site{in: i, e: a.Expr}, true
		}
	case "var":
		if i.Caller != nil && i.Variable(name) != nil {
			if a := i.Call.Argument(name); a != nil {
				return site{in: i.Caller, scope: i.scope, e: a.Expr}, true
			}
		}
	}
	return site{}, false
}

// id returns what the site's expression is called in the questions of worlds,
// and in sentences: the variable that it is, or its source with the values of
// the iterators in it.
func (s site) id() (id, name string) {
	if t, ok := s.e.(*hclsyntax.ScopeTraversalExpr); ok && len(t.Traversal) == 2 && t.Traversal.RootName() == "var" {
		if _, iterates := s.scope["var"]; !iterates && s.in.Variable(stepName(t.Traversal[1])) != nil {
			id = s.in.variableID(stepName(t.Traversal[1]))
			return id, shortName(id)
		}
	}
	name = s.in.Source(s.e)
	id = s.in.Root().Dir + "\x00" + s.in.Address() + name
	for _, t := range s.e.Variables() {
		root := t.RootName()
		if v, ok := s.iterator(root); ok {
			id += "\x00" + root + "=" + valueText(v)
		}
	}
	return id, name
}

// iterator returns the value of a name that means another thing each time an
// expression is evaluated.
func (s site) iterator(root string) (cty.Value, bool) {
	for ctx := s.ctx; ctx != nil; ctx = ctx.Parent() {
		if _, top := ctx.Variables[frameName]; top {
			break
		}
		if v, ok := ctx.Variables[root]; ok {
			return v, true
		}
	}
	v, ok := s.scope[root]
	return v, ok
}
