package fix

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A graph says what refers to what: resources, data sources, locals,
// variables, outputs, calls and provider configurations, of a module and of
// those that it calls, by address. Terraform refuses a cycle in it.
// https://developer.hashicorp.com/terraform/internals/graph
type graph struct {
	edges    map[string][]string
	prefixes map[*terraform.Module][]string // before the addresses of a module, one for each way to it
	// aside adds what is behind a node: outputs of a module that has no part in
	// what is judged, and that is read when something leads there.
	aside     map[string]func()
	arguments map[string][]string // of calls of such modules, by the prefix of the module
	taken     map[string]bool     // prefixes of such modules that have been read

	// A graph of what has changed, by module, has what has not from before.
	before  *graph
	changed map[*terraform.Module]map[string]bool
}

// next returns what a node depends on.
func (g *graph) next(name string) []string {
	if read := g.aside[name]; read != nil {
		delete(g.aside, name)
		read()
	}
	if list, has := g.edges[name]; has || g.before == nil {
		return list
	}
	return g.before.next(name)
}

// maxGraph bounds how deep calls are followed.
const maxGraph = 50

// graph returns the graph of references of all that begins at a module, made
// once.
func (j *Judged) graph(root *terraform.Module) *graph {
	if j.graphs == nil {
		j.graphs = map[*terraform.Module]*graph{}
	}
	if j.graphs[root] == nil {
		j.graphs[root] = graphOf(root)
	}
	return j.graphs[root]
}

// graphOf returns the graph of a module and of all that it calls.
func graphOf(m *terraform.Module) *graph {
	g := newGraph()
	g.module(m, "", 0)
	return g
}

func newGraph() *graph {
	return &graph{edges: map[string][]string{}, prefixes: map[*terraform.Module][]string{}, aside: map[string]func(){}, taken: map[string]bool{}, arguments: map[string][]string{}}
}

// after returns the graph of what begins at a module, of which only some
// addresses may differ from what they were.
func (g *graph) after(m *terraform.Module, changed map[*terraform.Module]map[string]bool) *graph {
	out := newGraph()
	out.before, out.changed = g, changed
	out.module(m, "", 0)
	return out
}

// skips reports whether what has an address in a module is what it was.
func (g *graph) skips(m *terraform.Module, address string) bool {
	return g.before != nil && !g.changed[m][address]
}

// prefix returns what stands before the addresses of a module, on the first way
// to it.
func (g *graph) prefix(m *terraform.Module) string {
	if list := g.prefixes[m]; len(list) > 0 {
		return list[0]
	}
	return ""
}

func (g *graph) module(m *terraform.Module, prefix string, depth int) {
	g.prefixes[m] = append(g.prefixes[m], prefix)
	for address := range g.changed[m] {
		g.edges[prefix+address] = nil
	}
	for _, r := range m.Resources {
		if g.skips(m, r.Address()) {
			continue
		}
		name := g.node(prefix, r.Address())
		g.body(m, prefix, name, r.Merged.Body)
		if provider := prefix + "provider." + providerAddress(r.ProviderRegion()); provider != name {
			g.edges[name] = append(g.edges[name], provider)
		}
	}
	for _, name := range m.Locals() {
		if address := "local." + name; !g.skips(m, address) {
			g.expression(m, prefix, g.node(prefix, address), m.Local(name).Expr)
		}
	}
	for _, o := range m.Outputs() {
		if address := "output." + o.Name; !g.skips(m, address) {
			g.body(m, prefix, g.node(prefix, address), o.Block.Body)
		}
	}
	for _, c := range m.AWSConfigs() {
		if !g.skips(m, c.Address()) {
			g.body(m, prefix, prefix+c.Address(), c.Block.Body)
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

// expand is what Terraform calls the node of a call that all in its module
// depends on, and that depends on the call's depends_on, count and for_each.
const expand = "(expand)"

// node returns the address of something in a module, which depends on the call
// of that, if any.
func (g *graph) node(prefix, address string) string {
	if prefix != "" {
		g.edges[prefix+address] = append(g.edges[prefix+address], prefix+expand)
	}
	return prefix + address
}

// call adds a call: its arguments are the variables of its module. One that is
// not in reach is one thing, which depends on all its arguments.
func (g *graph) call(m *terraform.Module, c *terraform.Call, prefix string, depth int) {
	name := prefix + c.Address()
	if !inReach(c) || depth > maxGraph {
		if !g.skips(m, c.Address()) {
			g.body(m, prefix, name, c.Block.Body)
		}
		return
	}
	inner := name + "."
	if address := c.Address() + "." + expand; !g.skips(m, address) {
		g.node(prefix, address)
	}
	for _, a := range c.Merged.Body.Attributes {
		address := c.Address() + ".var." + a.Name
		if a.Name == "depends_on" || a.Name == "count" || a.Name == "for_each" {
			address = c.Address() + "." + expand
		}
		if !g.skips(m, address) {
			g.expression(m, prefix, prefix+address, a.Expr)
			if c.Aside {
				g.arguments[inner] = append(g.arguments[inner], "var."+a.Name)
			}
		}
	}
	if !c.Aside {
		g.module(c.Target(), inner, depth+1)
	}
}

func (g *graph) body(m *terraform.Module, prefix, name string, b *hclsyntax.Body) {
	for _, a := range b.Attributes {
		if a.Name == "provider" || a.Name == "providers" || a.Name == "ignore_changes" {
			continue // they name no references
		}
		g.expression(m, prefix, name, a.Expr)
	}
	for _, nested := range b.Blocks {
		g.body(m, prefix, name, nested.Body)
	}
}

func (g *graph) expression(m *terraform.Module, prefix, name string, e hclsyntax.Expression) {
	for _, t := range e.Variables() {
		for _, to := range g.targets(m, prefix, t) {
			if to != name { // an iterator of the same name, or self
				g.edges[name] = append(g.edges[name], to)
			}
		}
	}
}

// reaches reports whether something depends on something else, directly or
// not.
func (g *graph) reaches(from, to string) bool {
	seen := map[string]bool{}
	queue := []string{from}
	for len(queue) > 0 {
		next := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if next == to {
			return true
		}
		if !seen[next] {
			seen[next] = true
			queue = append(queue, g.next(next)...)
		}
	}
	return false
}
