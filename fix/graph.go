package fix

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A graph says what refers to what: resources, data sources, locals,
// variables, outputs, calls and provider configurations, of a module and of
// those that it calls, by address. Terraform refuses a cycle in it.
// https://developer.hashicorp.com/terraform/internals/graph
type graph struct {
	edges    map[string][]string
	prefixes map[*terraform.Module]string // before the addresses of a module; of the first way to it
}

// maxGraph bounds how deep calls are followed.
const maxGraph = 50

// graphOf returns the graph of a module and of all that it calls.
func graphOf(m *terraform.Module) *graph {
	g := &graph{edges: map[string][]string{}, prefixes: map[*terraform.Module]string{}}
	g.module(m, "", 0)
	return g
}

// prefix returns what stands before the addresses of a module.
func (g *graph) prefix(m *terraform.Module) string { return g.prefixes[m] }

func (g *graph) module(m *terraform.Module, prefix string, depth int) {
	if _, seen := g.prefixes[m]; !seen {
		g.prefixes[m] = prefix
	}
	for _, r := range m.Resources {
		name := prefix + r.Address()
		g.body(m, prefix, name, r.Merged.Body)
		if provider := prefix + "provider." + providerAddress(r.ProviderRegion()); provider != name {
			g.edges[name] = append(g.edges[name], provider)
		}
	}
	for _, name := range m.Locals() {
		g.expression(m, prefix, prefix+"local."+name, m.Local(name).Expr)
	}
	for _, name := range m.Outputs() {
		g.body(m, prefix, prefix+"output."+name, m.Output(name).Block.Body)
	}
	for _, c := range m.AWSConfigs() {
		g.body(m, prefix, prefix+"provider."+providerAddress(terraform.ProviderRegion{Provider: c.Reference()}), c.Block.Body)
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

// call adds a call: its arguments are the variables of its module. One that is
// not in reach is one thing, which depends on all its arguments.
func (g *graph) call(m *terraform.Module, c *terraform.Call, prefix string, depth int) {
	name := prefix + c.Address()
	if c.Target == nil || depth > maxGraph {
		g.body(m, prefix, name, c.Block.Body)
		return
	}
	inner := name + "."
	for _, a := range c.Block.Body.Attributes {
		switch a.Name {
		case "depends_on", "count", "for_each": // all in it depends on these
			for _, r := range c.Target.Resources {
				g.expression(m, prefix, inner+r.Address(), a.Expr)
			}
		default:
			g.expression(m, prefix, inner+"var."+a.Name, a.Expr)
		}
	}
	g.module(c.Target, inner, depth+1)
}

func (g *graph) body(m *terraform.Module, prefix, name string, b *hclsyntax.Body) {
	for _, a := range b.Attributes {
		if a.Name == "provider" || a.Name == "providers" {
			continue
		}
		g.expression(m, prefix, name, a.Expr)
	}
	for _, nested := range b.Blocks {
		if nested.Type == "lifecycle" {
			continue // ignore_changes names attributes, not references
		}
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

// targets returns what a traversal refers to.
func (g *graph) targets(m *terraform.Module, prefix string, t hcl.Traversal) []string {
	switch t.RootName() {
	case "local":
		return prefixed(prefix+"local.", terraform.StepNames(t, m.Locals))
	case "var":
		return prefixed(prefix+"var.", terraform.StepNames(t, m.Variables))
	case "module":
		address := terraform.AddressOf(t)
		c := m.FindCall(strings.TrimPrefix(address, "module."))
		if c == nil || c.Target == nil {
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
				return []string{prefix + address + ".output." + a.Name}
			}
		}
		return prefixed(prefix+address+".output.", c.Target.Outputs())
	}
	if r := m.Referred(t); r != nil {
		return []string{prefix + r.Address()}
	}
	return nil
}

func prefixed(prefix string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = prefix + n
	}
	return out
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
			queue = append(queue, g.edges[next]...)
		}
	}
	return false
}

// cycles returns the sets of addresses that depend on each other, each sorted.
func (g *graph) cycles() [][]string {
	t := &tarjan{graph: g, index: map[string]int{}, low: map[string]int{}, on: map[string]bool{}}
	for name := range g.edges {
		if t.index[name] == 0 {
			t.visit(name)
		}
	}
	return t.found
}

// tarjan finds strongly connected components, without recursion: locals may
// refer to each other thousands deep.
type tarjan struct {
	*graph
	index, low map[string]int
	on         map[string]bool
	stack      []string
	found      [][]string
}

func (t *tarjan) visit(root string) {
	type step struct {
		name string
		next int
	}
	path := []step{{name: root}}
	t.enter(root)
	for len(path) > 0 {
		s := &path[len(path)-1]
		if s.next < len(t.edges[s.name]) {
			to := t.edges[s.name][s.next]
			s.next++
			switch {
			case t.index[to] == 0:
				t.enter(to)
				path = append(path, step{name: to})
			case t.on[to]:
				t.low[s.name] = min(t.low[s.name], t.index[to])
			}
			continue
		}
		t.leave(s.name)
		path = path[:len(path)-1]
		if len(path) > 0 {
			above := path[len(path)-1].name
			t.low[above] = min(t.low[above], t.low[s.name])
		}
	}
}

func (t *tarjan) enter(name string) {
	t.index[name] = len(t.index) + 1
	t.low[name] = t.index[name]
	t.stack = append(t.stack, name)
	t.on[name] = true
}

func (t *tarjan) leave(name string) {
	if t.low[name] != t.index[name] {
		return
	}
	at := slices.Index(t.stack, name)
	component := slices.Clone(t.stack[at:])
	t.stack = t.stack[:at]
	for _, n := range component {
		t.on[n] = false
	}
	if len(component) > 1 {
		slices.Sort(component)
		t.found = append(t.found, component)
	}
}

// newCycle returns a cycle of the graph that was not in another one, nil when
// there is none.
func (g *graph) newCycle(before *graph) []string {
	old := before.cycles()
	for _, c := range g.cycles() {
		known := slices.ContainsFunc(old, func(o []string) bool {
			return !slices.ContainsFunc(c, func(name string) bool { return !slices.Contains(o, name) })
		})
		if !known {
			return c
		}
	}
	return nil
}
