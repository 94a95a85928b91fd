package fix

import (
	"strings"

	"cmkify/internal/terraform"
)

// An affected tells of what begins at one top what a change of files may bear
// on, by address: what has changed, and what depends on it, directly or not.
// Nil is everything.
type affected map[string]bool

func (a affected) has(address string) bool { return a == nil || a[address] }

// affected returns what depends on addresses of modules. What they depended on
// themselves does not matter, so the graph may be that from before the change.
func (g *graph) affected(changed map[*terraform.Module]map[string]bool) affected {
	var queue []string
	for m, prefixes := range g.prefixes {
		for _, prefix := range prefixes {
			for address := range changed[m] {
				queue = append(queue, prefix+address)
			}
		}
	}
	out := affected{}
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
func (g *graph) readers() map[string][]string {
	out := map[string][]string{}
	for from, list := range g.edges {
		for _, e := range list {
			out[e.to] = append(out[e.to], from)
		}
	}
	for node := range g.aside {
		inner := node[:strings.LastIndex(node, "output.")]
		for _, argument := range append(g.arguments[inner], expand) {
			out[inner+argument] = append(out[inner+argument], node)
		}
	}
	return out
}
