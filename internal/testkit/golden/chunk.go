package golden

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A chunk is one top-level block, or attribute, of a file, with what stands
// between it and the one before. The last one of a file is what stands behind
// all of them.
type chunk struct {
	name         string           // "resource aws_kms_key k"
	before, text []byte           // text is that of the block
	body         *hclsyntax.Body  // nil for an attribute, and at the end
	block        *hclsyntax.Block // nil for an attribute, and at the end
	start        int              // the offset of the text
}

// split takes a file apart. What does not parse has no chunks to be told apart.
func split(src []byte) ([]chunk, error) {
	file, diags := hclsyntax.ParseConfig(src, "", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, fmt.Errorf("%w: nothing in it may change", diags)
	}
	body := file.Body.(*hclsyntax.Body)
	var out []chunk
	for _, b := range body.Blocks {
		out = append(out, chunk{name: strings.Join(append([]string{b.Type}, b.Labels...), " "), body: b.Body, block: b, text: hcl.RangeBetween(b.TypeRange, b.CloseBraceRange).SliceBytes(src), start: b.TypeRange.Start.Byte})
	}
	for _, a := range body.Attributes {
		out = append(out, chunk{name: a.Name, text: a.SrcRange.SliceBytes(src), start: a.SrcRange.Start.Byte})
	}
	slices.SortFunc(out, func(a, b chunk) int { return cmp.Compare(a.start, b.start) })
	end := 0
	for i, c := range out {
		out[i].before = src[end:c.start]
		end = c.start + len(c.text)
	}
	return append(out, chunk{name: "the end", before: src[end:]}), nil
}

// whole returns a file as one chunk.
func whole(src []byte) (chunk, error) {
	file, diags := hclsyntax.ParseConfig(src, "", hcl.InitialPos)
	if diags.HasErrors() {
		return chunk{}, diags
	}
	return chunk{text: src, body: file.Body.(*hclsyntax.Body)}, nil
}

// slice returns what is in a range of the file.
func (c chunk) slice(r hcl.Range) []byte { return c.text[r.Start.Byte-c.start : r.End.Byte-c.start] }
