package fix

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// readers are the arguments of a module that read its locals and variables.
type readers map[string][]use // by "local.name" and "var.name"

// A use is one reading of a local or variable.
type use struct {
	attribute *hclsyntax.Attribute
	path      []cty.Value // what is taken of it, as far as that is written plainly
	// alias is the local whose whole expression the use is, "" for any other.
	alias string
}

// readersOf collects who reads what in a module.
func readersOf(m *terraform.Module) readers {
	r := readers{}
	for _, list := range [][]*terraform.File{m.Files, m.Overrides} {
		for _, f := range list {
			if f.Body == nil {
				continue
			}
			for _, b := range f.Body.Blocks {
				r.body(b.Body, b.Type == "locals")
			}
		}
	}
	return r
}

func (r readers) body(body *hclsyntax.Body, locals bool) {
	for _, a := range body.Attributes {
		for _, t := range a.Expr.Variables() {
			if root := t.RootName(); root == "local" || root == "var" {
				r.add(a, t, locals)
			}
		}
	}
	for _, b := range body.Blocks {
		r.body(b.Body, false)
	}
}

func (r readers) add(a *hclsyntax.Attribute, t hcl.Traversal, locals bool) {
	if len(t) < 2 {
		return
	}
	u := use{attribute: a, path: plainSteps(t[2:])}
	if whole, ok := eval.Unwrap(a.Expr).(*hclsyntax.ScopeTraversalExpr); ok && locals && len(whole.Traversal) == len(t) {
		u.alias = a.Name
	}
	name := terraform.AddressOf(t)
	r[name] = append(r[name], u)
}

// plainSteps returns the keys of steps up to the first that is no key.
func plainSteps(steps hcl.Traversal) []cty.Value {
	var out []cty.Value
	for _, step := range steps {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			out = append(out, cty.StringVal(step.Name))
		case hcl.TraverseIndex:
			out = append(out, step.Key)
		default:
			return out
		}
	}
	return out
}

// only reports whether a value at an origin is read by the given arguments
// alone, followed through locals that are nothing but a reference to it.
func (r readers) only(o eval.Origin, arguments map[*hclsyntax.Attribute]bool) bool {
	root := "var."
	if o.Kind == eval.Local {
		root = "local."
	}
	return r.onlyAt(root+o.Name, o.Path, arguments, 0)
}

func (r readers) onlyAt(name string, path []cty.Value, arguments map[*hclsyntax.Attribute]bool, depth int) bool {
	if depth > 40 {
		return false
	}
	for _, u := range r[name] {
		switch {
		case !overlap(path, u.path), arguments[u.attribute]:
		case u.alias != "" && r.onlyAt("local."+u.alias, beyond(path, u.path), arguments, depth+1):
		default:
			return false
		}
	}
	return true
}

// overlap reports whether two paths into one value may lead to the same part.
func overlap(a, b []cty.Value) bool {
	for i := range min(len(a), len(b)) {
		if a[i].IsKnown() && b[i].IsKnown() && !a[i].RawEquals(b[i]) {
			return false
		}
	}
	return true
}

// beyond returns what is left of a path behind another one.
func beyond(path, taken []cty.Value) []cty.Value { return path[min(len(path), len(taken)):] }
