package fix

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// affectedBy tells of the resources and data sources of a unit whether a change
// of its files may bear on them: they are what has changed, or depend on it,
// directly or not. All are when the unit is more than one module, or something
// has changed that the graph does not know, such as a file of variable values.
func affectedBy(before, after *Judged) func(address string) bool {
	everything := func(string) bool { return true }
	if len(before.Modules) > 1 || len(after.Modules) > 1 {
		return everything
	}
	was, is := before.Modules[0].Module, after.Modules[0].Module
	changed, known := changedAddresses(was, is)
	if !known {
		return everything
	}
	readers := map[string][]string{}
	prefix := after.graph(is).prefix(is)
	for _, g := range []*graph{before.graph(was), after.graph(is)} {
		for from, list := range g.edges {
			for _, to := range list {
				readers[to] = append(readers[to], from)
			}
		}
	}
	affected := map[string]bool{}
	queue := prefixed(prefix, changed)
	for len(queue) > 0 {
		next := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if !affected[next] {
			affected[next] = true
			queue = append(queue, readers[next]...)
		}
	}
	return func(address string) bool { return affected[prefix+address] }
}

// changedAddresses returns the addresses of what differs between two versions
// of a module, and whether the graph knows all of it.
func changedAddresses(before, after *terraform.Module) (out []string, known bool) {
	for _, f := range after.AllFiles() {
		was := before.File(f.Path)
		if was == f || was != nil && bytes.Equal(was.Bytes, f.Bytes) {
			continue
		}
		if was == nil || was.Body == nil || f.Body == nil || f.JSON() || !terraform.IsConfig(f.Name) {
			return nil, false
		}
		for _, b := range slices.Concat(changedBlocks(was, f), changedBlocks(f, was)) {
			addresses := addressesOf(b)
			if len(addresses) == 0 {
				return nil, false
			}
			out = append(out, addresses...)
		}
	}
	return out, true
}

// addressesOf returns what the graph calls that which a top-level block
// declares; nothing if the graph does not know it.
func addressesOf(b *hclsyntax.Block) []string {
	var out []string
	switch {
	case b.Type == "resource" && len(b.Labels) == 2:
		out = []string{strings.Join(b.Labels, ".")}
	case b.Type == "data" && len(b.Labels) == 2:
		out = []string{"data." + strings.Join(b.Labels, ".")}
	case b.Type == "variable" && len(b.Labels) == 1:
		out = []string{"var." + b.Labels[0]}
	case b.Type == "provider" && len(b.Labels) == 1:
		out = []string{"provider." + b.Labels[0] + aliasOf(b)}
	case b.Type == "locals":
		for name := range b.Body.Attributes {
			out = append(out, "local."+name)
		}
	}
	return out
}
