package graph

import (
	"strings"

	"cmkify/internal/terraform"
)

// An Affected tells of what begins at one top what a change of files may bear
// on, by address: what has changed, and what depends on it, directly or not.
// Nil is everything.
type Affected map[string]bool

// Has reports whether the change may bear on what has an address.
func (a Affected) Has(address string) bool { return a == nil || a[address] }

// Affected returns what depends on addresses of modules. What they depended on
// themselves does not matter, so the graph may be that from before the change.
func (g *Graph) Affected(changed map[*terraform.Module]map[string]bool) Affected {
	var queue []string
	for m, prefixes := range g.Prefixes {
		for _, prefix := range prefixes {
			for address := range changed[m] {
				queue = append(queue, prefix+address)
			}
		}
	}
	out := Affected{}
	if len(queue) == 0 {
		return out
	}
	readers := g.readers()
	for len(queue) > 0 {
		next := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if !out[next] {
			out[next] = true
			queue = append(queue, readers[next]...)
		}
	}
	return out
}

// readers returns what refers to what. Any output of a module that has not been
// read may depend on any argument of its call.
func (g *Graph) readers() map[string][]string {
	out := map[string][]string{}
	for from, list := range g.Edges {
		for _, e := range list {
			out[e.To] = append(out[e.To], from)
		}
	}
	for node := range g.aside {
		inner := node[:strings.LastIndex(node, "output.")]
		for _, argument := range append(g.arguments[inner], Expand) {
			out[inner+argument] = append(out[inner+argument], node)
		}
	}
	return out
}
