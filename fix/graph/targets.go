package graph

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"cmkify/internal/terraform"
)

// Targets returns what a traversal refers to, for some purpose.
func (g *Graph) Targets(m *terraform.Module, prefix string, t hcl.Traversal, why Purpose) []string {
	switch t.RootName() {
	case "local":
		if why == ForOrder && len(t) == 1 { // depends_on = [local], which Terraform refuses
			return nil
		}
		return prefixed(prefix+"local.", terraform.StepNames(t, m.Locals))
	case "var":
		return prefixed(prefix+"var.", terraform.StepNames(t, m.VariableNames))
	case "module":
		address := terraform.AddressOf(t)
		c := m.FindCall(strings.TrimPrefix(address, "module."))
		if !InReach(c) {
			return []string{prefix + address}
		}
		rest := t[min(2, len(t)):]
		if len(rest) > 0 {
			if _, index := rest[0].(hcl.TraverseIndex); index {
				rest = rest[1:]
			}
		}
		if len(rest) > 0 {
			if a, ok := rest[0].(hcl.TraverseAttr); ok {
				if !c.Aside {
					c.Target().RequireOutput(a.Name)
				}
				return []string{g.output(c, prefix+address+".", a.Name)}
			}
		}
		if why == ForOrder {
			return []string{prefix + address + "." + closed}
		}
		if c.Aside {
			return []string{g.output(c, prefix+address+".", "")}
		}
		c.Target().RequireOutput("")
		return prefixed(prefix+address+".output.", c.Target().OutputNames())
	}
	if r := m.Referred(t); r != nil {
		return []string{prefix + r.Address()}
	}
	if strings.HasPrefix(t.RootName(), "aws_") || t.RootName() == "data" {
		return []string{prefix + terraform.AddressOf(t)} // that a change may declare
	}
	return nil
}

// InReach reports whether the module of a call is one that can be read.
func InReach(c *terraform.Call) bool { return c != nil && (c.Aside || c.Target() != nil) }

// output returns the node of an output of a call, "" for all of them. Those of
// a module that has no part in what is judged are read on demand.
func (g *Graph) output(c *terraform.Call, inner, name string) string {
	if g.before != nil {
		return g.before.output(c, inner, name)
	}
	node := inner + "output." + name
	if c.Aside && !g.Entered[node] {
		g.Entered[node] = true
		g.aside[node] = func() {
			g.Enter(c, inner)
			if c.Target().RequireOutput(name); name == "" {
				for _, to := range prefixed(node, c.Target().OutputNames()) {
					g.add(node, Edge{To: to})
				}
			}
		}
	}
	return node
}

// Enter reads the module of a call that has no part in what is judged, and
// reports whether the graph has more for it.
func (g *Graph) Enter(c *terraform.Call, inner string) bool {
	if !c.Aside || g.Entered[inner] {
		return false
	}
	g.Entered[inner] = true
	g.module(c.Target(), inner, strings.Count(inner, "module."))
	return true
}

func prefixed(prefix string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = prefix + n
	}
	return out
}
