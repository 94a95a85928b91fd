package splice

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"cmkify/internal/terraform"
)

// Expression returns the tokens of an expression's source, which hclwrite formats
// where they are put.
func Expression(source string) hclwrite.Tokens {
	tokens, diags := hclsyntax.LexExpression([]byte(source), "", hcl.InitialPos)
	if diags.HasErrors() {
		panic("no tokens of an expression: " + source)
	}
	out := make(hclwrite.Tokens, 0, len(tokens))
	end := 0
	for _, t := range tokens[:len(tokens)-1] { // but for the end of the file
		out = append(out, &hclwrite.Token{Type: t.Type, Bytes: t.Bytes, SpacesBefore: t.Range.Start.Byte - end})
		end = t.Range.End.Byte
	}
	return out
}

// An Attribute is a name, the source of its expression, and the comment on
// the line above it, "" for none.
type Attribute struct{ Name, Expr, Comment string }

func SetAttributes(body *hclwrite.Body, attributes []Attribute) {
	for _, a := range attributes {
		if a.Comment != "" {
			body.AppendUnstructuredTokens(hclwrite.Tokens{{Type: hclsyntax.TokenComment, Bytes: []byte(a.Comment + "\n")}})
		}
		body.SetAttributeRaw(a.Name, Expression(a.Expr))
	}
}

// attributeLines returns canonical lines for attributes, at column 0.
func attributeLines(attributes []Attribute) []string {
	file := hclwrite.NewEmptyFile()
	SetAttributes(file.Body(), attributes)
	return Lines(file)
}

// blockLines returns canonical lines for a block, at column 0.
func blockLines(blockType string, attributes []Attribute) []string {
	file := hclwrite.NewEmptyFile()
	SetAttributes(file.Body().AppendNewBlock(blockType, nil).Body(), attributes)
	return Lines(file)
}

// Lines returns the lines of a file that was made here, which hclwrite formats as it
// prints them.
func Lines(file *hclwrite.File) []string {
	return strings.Split(strings.TrimSuffix(string(file.Bytes()), "\n"), "\n")
}

// Indent puts canonical lines at an indentation, each of their own levels
// with the given unit in the place of terraform fmt's two spaces.
func Indent(lines []string, base, unit string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		text := strings.TrimLeft(l, " ")
		if text != "" {
			out[i] = base + strings.Repeat(unit, (len(l)-len(text))/2) + text
		}
	}
	return out
}

// Unit returns what the author indents the content of a top-level block, or
// of one inside of it, by: what the first line of the innermost has before its
// own indentation; else of the first block of that type in the file that tells,
// or of the first resource; two spaces when none does.
func Unit(f *terraform.File, block *hclsyntax.Block, inner ...*hclsyntax.Block) string {
	for _, list := range [][]*hclsyntax.Block{inner, {block}, f.BlocksOf(block.Type), f.BlocksOf("resource")} {
		for _, b := range list {
			if unit := ownUnit(f, b); unit != "" {
				return unit
			}
		}
	}
	return "  "
}

// ownUnit returns what the content of a block is indented by, "" when it does
// not tell.
func ownUnit(f *terraform.File, b *hclsyntax.Block) string {
	base := f.Indent(b.TypeRange.Start.Byte)
	for _, t := range f.TokensIn(bodyRange(b)) {
		if t.Type == hclsyntax.TokenNewline || t.Type == hclsyntax.TokenComment || f.Line(t.Range.Start.Byte) == f.Line(b.OpenBraceRange.Start.Byte) {
			continue
		}
		unit, ok := strings.CutPrefix(f.Indent(t.Range.Start.Byte), base)
		if !ok {
			return ""
		}
		return unit
	}
	return ""
}

// BlockRange returns what a block spans.
func BlockRange(b *hclsyntax.Block) hcl.Range {
	return hcl.Range{Filename: b.TypeRange.Filename, Start: b.TypeRange.Start, End: b.CloseBraceRange.End}
}

// bodyRange returns what stands between the braces of a block.
func bodyRange(b *hclsyntax.Block) hcl.Range {
	return hcl.Range{Filename: b.OpenBraceRange.Filename, Start: b.OpenBraceRange.End, End: b.CloseBraceRange.Start}
}
