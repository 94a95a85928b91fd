package terraform

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// A Scope is what the names each, count and an iterator mean in an
// expression. What it does not hold is unknown.
type Scope map[string]cty.Value

// With returns the scope with one more name.
func (s Scope) With(name string, value cty.Value) Scope {
	out := maps.Clone(s)
	if out == nil {
		out = Scope{}
	}
	out[name] = value
	return out
}

// maxValue bounds the elements and bytes of a local's value: locals that
// double each other would fill the memory. Beyond, the value is unknown.
const maxValue = 1 << 20

// Value evaluates an expression as Terraform would when it plans, from what
// the directory says alone. What it cannot know is unknown: attributes of
// resources, outputs of modules, what files and the machine hold. So is what
// Terraform would report as an error.
func (m *Module) Value(e hclsyntax.Expression, s Scope) cty.Value {
	if e == nil {
		return cty.DynamicVal
	}
	variables := map[string]cty.Value{}
	var vars, locals []string
	resources := objects{}
	for _, t := range e.Variables() {
		root := t.RootName()
		switch root {
		case "var":
			vars = append(vars, names(t, m.variables)...)
		case "local":
			locals = append(locals, names(t, m.locals)...)
		default:
			if v, ok := s[root]; ok {
				variables[root] = v
				continue
			}
			variables[root] = cty.DynamicVal
			if r := m.referred(t); r != nil && !notResources[root] {
				resources.put(r, m.resourceValue(r))
			}
		}
	}
	resources.addTo(variables)
	variables["var"] = m.object(vars, func(name string) cty.Value {
		if v := m.variables[name]; v != nil {
			return m.variableValue(v)
		}
		return cty.DynamicVal
	})
	variables["local"] = m.object(locals, m.local)
	v, diags := e.Value(&hcl.EvalContext{Variables: variables, Functions: m.callable(e)})
	if diags.HasErrors() {
		return cty.DynamicVal
	}
	return v
}

// names returns which of the declared names a traversal of var or local
// reads: the next step, or all when that is computed.
func names[T any](t hcl.Traversal, declared map[string]T) []string {
	if len(t) > 1 {
		switch step := t[1].(type) {
		case hcl.TraverseAttr:
			return []string{step.Name}
		case hcl.TraverseIndex:
			if IsString(step.Key) {
				return []string{step.Key.AsString()}
			}
		}
	}
	var out []string
	for name := range declared {
		out = append(out, name)
	}
	return out
}

// resourceValue returns what a reference to a resource gives: of the attributes
// nothing is known, but of which instances there are.
func (m *Module) resourceValue(r *Resource) cty.Value {
	if !r.Counted() {
		return cty.DynamicVal
	}
	if v, done := m.resourceValues[r]; done {
		return v
	}
	m.resourceValues[r] = cty.DynamicVal // for those that lead back here
	instances, known := m.Instances(r)
	if !known {
		return cty.DynamicVal
	}
	v := cty.TupleVal(slices.Repeat([]cty.Value{cty.DynamicVal}, len(instances)))
	if r.Attribute("count") == nil {
		keyed := map[string]cty.Value{}
		for _, i := range instances {
			keyed[i.Scope["each"].GetAttr("key").AsString()] = cty.DynamicVal
		}
		v = cty.ObjectVal(keyed)
	}
	m.resourceValues[r] = v
	return v
}

// objects are the resources of an expression, as Terraform nests them: by
// "data", if they are, type and name.
type objects map[string]map[string]map[string]cty.Value

func (o objects) put(r *Resource, v cty.Value) {
	root := ""
	if r.Data {
		root = "data"
	}
	if o[root] == nil {
		o[root] = map[string]map[string]cty.Value{}
	}
	if o[root][r.Type] == nil {
		o[root][r.Type] = map[string]cty.Value{}
	}
	o[root][r.Type][r.Name] = v
}

// addTo puts the resources among the variables of an evaluation. Names beside
// them are errors of the module, and give unknowns all the same.
func (o objects) addTo(variables map[string]cty.Value) {
	for root, types := range o {
		values := map[string]cty.Value{}
		for typ, names := range types {
			values[typ] = cty.ObjectVal(names)
		}
		if root != "" {
			variables[root] = cty.ObjectVal(values)
			continue
		}
		maps.Copy(variables, values)
	}
}

func (m *Module) object(names []string, value func(string) cty.Value) cty.Value {
	attributes := map[string]cty.Value{}
	for _, name := range names {
		if _, done := attributes[name]; !done {
			attributes[name] = value(name)
		}
	}
	return cty.ObjectVal(attributes)
}

// local evaluates a local on demand. A cycle is an error of the module, and
// unknown.
func (m *Module) local(name string) cty.Value {
	if v, done := m.localValues[name]; done {
		return v
	}
	a := m.locals[name]
	if a == nil {
		return cty.DynamicVal
	}
	m.localValues[name] = cty.DynamicVal // for those that lead back here
	v := m.Value(a.Expr, nil)
	if size(v) > maxValue {
		v = cty.DynamicVal
	}
	m.localValues[name] = v
	return v
}

// size returns how many bytes and elements a value has, about.
func size(v cty.Value) int {
	n := 0
	_ = cty.Walk(v, func(_ cty.Path, part cty.Value) (bool, error) {
		part, _ = part.Unmark()
		n++
		if IsString(part) {
			n += len(part.AsString())
		}
		return n <= maxValue, nil
	})
	return n
}

// A caller collects the names of the functions that an expression calls.
type caller map[string]bool

// Enter notes a call.
func (c caller) Enter(n hclsyntax.Node) hcl.Diagnostics {
	if call, ok := n.(*hclsyntax.FunctionCallExpr); ok {
		c[call.Name] = true
	}
	return nil
}

// Exit does nothing.
func (c caller) Exit(hclsyntax.Node) hcl.Diagnostics { return nil }

// callable returns the functions that an expression calls. Those that
// Terraform does not have, such as a provider's, yield unknowns.
func (m *Module) callable(e hclsyntax.Expression) map[string]function.Function {
	called := caller{}
	_ = hclsyntax.Walk(e, called)
	out := make(map[string]function.Function, len(called))
	for name := range called {
		f, known := functions()[name]
		if !known {
			f = unknownFunction()
		}
		out[name] = f
	}
	return out
}
