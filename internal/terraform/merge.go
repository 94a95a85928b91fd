package terraform

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// mergeOverrides merges the override files over the primary ones, in lexical
// order, as Terraform does:
// https://developer.hashicorp.com/terraform/language/files/override
func (m *Module) mergeOverrides() {
	for _, f := range m.Overrides {
		for _, b := range f.BlocksOf("module") {
			if c := m.FindCall(strings.Join(b.Labels, ".")); c != nil {
				c.Merged, c.Overridden = mergeBlock(c.Merged, b), true
				c.readSource()
			}
		}
		for _, b := range slices.Concat(f.BlocksOf("resource"), f.BlocksOf("data")) {
			if len(b.Labels) != 2 {
				m.fail(f, b.TypeRange.Start.Byte, fmt.Sprintf("a %s block has two labels: type and name", b.Type))
				continue
			}
			over := newResource(b, f)
			r := m.Resource(over.Address())
			if r == nil {
				m.failOf(over, f, b.TypeRange.Start.Byte, fmt.Sprintf("no %s to override", over.Address()))
				continue
			}
			r.Merged, r.Overridden = mergeBlock(r.Merged, b), true
		}
	}
}

// mergeBlock returns a block with the body of another one merged over it.
func mergeBlock(base, override *hclsyntax.Block) *hclsyntax.Block {
	merged := *base
	merged.Body = mergeBody(base.Body, override.Body)
	return &merged
}

// mergeBody returns the base with the override's arguments in the place of
// its own, and the override's nested blocks in the place of all of that type,
// dynamic ones included. lifecycle is merged argument by argument.
func mergeBody(base, override *hclsyntax.Body) *hclsyntax.Body {
	merged := *base
	merged.Attributes = maps.Clone(base.Attributes)
	maps.Copy(merged.Attributes, override.Attributes)
	replaced := map[string]bool{}
	for _, b := range override.Blocks {
		replaced[generated(b)] = generated(b) != "lifecycle"
	}
	merged.Blocks = nil
	for _, b := range base.Blocks {
		if !replaced[generated(b)] {
			merged.Blocks = append(merged.Blocks, b)
		}
	}
	for _, b := range override.Blocks {
		if generated(b) == "lifecycle" {
			merged.Blocks = mergeLifecycle(merged.Blocks, b)
		} else {
			merged.Blocks = append(merged.Blocks, b)
		}
	}
	return &merged
}

func mergeLifecycle(blocks hclsyntax.Blocks, override *hclsyntax.Block) hclsyntax.Blocks {
	for i, b := range blocks {
		if b.Type == "lifecycle" {
			blocks = slices.Clone(blocks)
			blocks[i] = mergeBlock(b, override)
			return blocks
		}
	}
	return append(blocks, override)
}

// generated returns the type of the nested blocks that a block is, or makes
// when it is dynamic.
func generated(b *hclsyntax.Block) string {
	if b.Type == "dynamic" && len(b.Labels) == 1 {
		return b.Labels[0]
	}
	return b.Type
}
