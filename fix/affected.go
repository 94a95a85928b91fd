package fix

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// An affected tells of what begins at one top what a change of files may bear
// on, by address: what has changed, and what depends on it, directly or not.
// Nil is everything.
type affected map[string]bool

func (a affected) has(address string) bool { return a == nil || a[address] }

// affectedBy returns what the change of a unit's files bears on, for each of
// its tops: everything where something has changed that the graph does not
// know, such as a file of variable values.
func affectedBy(before, after *Judged) []affected {
	out := make([]affected, len(after.Tops))
	if len(before.Tops) != len(after.Tops) || len(before.Modules) != len(after.Modules) {
		return out
	}
	changed, unknown := map[*terraform.Module][]string{}, map[*terraform.Module]bool{}
	for i, m := range after.Modules {
		addresses, known := changedAddresses(before.Modules[i].Module, m.Module)
		changed[before.Modules[i].Module], unknown[before.Modules[i].Module] = addresses, !known
	}
	for i, top := range before.Tops {
		out[i] = before.graph(top.Module).affected(changed, unknown)
	}
	return out
}

// affected returns what depends on addresses of modules. What they depended on
// themselves does not matter, so the graph may be that from before the change.
func (g *graph) affected(changed map[*terraform.Module][]string, unknown map[*terraform.Module]bool) affected {
	var queue []string
	for m, prefixes := range g.prefixes {
		if unknown[m] {
			return nil
		}
		for _, prefix := range prefixes {
			queue = append(queue, prefixed(prefix, changed[m])...)
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
		for _, to := range list {
			out[to] = append(out[to], from)
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
		for _, b := range changedBlocks(was, f) {
			out, known = appendChanged(out, was, b, f)
			if !known {
				return nil, false
			}
		}
		for _, b := range changedBlocks(f, was) {
			out, known = appendChanged(out, f, b, was)
			if !known {
				return nil, false
			}
		}
	}
	return out, true
}

// appendChanged adds the addresses of a block that the other version of its
// file does not have as it is. Of a call, only those of the arguments that it
// does not have.
func appendChanged(to []string, f *terraform.File, b *hclsyntax.Block, other *terraform.File) (out []string, known bool) {
	addresses := addressesOf(b)
	if at := slices.IndexFunc(other.Body.Blocks, func(o *hclsyntax.Block) bool { return identify(o) == identify(b) }); b.Type == "module" && at >= 0 {
		was := other.Body.Blocks[at].Body.Attributes
		addresses = callAddresses(b, func(a *hclsyntax.Attribute) bool {
			return was[a.Name] == nil || f.Text(a.SrcRange) != other.Text(was[a.Name].SrcRange)
		})
	}
	return append(to, addresses...), len(addresses) > 0
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
	case b.Type == "output" && len(b.Labels) == 1:
		out = []string{"output." + b.Labels[0]}
	case b.Type == "module" && len(b.Labels) == 1:
		out = callAddresses(b, func(*hclsyntax.Attribute) bool { return true })
	case b.Type == "locals":
		for name := range b.Body.Attributes {
			out = append(out, "local."+name)
		}
	}
	return out
}

// callAddresses returns what the graph calls a call whose module is not in
// reach, and those arguments of one that is.
func callAddresses(b *hclsyntax.Block, of func(*hclsyntax.Attribute) bool) []string {
	address := "module." + b.Labels[0]
	out := []string{address}
	for name, a := range b.Body.Attributes {
		switch {
		case !of(a):
		case slices.Contains([]string{"count", "for_each", "depends_on", "source", "version", "providers"}, name):
			out = append(out, address+"."+expand)
		default:
			out = append(out, address+".var."+name)
		}
	}
	return out
}
