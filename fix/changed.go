package fix

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/fix/graph"
	"cmkify/internal/terraform"
)

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
		for _, pair := range [][2]*terraform.File{{was, f}, {f, was}} {
			have := argumentsOf(pair[1])
			for _, b := range changedBlocks(pair[0], pair[1]) {
				addresses := addressesOf(b)
				if len(addresses) == 0 {
					return nil, false
				}
				if b.Type == "module" {
					addresses = callAddresses(b, func(a *hclsyntax.Attribute) bool {
						text, has := have[argument{b.Labels[0], a.Name}]
						return !has || text != pair[0].Text(a.SrcRange)
					})
				}
				out = append(out, addresses...)
			}
		}
	}
	return out, true
}

// An argument is one of a call.
type argument struct{ call, name string }

// argumentsOf returns the text of the arguments of all calls in a file.
func argumentsOf(f *terraform.File) map[argument]string {
	out := map[argument]string{}
	for _, b := range f.BlocksOf("module") {
		if len(b.Labels) == 1 {
			for name, a := range b.Body.Attributes {
				out[argument{b.Labels[0], name}] = f.Text(a.SrcRange)
			}
		}
	}
	return out
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
			out = append(out, address+"."+graph.Expand)
		default:
			out = append(out, address+".var."+name)
		}
	}
	return out
}
