package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// reference follows a reference to what it names: a local's expression, a
// variable's value, the attribute of a resource. It returns nil for what must
// be evaluated instead.
func (m *Module) reference(e hclsyntax.Expression, s Scope, p path) []Result {
	if o := m.origin(e, s); o != nil {
		r := p.result(cty.UnknownVal(cty.String), e)
		r.Origin = o
		return []Result{r}
	}
	if t, ok := e.(*hclsyntax.ScopeTraversalExpr); ok && len(t.Traversal) == 2 && t.Traversal.RootName() == "var" {
		if name, ok := t.Traversal[1].(hcl.TraverseAttr); ok && m.variables[name.Name] != nil {
			return []Result{m.variableResult(m.variables[name.Name], t, p)}
		}
	}
	target, at := m.follow(e, s)
	if target == e {
		return nil
	}
	if p.place == Direct {
		p.place = InLocal
	}
	return m.results(target, at, p.step(m.Source(e), e.Range()))
}

// variableResult returns the result of a reference to a variable.
func (m *Module) variableResult(v *Variable, e hclsyntax.Expression, p path) Result {
	loaded, _ := m.Inputs(v.Name)
	whole := p.place != Computed
	if p.place != Computed {
		p.variable = v.Name
	}
	p = p.step("var."+v.Name, e.Range())
	switch {
	case len(loaded) > 0:
		given := loaded[len(loaded)-1]
		p = p.step("set in a file that Terraform loads by itself", given.Range)
		if whole {
			p.place = InInput
		}
	case v.Default != nil && m.terragrunt == nil:
		e = v.Default
		if whole {
			p.place = InDefault
		}
	default:
		p = p.through()
	}
	variable := p.variable
	r := p.result(m.variableValue(v), e)
	r.Variable = variable
	return r
}

// follow leads through locals, and through indexes and attributes of objects
// and lists that are written out, to the expression that is meant, and the
// scope it stands in. What cannot be followed is returned as it is.
func (m *Module) follow(e hclsyntax.Expression, s Scope) (hclsyntax.Expression, Scope) {
	for range maxSteps {
		next, at := m.followOnce(unwrap(e), s)
		if next == nil {
			return e, s
		}
		e, s = next, at
	}
	return e, s
}

func (m *Module) followOnce(e hclsyntax.Expression, s Scope) (hclsyntax.Expression, Scope) {
	switch e := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		t := e.Traversal
		if len(t) < 2 || t.RootName() != "local" {
			return nil, nil
		}
		name, ok := t[1].(hcl.TraverseAttr)
		if !ok || m.locals[name.Name] == nil {
			return nil, nil
		}
		return m.descend(m.locals[name.Name].Expr, nil, t[2:])
	case *hclsyntax.RelativeTraversalExpr:
		source, at := m.follow(e.Source, s)
		return m.descend(source, at, e.Traversal)
	case *hclsyntax.IndexExpr:
		key, _ := m.Value(e.Key, s).Unmark()
		if !key.IsKnown() || key.IsNull() {
			return nil, nil
		}
		collection, at := m.follow(e.Collection, s)
		return m.descend(collection, at, hcl.Traversal{hcl.TraverseIndex{Key: key}})
	}
	return nil, nil
}

// descend takes steps into objects and lists that are written out; nil when
// one of them is not.
func (m *Module) descend(e hclsyntax.Expression, s Scope, steps hcl.Traversal) (hclsyntax.Expression, Scope) {
	for _, step := range steps {
		e, s = m.follow(e, s)
		var key cty.Value
		switch step := step.(type) {
		case hcl.TraverseAttr:
			key = cty.StringVal(step.Name)
		case hcl.TraverseIndex:
			key = step.Key
		default:
			return nil, nil
		}
		switch collection := unwrap(e).(type) {
		case *hclsyntax.ObjectConsExpr:
			if !IsString(key) {
				return nil, nil
			}
			e = m.item(collection, key.AsString(), s)
		case *hclsyntax.TupleConsExpr:
			if key.Type() != cty.Number {
				return nil, nil
			}
			n, _ := key.AsBigFloat().Int64()
			if n < 0 || n >= int64(len(collection.Exprs)) {
				return nil, nil
			}
			e = collection.Exprs[n]
		default:
			return nil, nil
		}
		if e == nil {
			return nil, nil
		}
	}
	return e, s
}

