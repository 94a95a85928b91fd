package graph

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A Graph says what refers to what: resources, data sources, locals,
// variables, outputs, calls and provider configurations, of a module and of
// those that it calls, by address. Terraform refuses a cycle in it.
// https://developer.hashicorp.com/terraform/internals/graph
type Graph struct {
	Edges    map[string][]Edge
	Prefixes map[*terraform.Module][]string // before the addresses of a module, one for each way to it
	// aside adds what is behind a node: outputs of a module that has no part in
	// what is judged, and that is read when something leads there.
	aside     map[string]func()
	arguments map[string][]string // of calls of such modules, by the prefix of the module
	Entered   map[string]bool     // prefixes of such modules that have been read

	// Delays says that something may wait for a resource that changes, or read what
	// changes of it.
	Delays bool

	// A graph of what has changed, by module, has what has not from before.
	before  *Graph
	changed map[*terraform.Module]map[string]bool
}

// maxGraph bounds how deep calls are followed.
const maxGraph = 50

// Of returns the graph of a module and of all that it calls.
func Of(m *terraform.Module) *Graph {
	g := newGraph()
	g.module(m, "", 0)
	return g
}

func newGraph() *Graph {
	return &Graph{Edges: map[string][]Edge{}, Prefixes: map[*terraform.Module][]string{}, aside: map[string]func(){}, Entered: map[string]bool{}, arguments: map[string][]string{}}
}

// After returns the graph of what begins at a module, of which only some
// addresses may differ from what they were.
func (g *Graph) After(m *terraform.Module, changed map[*terraform.Module]map[string]bool) *Graph {
	out := newGraph()
	out.before, out.changed = g, changed
	out.module(m, "", 0)
	return out
}

// skips reports whether what has an address in a module is what it was.
func (g *Graph) skips(m *terraform.Module, address string) bool {
	return g.before != nil && !g.changed[m][address]
}

// Prefix returns what stands before the addresses of a module, on the first way
// to it.
func (g *Graph) Prefix(m *terraform.Module) string {
	if list := g.Prefixes[m]; len(list) > 0 {
		return list[0]
	}
	return ""
}

func (g *Graph) module(m *terraform.Module, prefix string, depth int) {
	g.Prefixes[m] = append(g.Prefixes[m], prefix)
	for address := range g.changed[m] {
		g.Edges[prefix+address] = nil
	}
	for _, r := range m.Resources {
		g.close(prefix, prefix+r.Address())
		if g.skips(m, r.Address()) {
			continue
		}
		name := g.node(prefix, r.Address())
		g.body(m, prefix, name, r.Merged.Body, true)
		if provider := prefix + "provider." + providerAddress(r.ProviderRegion()); provider != name {
			g.add(name, Edge{To: provider})
		}
	}
	for _, name := range m.Locals() {
		if address := "local." + name; !g.skips(m, address) {
			g.expression(m, prefix, g.node(prefix, address), m.Local(name).Expr, Edge{})
		}
	}
	for _, o := range m.Outputs() {
		if address := "output." + o.Name; !g.skips(m, address) {
			g.body(m, prefix, g.node(prefix, address), o.Block.Body, true)
		}
	}
	for _, c := range m.ProviderConfigs() {
		if !g.skips(m, c.Address()) {
			g.body(m, prefix, prefix+c.Address(), c.Merged.Body, false)
		}
	}
	for _, c := range m.Calls {
		g.call(m, c, prefix, depth)
	}
}

func providerAddress(at terraform.ProviderRegion) string {
	if at.Provider == "" {
		return "aws"
	}
	return at.Provider
}

// What Terraform calls the nodes at which a module begins and ends: all in it
// depends on the first, and so on the depends_on, count and for_each of its call;
// the last depends on all in it, and what has depends_on = [module.x] on that.
const (
	Expand = "(expand)"
	closed = "(close)"
)

func (g *Graph) add(name string, e Edge) { g.Edges[name] = append(g.Edges[name], e) }

// node returns the address of something in a module, which depends on the call
// of that, if any.
func (g *Graph) node(prefix, address string) string {
	if prefix != "" {
		g.add(prefix+address, Edge{To: prefix + Expand, Purpose: forBegin})
	}
	return prefix + address
}

// close has the end of a module, if it is called, depend on something in it.
func (g *Graph) close(prefix, name string) {
	if prefix != "" {
		g.add(prefix+closed, Edge{To: name, Purpose: forEnd})
	}
}

// call adds a call: its arguments are the variables of its module. One that is
// not in reach is one thing, which depends on all its arguments.
func (g *Graph) call(m *terraform.Module, c *terraform.Call, prefix string, depth int) {
	name := prefix + c.Address()
	if !InReach(c) || depth > maxGraph {
		g.close(prefix, name)
		if !g.skips(m, c.Address()) {
			g.body(m, prefix, name, c.Block.Body, true)
		}
		return
	}
	inner := name + "."
	g.close(prefix, inner+closed)
	g.close(inner, inner+Expand)
	if address := c.Address() + "." + Expand; !g.skips(m, address) {
		g.node(prefix, address)
	}
	for _, a := range c.Merged.Body.Attributes {
		e := Edge{Purpose: purposeOf(a.Name)}
		address := c.Address() + ".var." + a.Name
		if e.Purpose != ForValue {
			address = c.Address() + "." + Expand
		}
		g.close(inner, prefix+address)
		if !g.skips(m, address) {
			g.expression(m, prefix, prefix+address, a.Expr, e)
			if c.Aside {
				g.arguments[inner] = append(g.arguments[inner], "var."+a.Name)
			}
		}
	}
	if !c.Aside {
		g.module(c.Target(), inner, depth+1)
	}
}

// purposeOf returns what a meta-argument is for.
func purposeOf(name string) Purpose {
	switch name {
	case "count", "for_each":
		return ForSize
	case "depends_on", "replace_triggered_by": // not for what it says
		return ForOrder
	}
	return ForValue
}

// body adds what a block refers to; top says that it is no block in another one.
func (g *Graph) body(m *terraform.Module, prefix, name string, b *hclsyntax.Body, top bool) {
	for _, a := range b.Attributes {
		if a.Name == "provider" || a.Name == "providers" || a.Name == "ignore_changes" {
			continue // they name no references
		}
		e := Edge{Attribute: a.Name}
		if top || a.Name == "replace_triggered_by" {
			e.Purpose = purposeOf(a.Name)
		}
		g.expression(m, prefix, name, a.Expr, e)
	}
	for _, nested := range b.Blocks {
		g.body(m, prefix, name, nested.Body, false)
	}
}

// expression adds what an expression refers to, by edges that are like one.
func (g *Graph) expression(m *terraform.Module, prefix, name string, expr hclsyntax.Expression, like Edge) {
	whole := writtenIn(expr)
	for _, t := range expr.Variables() {
		e := like
		e.Expr = expr
		switch r := m.Referred(t); {
		case r != nil:
			switch e.Reads = FirstAttribute(t); {
			case r.Data && (e.Purpose == ForValue || e.Purpose == ForSize) && r.Attribute(e.Reads) != nil:
				e.Purpose = forSetting
			case e.Reads == "" && whole.has(t):
				e.Reads = Whole
			}
		case isValueName(t) && whole.has(t):
			e.Reads = Whole
		}
		g.Delays = g.Delays || e.delays(m.Referred(t), strings.HasPrefix(name[len(prefix):], "data."))
		for _, e.To = range g.Targets(m, prefix, t, e.Purpose) {
			if e.To != name { // an iterator of the same name, or self
				g.add(name, e)
			}
		}
	}
}
