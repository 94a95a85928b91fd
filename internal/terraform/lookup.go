package terraform

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Output returns the output value of that name, or nil.
func (m *Module) Output(name string) *Output {
	m.Require("output." + name)
	return m.outputs[name]
}

// OutputNames returns the names of the module's output values, sorted.
func (m *Module) OutputNames() []string { return slices.Sorted(maps.Keys(m.outputs)) }

// Outputs returns those of the module's output values that are read, by name.
func (m *Module) Outputs() []*Output {
	return sorted(m.outputs, func(o *Output) bool { return m.unread["output."+o.Name] })
}

// sorted returns the values of a map by their keys, but for some.
func sorted[T any](of map[string]T, but func(T) bool) []T {
	var out []T
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if !but(of[name]) {
			out = append(out, of[name])
		}
	}
	return out
}

// Declares reports whether the directory declares what a reference leads to:
// a variable, local, module call, resource or data source.
func (m *Module) Declares(t hcl.Traversal) bool {
	second := ""
	if len(t) > 1 {
		if step, ok := t[1].(hcl.TraverseAttr); ok {
			second = step.Name
		}
	}
	switch t.RootName() {
	case "var":
		return m.variables[second] != nil
	case "local":
		return m.locals[second] != nil || m.unread["local."+second]
	case "module":
		return slices.ContainsFunc(m.Calls, func(c *Call) bool { return c.Name == second })
	}
	return m.byAddress[AddressOf(t)] != nil
}

// Referred returns the resource that a reference leads to, nil when it is not
// one of the directory's.
func (m *Module) Referred(t hcl.Traversal) *Resource { return m.Resource(AddressOf(t)) }

// AddressOf returns the address of what a reference begins with.
func AddressOf(t hcl.Traversal) string {
	n := 2
	if t.RootName() == "data" {
		n = 3
	}
	out := t.RootName()
	for _, step := range t[1:min(n, len(t))] {
		if attribute, ok := step.(hcl.TraverseAttr); ok {
			out += "." + attribute.Name
		}
	}
	return out
}

// blocks returns the top-level blocks of a type with that many labels, of all
// files, those of override files last.
func (m *Module) blocks(blockType string, labels int) []*hclsyntax.Block {
	of := blockKind{blockType, labels}
	out, found := m.byKind[of]
	if found {
		return out
	}
	for _, f := range slices.Concat(m.Files, m.Overrides) {
		for _, b := range f.BlocksOf(blockType) {
			if len(b.Labels) == labels {
				out = append(out, b)
			}
		}
	}
	m.byKind[of] = out
	return out
}

// A blockKind is the type of blocks, and how many labels they have.
type blockKind struct {
	name   string
	labels int
}

// Blocks returns the top-level blocks without labels of a type, of all files.
func (m *Module) Blocks(blockType string) []*hclsyntax.Block { return m.blocks(blockType, 0) }

// Variable returns the input variable of that name, or nil.
func (m *Module) Variable(name string) *Variable {
	m.Require("var." + name)
	return m.variables[name]
}

// VariableNames returns the names of the module's input variables, sorted.
func (m *Module) VariableNames() []string { return slices.Sorted(maps.Keys(m.variables)) }

// Variables returns those of the module's input variables that are read, by name.
func (m *Module) Variables() []*Variable {
	return sorted(m.variables, func(v *Variable) bool { return m.unread["var."+v.Name] })
}

// Source returns the source of an expression, on one line, comments left out:
// of one in JSON what it reads as in HCL.
func (m *Module) Source(e hclsyntax.Expression) string {
	f := m.byPath[e.Range().Filename]
	if f == nil {
		return ""
	}
	return f.expression(e)
}

// Written returns the source of an expression as a person finds it: in JSON the
// bytes themselves.
func (m *Module) Written(e hclsyntax.Expression) string {
	if f := m.byPath[e.Range().Filename]; f != nil && f.JSON() {
		return f.Text(e.Range())
	}
	return m.Source(e)
}

// LocalNames returns the names of the module's locals, sorted.
func (m *Module) LocalNames() []string {
	out := m.Locals()
	for address := range m.unread {
		if name, local := strings.CutPrefix(address, "local."); local && m.locals[name] == nil {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Locals returns the names of those of the module's locals that are read, sorted.
func (m *Module) Locals() []string { return slices.Sorted(maps.Keys(m.locals)) }

// Local returns the attribute that gives a local its value, or nil.
func (m *Module) Local(name string) *hclsyntax.Attribute {
	m.Require("local." + name)
	return m.locals[name]
}