// item returns the value of a key in an object, nil when it is not there or
// another key may be it.
func (m *Module) item(object *hclsyntax.ObjectConsExpr, key string, s Scope) hclsyntax.Expression {
	if !m.keysKnown(object, s) {
		return nil
	}
	for _, item := range object.Items {
		if k, _ := m.Value(item.KeyExpr, s).Unmark(); k.AsString() == key {
			return item.ValueExpr
		}
	}
	return nil
}

func (m *Module) keysKnown(object *hclsyntax.ObjectConsExpr, s Scope) bool {
	for _, item := range object.Items {
		if k, _ := m.Value(item.KeyExpr, s).Unmark(); !IsString(k) {
			return false
		}
	}
	return true
}

// origin reads an expression as a reference to an attribute of a resource:
// type.name.attribute, with any one index after the name.
func (m *Module) origin(e hclsyntax.Expression, s Scope) *Origin {
	switch ref := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return m.originOf(ref.Traversal, s)
	case *hclsyntax.RelativeTraversalExpr:
		index, ok := ref.Source.(*hclsyntax.IndexExpr)
		if !ok {
			return nil
		}
		resource, ok := index.Collection.(*hclsyntax.ScopeTraversalExpr)
		if !ok {
			return nil
		}
		o := m.originOf(append(append(hcl.Traversal{}, resource.Traversal...), ref.Traversal...), s)
		if o != nil {
			o.Instance, o.Key = true, unmark(m.Value(index.Key, s))
		}
		return o
	}
	return nil
}

func (m *Module) originOf(steps hcl.Traversal, s Scope) *Origin {
	names, last, indexed := attributeNames(steps)
	o := &Origin{At: last, Instance: indexed != cty.NilVal, Key: indexed}
	if len(names) > 0 && names[0] == "data" {
		o.Data, names = true, names[1:]
	}
	if len(names) != 3 || notResources[names[0]] {
		return nil
	}
	if _, iterator := s[names[0]]; iterator {
		return nil
	}
	o.Type, o.Name, o.Attribute = names[0], names[1], names[2]
	o.Resource = m.Resource(o.Address())
	return o
}

// notResources are the names that begin references to other things.
var notResources = map[string]bool{
	"var": true, "local": true, "module": true, "each": true, "count": true, "self": true,
	"path": true, "terraform": true, "ephemeral": true,
}

// attributeNames returns the names in a traversal, indexes left out, the range
// of the last one, without its dot, and the last index. A traversal that does
// not end in a name has no names.
func attributeNames(steps hcl.Traversal) (names []string, last hcl.Range, indexed cty.Value) {
	for i, s := range steps {
		switch s := s.(type) {
		case hcl.TraverseRoot:
			names, last = append(names, s.Name), s.SrcRange
		case hcl.TraverseAttr:
			names, last = append(names, s.Name), s.SrcRange
			last.Start.Byte = last.End.Byte - len(s.Name)
		case hcl.TraverseIndex:
			indexed = s.Key
			if i == len(steps)-1 {
				return nil, hcl.Range{}, cty.NilVal
			}
		default:
			return nil, hcl.Range{}, cty.NilVal
		}
	}
	return names, last, indexed
}

// referred returns the resource that a traversal begins with, nil when it is
// not one of the directory's.
func (m *Module) referred(t hcl.Traversal) *Resource {
	var names []string
	for _, step := range t {
		switch s := step.(type) {
		case hcl.TraverseRoot:
			names = append(names, s.Name)
		case hcl.TraverseAttr:
			names = append(names, s.Name)
		}
	}
	switch {
	case len(names) > 2 && names[0] == "data":
		return m.Resource("data." + names[1] + "." + names[2])
	case len(names) > 1:
		return m.Resource(names[0] + "." + names[1])
	}
	return nil
}

// resourceSteps returns how many steps name the resource itself.
func resourceSteps(r *Resource) int {
	if r.Data {
		return 3
	}
	return 2
}
