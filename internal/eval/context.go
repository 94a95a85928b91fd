package eval

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"cmkify/internal/terraform"
)

// frameName is the name under which an evaluation finds its frame. No
// identifier of HCL holds a NUL.
const frameName = "\x00frame"

var frameType = cty.Capsule("frame", reflect.TypeFor[frame]())

// context returns what an expression is evaluated with: the values of all
// that it refers to.
func (i *Instance) context(e hclsyntax.Expression, s Scope) *hcl.EvalContext {
	variables := map[string]cty.Value{frameName: cty.CapsuleVal(frameType, &frame{i, s})}
	objects := objects{}
	for _, r := range i.ev.references(e) {
		switch {
		case hasKey(s, r.root), i.ev.opaque && hasKey(s, opaquely+r.root):
			variables[r.root] = s.value(r.root, i.ev.opaque)
		case r.root == "var":
			for _, name := range i.variableNames(r.t) {
				objects.put(i.variable(name), "var", name)
			}
		case r.root == "local":
			for _, name := range i.localNames(r.t) {
				objects.put(i.local(name), "local", name)
			}
		case r.root == "module":
			for _, name := range i.callNames(r.t) {
				if v := i.output(name, r.attribute); v != cty.NilVal {
					objects.put(v, "module", name, r.attribute)
				} else {
					objects.put(i.call(name), "module", name)
				}
			}
		case r.root == "path":
			variables[r.root] = i.paths()
		case r.root == "terraform" && i.ev.opaque:
			workspace := i.ev.hide(unknownText, "terraform.workspace")
			variables[r.root] = cty.ObjectVal(map[string]cty.Value{"workspace": workspace, "env": workspace, "applying": cty.UnknownVal(cty.Bool)})
		case notResources[r.root]:
			variables[r.root] = surroundings[r.root]
		default:
			i.refer(r, objects, variables)
		}
	}
	objects.addTo(variables)
	return &hcl.EvalContext{Variables: variables, Functions: i.ev.callable(e)}
}

func hasKey(s Scope, name string) bool {
	_, ok := s[name]
	return ok
}

// refer adds the resource that a traversal leads to. What the directory does
// not declare is unknown.
func (i *Instance) refer(r reference, o objects, variables map[string]cty.Value) {
	path := namesOf(r.t)
	switch found := i.Referred(r.t); {
	case found != nil && r.attribute != "" && !found.Counted():
		o.put(i.only(found, r.attribute), append(path, r.attribute)...)
	case found != nil:
		o.put(i.resource(found), path...)
	case r.root == "data" && len(path) == 3, r.root != "data" && len(path) == 2:
		o.put(cty.DynamicVal, path...)
	default:
		variables[r.root] = cty.DynamicVal
	}
}

// namesOf returns the names of the steps that name a resource.
func namesOf(t hcl.Traversal) []string {
	n := 2
	if t.RootName() == "data" {
		n = 3
	}
	out := []string{t.RootName()}
	for _, step := range t[1:min(n, len(t))] {
		if a, ok := step.(hcl.TraverseAttr); ok {
			out = append(out, a.Name)
		}
	}
	return out
}

var unknownText = cty.UnknownVal(cty.String).RefineNotNull()

// surroundings are what expressions can refer to beside what the module
// declares: of none of it anything is known before the run.
var surroundings = map[string]cty.Value{
	"each":  cty.ObjectVal(map[string]cty.Value{"key": unknownText, "value": cty.DynamicVal}),
	"count": cty.ObjectVal(map[string]cty.Value{"index": cty.UnknownVal(cty.Number).RefineNotNull()}),
	"self":  cty.DynamicVal, "ephemeral": cty.DynamicVal,
	"terraform": cty.ObjectVal(map[string]cty.Value{"workspace": unknownText, "env": unknownText, "applying": cty.UnknownVal(cty.Bool)}),
}

// paths returns what path means: where it leads to is not known, but that it
// is a module's directory.
func (i *Instance) paths() cty.Value {
	of := func(m *terraform.Module) cty.Value {
		if i.ev.options.File == nil {
			return unknownText
		}
		return cty.StringVal(pathMark + m.Dir + pathMark)
	}
	return cty.ObjectVal(map[string]cty.Value{"module": of(i.Module), "root": of(i.Root().Module), "cwd": unknownText})
}

// objects are values by path, as Terraform nests them: type and name, behind
// "data" for a data source.
type objects map[string]any

func (o objects) put(v cty.Value, path ...string) {
	for len(path) > 1 {
		next, ok := o[path[0]].(objects)
		if !ok {
			next = objects{}
			o[path[0]] = next
		}
		o, path = next, path[1:]
	}
	o[path[0]] = v
}

func (o objects) addTo(variables map[string]cty.Value) {
	for name, v := range o {
		if _, done := variables[name]; !done {
			variables[name] = objectValue(v)
		}
	}
}

func objectValue(v any) cty.Value {
	o, nested := v.(objects)
	if !nested {
		return v.(cty.Value)
	}
	attributes := map[string]cty.Value{}
	for name, inner := range o {
		attributes[name] = objectValue(inner)
	}
	return cty.ObjectVal(attributes)
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
func (ev *Evaluator) callable(e hclsyntax.Expression) map[string]function.Function {
	called := caller{}
	_ = hclsyntax.Walk(e, called)
	out := make(map[string]function.Function, len(called))
	for name := range called {
		out[name] = ev.function(name)
	}
	return out
}
