package eval

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// Objects of resources and module calls have the attributes that some
// expression mentions: a provider's schema would tell all, and hcl refuses
// the others. An attribute that is mentioned of something that may be any
// object, as an iterator or a local, is an attribute of every object.

// mentions are what the expressions of a module say of one resource or call.
type mentions struct {
	names map[string]bool // of attributes
	last  int             // the highest index that stands as a literal, -1 for none
	keys  map[string]bool // that stand as literals
}

// A reader collects what a module mentions.
type reader struct {
	module *terraform.Module
	loose  map[string]bool
	of     map[string]*mentions // by address
	// elements are those that are mentioned of any collection.
	elements *mentions
}

func newMentions() *mentions {
	return &mentions{names: map[string]bool{}, last: -1, keys: map[string]bool{}}
}

// take takes in what a body mentions.
func (r *reader) take(f *mentioned) {
	for _, t := range f.references {
		r.absolute(t)
	}
	for _, name := range f.loose {
		r.loose[name] = true
	}
	for _, key := range f.elements {
		r.elements.index(key)
	}
}

// bodies returns the bodies of all files of a module that parse.
func bodies(m *terraform.Module) []*hclsyntax.Body {
	var out []*hclsyntax.Body
	for _, list := range [][]*terraform.File{m.Files, m.Overrides} {
		for _, f := range list {
			if f.Body != nil {
				out = append(out, f.Body)
			}
		}
	}
	return out
}

func (r *reader) absolute(t hcl.Traversal) {
	address := terraform.AddressOf(t)
	steps := 2
	if t.RootName() == "data" {
		steps = 3
	}
	owned := r.module.Referred(t) != nil && !notResources[t.RootName()]
	if call := t.RootName() == "module" && len(t) > 1; !owned && !call || len(t) < steps {
		r.relative(t[1:])
		return
	}
	m := r.of[address]
	if m == nil {
		m = newMentions()
		r.of[address] = m
	}
	rest := t[steps:]
	if len(rest) > 0 {
		if index, ok := rest[0].(hcl.TraverseIndex); ok {
			m.index(index.Key)
			rest = rest[1:]
		}
	}
	if len(rest) == 0 {
		return
	}
	if name := stepName(rest[0]); name != "" {
		m.names[name] = true
	}
	r.relative(rest[1:])
}

func (m *mentions) index(key cty.Value) {
	switch {
	case terraform.IsString(key):
		m.keys[key.AsString()] = true
	case key.Type() == cty.Number && key.IsKnown() && !key.IsNull():
		if n, _ := key.AsBigFloat().Int64(); n >= 0 && n < maxInstances {
			m.last = max(m.last, int(n))
		}
	}
}

func (r *reader) relative(t hcl.Traversal) {
	for _, step := range t {
		if index, ok := step.(hcl.TraverseIndex); ok {
			r.elements.index(index.Key)
		}
		if name := stepName(step); name != "" {
			r.loose[name] = true
		}
	}
}

// stepName returns the name of a step into an object, "" for any other.
func stepName(step hcl.Traverser) string {
	switch s := step.(type) {
	case hcl.TraverseAttr:
		return s.Name
	case hcl.TraverseIndex:
		if terraform.IsString(s.Key) {
			return s.Key.AsString()
		}
	}
	return ""
}

// Indexed reports whether a reference to a counted resource names one of its
// instances, or all of them by a splat.
func Indexed(t hcl.Traversal, r *terraform.Resource) bool {
	steps := 2
	if r.Data {
		steps = 3
	}
	if len(t) <= steps {
		return true
	}
	_, attribute := t[steps].(hcl.TraverseAttr)
	return !attribute
}

// Calls reports whether an expression calls one of the functions.
func Calls(e hclsyntax.Expression, names ...string) bool {
	called := caller{}
	_ = hclsyntax.Walk(e, called)
	for _, name := range names {
		if called[name] {
			return true
		}
	}
	return false
}

// takesFromObject reports whether an expression chooses an instance of a
// resource, data source or call: what is taken of that is written there and
// nowhere else.
func (s site) takesFromObject(e hclsyntax.Expression) bool {
	for {
		switch of := Unwrap(e).(type) {
		case *hclsyntax.IndexExpr:
			e = of.Collection
		case *hclsyntax.RelativeTraversalExpr:
			e = of.Source
		case *hclsyntax.ScopeTraversalExpr:
			root := of.Traversal.RootName()
			_, iterates := s.iterator(root)
			return root != "local" && root != "var" && !iterates
		default:
			return false
		}
	}
}
