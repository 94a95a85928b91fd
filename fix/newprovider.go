package fix

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"cmkify/fix/keys"
	"cmkify/fix/splice"
	"cmkify/internal/terraform"
)

// providerEdits returns the insertions of new provider configurations, each
// behind the one that it copies; those without one are returned as blocks.
func (p *planner) providerEdits(h *home) (edits []splice.Edit, loose [][]string) {
	for _, n := range h.chooser.Providers {
		if n.From == nil || !p.writable(n.From.File) {
			loose = append(loose, providerLines(n))
			continue
		}
		f := n.From.File
		at := f.LineEnd(n.From.Block.CloseBraceRange.End.Byte)
		eol := f.LineEndingAt(at)
		text := strings.Join(splice.Indent(providerLines(n), "", splice.Unit(f, n.From.Block)), eol)
		edits = append(edits, splice.Edit{File: f.Path, Start: at, End: at, New: eol + eol + text})
	}
	return edits, loose
}

// providerLines returns the canonical text of a provider configuration: one
// that says what the one that it is from says, beside its alias and region.
func providerLines(n *keys.NewProvider) []string {
	file := hclwrite.NewEmptyFile()
	body := file.Body().AppendNewBlock("provider", []string{"aws"}).Body()
	body.SetAttributeValue("alias", cty.StringVal(n.Alias))
	body.SetAttributeValue("region", cty.StringVal(n.Region))
	if n.From != nil {
		copyProvider(body, n.From)
	}
	return splice.Lines(file)
}

func copyProvider(to *hclwrite.Body, from *terraform.ProviderConfig) {
	text := from.File.Text(splice.BlockRange(from.Block))
	parsed, diags := hclwrite.ParseConfig([]byte(strings.ReplaceAll(text, "\r\n", "\n")), "", hcl.InitialPos)
	if diags.HasErrors() {
		panic("a provider block that does not parse: " + text)
	}
	body, attributes := parsed.Body().Blocks()[0].Body(), from.Block.Body.Attributes
	names := slices.SortedFunc(maps.Keys(attributes), func(a, b string) int {
		return attributes[a].SrcRange.Start.Byte - attributes[b].SrcRange.Start.Byte
	})
	for _, name := range names {
		if name != "alias" && name != "region" {
			to.SetAttributeRaw(name, body.GetAttribute(name).Expr().BuildTokens(nil))
		}
	}
	for _, b := range body.Blocks() {
		to.AppendNewline()
		to.AppendBlock(b)
	}
}
