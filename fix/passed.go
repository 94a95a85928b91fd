package fix

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/fix/graph"
	"cmkify/internal/terraform"
)

// A planned is what has a value in a plan: arguments, and what is only passed on
// to whoever reads it.
type planned struct {
	arguments map[slot]cty.Value
	passed    map[slot]cty.Value // locals and variables
	readers   map[slot][]reading // of what is passed on, arguments of calls and outputs among it
}

// A reading is how a value is read: by an address in a module.
type reading struct {
	module  *terraform.Module
	address string
}

// addPassed adds the values of the locals and variables that may be affected.
func (v *values) addPassed() {
	add := func(root, name string) {
		address := root + "." + name
		if !v.affected.Has(v.prefix + address) {
			return
		}
		at := v.slot(address)
		v.passed[at] = v.in.Value(&hclsyntax.ScopeTraversalExpr{Traversal: hcl.Traversal{hcl.TraverseRoot{Name: root}, hcl.TraverseAttr{Name: name}}}, nil)
		v.readers[at] = append(v.readers[at], reading{v.in.Module, address})
	}
	for _, name := range v.in.Locals() {
		add("local", name)
	}
	for _, variable := range v.in.Variables() {
		add("var", variable.Name)
	}
}

// addReaders notes who reads what a block passes on: the module of a call its
// arguments, and whoever calls a module its outputs. What a module gives that has
// no part in the unit may depend on every argument of its call.
func (v *values) addReaders(at slot, b *hclsyntax.Block) {
	switch {
	case len(b.Labels) != 1:
	case b.Type == "output" && v.in.Caller != nil:
		at.path = "value"
		v.readers[at] = append(v.readers[at], reading{v.in.Caller.Module, v.in.Call.Address()})
	case b.Type == "module":
		c := v.in.FindCall(b.Labels[0])
		for name := range b.Body.Attributes {
			at.path = name
			if graph.InReach(c) && !c.Aside {
				v.readers[at] = append(v.readers[at], reading{c.Target(), "var." + name})
			} else {
				v.readers[at] = append(v.readers[at], reading{v.in.Module, "module." + b.Labels[0]})
			}
		}
	}
}

// requireReaders has all read that depends on what has another value than it has
// in the other plan.
func requireReaders(p, other *planned) {
	for at, list := range p.readers {
		v, there := p.passed[at]
		was, before := other.passed[at]
		if !there {
			v, there = p.arguments[at]
			was, before = other.arguments[at]
		}
		if !there && !before || there && before && v.RawEquals(was) {
			continue
		}
		for _, r := range list {
			r.module.RequireReaders(r.address)
		}
	}
}
