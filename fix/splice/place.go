package splice

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// newBlock places a new nested block: behind the last one that is not
// lifecycle or timeouts, else behind the last attribute; apart from what is
// above it as its neighbours are, and then from a block below it.
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
		a.above = a.apart && closeAbove(f, in, a.after)
		return a
	}
	a.after = lastAttribute(in)
	a.first, a.apart = a.after < 0, a.after >= 0
	a.above = closeAbove(f, in, max(a.after, in.OpenBraceRange.End.Byte))
	return a
}

// closeAbove reports whether a nested block, or the comment above it, is on the
// line below the one that holds an offset.
func closeAbove(f *terraform.File, in *hclsyntax.Block, offset int) bool {
	i := slices.IndexFunc(in.Body.Blocks, func(b *hclsyntax.Block) bool { return b.TypeRange.Start.Byte >= offset })
	if i < 0 {
		return false
	}
	from, to := f.LineEnd(offset), f.AboveComments(in.Body.Blocks[i].TypeRange.Start.Byte)
	return from < to && len(bytes.TrimSpace(f.Bytes[from:to])) == 0 && bytes.Count(f.Bytes[from:to], []byte("\n")) == 1
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
// several lines, from those that are not the module's, and from a last tags.
func passed(f *terraform.File, in *hclsyntax.Block, attributes []Attribute) []addition {
	a := addition{lines: attributeLines(attributes), after: lastAttribute(in), apart: true}
	last, tagged := lastOf(f, in, func(name string) bool { return !slices.Contains(callMeta, name) })
	if last != nil {
		a.after = last.SrcRange.End.Byte
		a.apart = tagged || last.SrcRange.Start.Line < last.SrcRange.End.Line
	}
	a.first = a.after < 0
	return []addition{a}
}

// placed puts new attributes where a reader expects them: the key behind
// enabled, enabled first, any other behind the last attribute.
func placed(f *terraform.File, in *hclsyntax.Block, attributes []Attribute) []addition {
	if in.Type == "module" {
		return passed(f, in, attributes)
	}
	a := addition{lines: attributeLines(attributes), after: -1}
	if last, _ := lastOf(f, in, func(string) bool { return true }); last != nil {
		a.after = last.SrcRange.End.Byte
	}
	if enabled := in.Body.Attributes["enabled"]; enabled != nil {
		a.after = enabled.SrcRange.End.Byte
	}
	a.first = a.after < 0 || attributes[0].Name == "enabled"
	a.above = a.after < 0 && closeAbove(f, in, in.OpenBraceRange.End.Byte)
	return []addition{a}
}

// lastOf returns the last of the attributes that count, behind which another one
// is put: but for a tags that is set off by a blank line, which stays the last.
func lastOf(f *terraform.File, in *hclsyntax.Block, counts func(name string) bool) (last *hclsyntax.Attribute, tagged bool) {
	var before *hclsyntax.Attribute
	for _, a := range slices.SortedFunc(maps.Values(in.Body.Attributes), func(a, b *hclsyntax.Attribute) int { return a.SrcRange.Start.Byte - b.SrcRange.Start.Byte }) {
		if counts(a.Name) {
			before, last = last, a
		}
	}
	if last == nil || before == nil || last.Name != "tags" {
		return last, false
	}
	between := f.Bytes[f.LineEnd(before.SrcRange.End.Byte):f.AboveComments(last.SrcRange.Start.Byte)]
	if len(bytes.TrimSpace(between)) > 0 || bytes.Count(between, []byte("\n")) < 2 {
		return last, false
	}
	return before, true
}
