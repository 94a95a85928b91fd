package splice

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// newBlock places a new nested block: behind the last one that is not
// lifecycle or timeouts, else behind the last attribute; apart from what is
// above it as its neighbours are.
func newBlock(f *terraform.File, in *hclsyntax.Block, blockType string, attributes []Attribute) addition {
	a := addition{lines: blockLines(blockType, attributes)}
	var last *hclsyntax.Block
	for _, b := range in.Body.Blocks {
		if b.Type != "lifecycle" && b.Type != "timeouts" {
			last = b
		}
	}
	if last != nil {
		a.after, a.apart = last.CloseBraceRange.End.Byte, setApart(f, in, last)
		return a
	}
	a.after = lastAttribute(in)
	a.first, a.apart = a.after < 0, a.after >= 0
	return a
}

// setApart reports whether the blocks that follow each other up to last are
// set off by blank lines: by whether the first of them is.
func setApart(f *terraform.File, in *hclsyntax.Block, last *hclsyntax.Block) bool {
	start := last
	for _, b := range slices.Backward(in.Body.Blocks) {
		end, above := f.LineEnd(b.CloseBraceRange.End.Byte), f.AboveComments(start.TypeRange.Start.Byte)
		if b != start && end < above && strings.TrimSpace(string(f.Bytes[end:above])) == "" && bytes.Count(f.Bytes[end:above], []byte("\n")) == 1 {
			start = b
		}
	}
	above := f.Bytes[in.OpenBraceRange.End.Byte:f.AboveComments(start.TypeRange.Start.Byte)]
	lines := strings.Split(string(above), "\n")
	return len(lines) > 2 && strings.TrimSpace(lines[len(lines)-2]) == ""
}

// lastAttribute returns where the last attribute of a block ends, -1 when it
// has none.
func lastAttribute(in *hclsyntax.Block) int {
	end := -1
	for _, a := range in.Body.Attributes {
		end = max(end, a.SrcRange.End.Byte)
	}
	return end
}

// callMeta are the arguments of a module block that are not its module's.
// https://developer.hashicorp.com/terraform/language/block/module
var callMeta = []string{"source", "version", "count", "for_each", "providers", "depends_on"}

// passed puts new arguments of a call behind its others, apart from what is on
// several lines, and from those that are not the module's.
func passed(in *hclsyntax.Block, attributes []Attribute) []addition {
	a := addition{lines: attributeLines(attributes), after: lastAttribute(in), apart: true}
	var last *hclsyntax.Attribute
	for name, attribute := range in.Body.Attributes {
		if end := attribute.SrcRange.End.Byte; !slices.Contains(callMeta, name) && (last == nil || end > a.after) {
			a.after, last = end, attribute
		}
	}
	if last != nil {
		a.apart = last.SrcRange.Start.Line < last.SrcRange.End.Line
	}
	a.first = a.after < 0
	return []addition{a}
}

// placed puts new attributes where a reader expects them: the key behind
// enabled, enabled first, any other behind the last attribute.
func placed(in *hclsyntax.Block, attributes []Attribute) []addition {
	if in.Type == "module" {
		return passed(in, attributes)
	}
	a := addition{lines: attributeLines(attributes), after: lastAttribute(in)}
	if enabled := in.Body.Attributes["enabled"]; enabled != nil {
		a.after = enabled.SrcRange.End.Byte
	}
	a.first = a.after < 0 || attributes[0].Name == "enabled"
	return []addition{a}
}
