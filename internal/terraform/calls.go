package terraform

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// call takes a function call apart that gives back one of its arguments, or
// of their elements. It returns nil for any other, which is evaluated.
func (m *Module) call(e *hclsyntax.FunctionCallExpr, s Scope, p path) []Result {
	if e.ExpandFinal || len(e.Args) == 0 {
		return nil
	}
	p = p.through().step(e.Name+"(...)", e.Range())
	switch e.Name {
	case "tostring", "nonsensitive", "sensitive", "trimspace", "ephemeralasnull":
		return m.results(e.Args[0], s, p)
	case "coalesce":
		return m.coalesce(e, s, p)
	case "try":
		return m.try(e, s, p)
	case "one":
		return m.elements(e.Args[0], s, p, cty.NullVal(cty.String))
	case "element":
		if len(e.Args) == 2 {
			return m.elements(e.Args[0], s, p, cty.DynamicVal)
		}
	case "join":
		if len(e.Args) == 2 && Literal(e.Args[0]).RawEquals(cty.StringVal("")) {
			return m.elements(e.Args[1], s, p, cty.StringVal(""))
		}
	case "lookup":
		return m.lookup(e, s, p)
	}
	return nil
}

// coalesce goes through the arguments up to one that is surely something.
func (m *Module) coalesce(e *hclsyntax.FunctionCallExpr, s Scope, p path) []Result {
	var out []Result
	for _, arg := range e.Args {
		settled := true
		for _, r := range m.results(arg, s, p) {
			switch {
			case r.Value.IsKnown() && r.nothing():
				settled = false
			case r.unsettled():
				settled = false
				out = append(out, r)
			default:
				out = append(out, r)
			}
		}
		if settled {
			return out
		}
	}
	if len(out) == 0 {
		return []Result{p.result(cty.NullVal(cty.String), e)}
	}
	return out
}

// try goes through the arguments up to one that surely does not fail.
func (m *Module) try(e *hclsyntax.FunctionCallExpr, s Scope, p path) []Result {
	var out []Result
	for i, arg := range e.Args {
		results := m.results(arg, s, p)
		failing, certain := m.fails(arg, s)
		if !failing {
			out = append(out, results...)
		}
		if !failing && certain || i == len(e.Args)-1 {
			break
		}
	}
	if len(out) == 0 {
		return []Result{p.result(cty.DynamicVal, e)}
	}
	return out
}

// fails reports whether evaluating an argument of try fails, and whether that
// is certain: only an instance of a resource whose count is not known leaves
// it open. What comes from elsewhere is taken to be there.
func (m *Module) fails(arg hclsyntax.Expression, s Scope) (failing, certain bool) {
	certain = true
	for _, t := range arg.Variables() {
		r := m.referred(t)
		if r == nil || !r.Counted() {
			continue
		}
		keys, known := m.Instances(r)
		switch {
		case !known:
			certain = false
		case len(keys) == 0 && len(t) > resourceSteps(r):
			return true, true
		}
	}
	_ = s
	return false, certain
}

// lookup follows lookup(object, key, default) when the key is known and the
// object is written out.
func (m *Module) lookup(e *hclsyntax.FunctionCallExpr, s Scope, p path) []Result {
	if len(e.Args) < 2 {
		return nil
	}
	key, _ := m.Value(e.Args[1], s).Unmark()
	if !IsString(key) {
		return nil
	}
	collection, at := m.follow(e.Args[0], s)
	object, ok := collection.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return nil
	}
	if item := m.item(object, key.AsString(), at); item != nil {
		return m.results(item, at, p)
	}
	if len(e.Args) == 3 && m.keysKnown(object, at) {
		return m.results(e.Args[2], s, p)
	}
	return nil
}

// elements returns the results of the elements of a list: of a splat over a
// resource, or written out. none is the value of an empty one.
func (m *Module) elements(list hclsyntax.Expression, s Scope, p path, none cty.Value) []Result {
	list, at := m.follow(list, s)
	switch list := list.(type) {
	case *hclsyntax.SplatExpr:
		return m.splat(list, at, p, none)
	case *hclsyntax.TupleConsExpr:
		if len(list.Exprs) == 0 {
			return []Result{p.result(none, list)}
		}
		var out []Result
		for _, element := range list.Exprs {
			out = append(out, m.results(element, at, p)...)
		}
		return out
	}
	return nil
}

// splat returns the results of resource[*].attribute.
func (m *Module) splat(e *hclsyntax.SplatExpr, s Scope, p path, none cty.Value) []Result {
	source, ok := e.Source.(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return nil
	}
	each, ok := e.Each.(*hclsyntax.RelativeTraversalExpr)
	if !ok {
		return nil
	}
	origin := m.originOf(append(append(source.Traversal[:0:0], source.Traversal...), each.Traversal...), s)
	if origin == nil {
		return nil
	}
	origin.Instance = true
	found := p.result(cty.UnknownVal(cty.String), e)
	found.Origin = origin
	if origin.Resource == nil || !origin.Resource.Counted() {
		return []Result{found}
	}
	keys, known := m.Instances(origin.Resource)
	empty := p.result(none, e)
	switch {
	case known && len(keys) == 0:
		return []Result{empty}
	case known:
		return []Result{found}
	}
	if p.branch == "" {
		empty.Branch = "there is no " + origin.Address()
	}
	return []Result{found, empty}
}
