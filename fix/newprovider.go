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

// providerEdits returns the insertions of new provider configurations: each is
// behind the one that it copies or, in JSON, in one list with others. Those that
// have no such place are returned as blocks.
func (p *planner) providerEdits(h *home, at keys.Location) (edits []splice.Edit, loose [][]string) {
	written := map[*terraform.ProviderConfig][]*keys.NewProvider{}
	for _, n := range h.chooser.Providers {
		switch beside := p.beside(h, n, at); {
		case beside == nil && at.File.JSON():
			written[nil] = append(written[nil], n)
		case beside == nil:
			loose = append(loose, providerLines(n))
		case beside.File.JSON():
			written[beside] = append(written[beside], n)
		default:
			edits = append(edits, providerEdit(n))
		}
	}
	for beside, providers := range written {
		edits = append(edits, jsonProviderEdits(at, beside, providers)...)
	}
	splice.Sort(edits)
	return edits, loose
}

// beside returns the configuration that a new one goes beside: the one that it
// copies, or in JSON the last one of the file, nil where neither can be.
func (p *planner) beside(h *home, n *keys.NewProvider, at keys.Location) *terraform.ProviderConfig {
	configs := h.Module.AWSConfigs()
	for i := len(configs) - 1; i >= 0; i-- {
		c := &configs[i]
		if n.From != nil && c.Block == n.From.Block && p.writable(c.File) || n.From == nil && at.File.JSON() && c.File == at.File {
			return c
		}
	}
	return nil
}

// providerEdit returns the insertion of a configuration behind the one that it
// copies.
func providerEdit(n *keys.NewProvider) splice.Edit {
	f := n.From.File
	at := f.LineEnd(n.From.Block.CloseBraceRange.End.Byte)
	eol := f.LineEndingAt(at)
	text := strings.Join(splice.Indent(providerLines(n), "", splice.Unit(f, n.From.Block)), eol)
	return splice.Edit{File: f.Path, Start: at, End: at, New: eol + eol + text}
}

// providerLines returns the canonical text of a provider configuration: one
// that says what the one that it is from says, beside its alias and region.
func providerLines(n *keys.NewProvider) []string {
	file := hclwrite.NewEmptyFile()
	body := file.Body().AppendNewBlock("provider", []string{n.Name}).Body()
	body.SetAttributeValue("alias", cty.StringVal(n.Alias))
	body.SetAttributeRaw("region", splice.Expression(n.Region))
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
