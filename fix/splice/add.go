package splice

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// An addition is lines to add to the body of a block, at the block's column 0.
type addition struct {
	lines []string
	first bool // directly behind the opening brace; else behind the item that ends at after
	after int
	apart bool // set off by a blank line
	above bool // set off from what follows by one
}

// AddBlock returns the edits that add a nested block to a top-level one.
func AddBlock(f *terraform.File, top *hclsyntax.Block, blockType string, attributes []Attribute) []Edit {
	return add(f, top, Unit(f, top), []addition{newBlock(f, top, blockType, attributes)})
}

// AddArguments returns the edits that add arguments to a block, which is a
// top-level one or stands in it.
func AddArguments(f *terraform.File, top, in *hclsyntax.Block, attributes []Attribute) []Edit {
	return add(f, in, Unit(f, top, in), placed(f, in, attributes))
}

// add returns the edits that add lines to a block. A block on one line, which
// can hold one argument only, is opened up first.
func add(f *terraform.File, block *hclsyntax.Block, unit string, additions []addition) []Edit {
	outer := f.Indent(block.TypeRange.Start.Byte)
	inner := outer + unit
	text := func(a addition, eol string) string {
		var b strings.Builder
		if a.apart {
			b.WriteString(eol)
		}
		for _, l := range Indent(a.lines, inner, unit) {
			b.WriteString(eol + l)
		}
		if a.above {
			b.WriteString(eol)
		}
		return b.String()
	}
	if onOneLine(f, block) {
		return openUp(f, block, additions, text, inner, outer)
	}
	var edits []Edit
	for _, a := range additions {
		at := block.OpenBraceRange.End.Byte
		if !a.first {
			at = a.after
		}
		at = endOfLine(f, at)
		edits = append(edits, Edit{File: f.Path, Start: at, End: at, New: text(a, f.LineEndingAt(at))})
	}
	return edits
}

// onOneLine reports whether a block has the form { name = value }: no line
// ends behind its opening brace, except inside a comment.
func onOneLine(f *terraform.File, block *hclsyntax.Block) bool {
	for _, t := range f.TokensIn(bodyRange(block)) {
		switch {
		case t.Type == hclsyntax.TokenNewline, t.Type == hclsyntax.TokenComment && bytes.HasSuffix(t.Bytes, []byte("\n")):
			return false
		case t.Type != hclsyntax.TokenComment:
			return true
		}
	}
	return true
}

// endOfLine returns where the line of an offset ends, or that on which a comment
// ends that begins on it.
func endOfLine(f *terraform.File, offset int) int {
	end := f.LineEnd(offset)
	for _, t := range f.TokensFrom(offset) {
		if t.Range.Start.Byte >= end {
			break
		}
		if t.Type == hclsyntax.TokenComment && t.Range.End.Byte > end && !bytes.HasSuffix(t.Bytes, []byte("\n")) {
			end = f.LineEnd(t.Range.End.Byte)
		}
	}
	return end
}

func openUp(f *terraform.File, block *hclsyntax.Block, additions []addition, text func(a addition, eol string) string, inner, outer string) []Edit {
	start, end := block.OpenBraceRange.End.Byte, block.CloseBraceRange.Start.Byte
	content := f.Bytes[start:end]
	eol := f.LineEndingAt(end)
	before, after := "", ""
	for _, a := range additions {
		if a.first {
			before += text(a, eol)
		} else {
			after += text(a, eol)
		}
	}
	if len(bytes.TrimSpace(content)) == 0 {
		lines := eol + strings.TrimLeft(before+after, "\r\n")
		return []Edit{{File: f.Path, Start: start, End: end, New: lines + eol + outer}}
	}
	left := start + len(content) - len(bytes.TrimLeft(content, " \t"))
	right := start + len(bytes.TrimRight(content, " \t"))
	return []Edit{
		{File: f.Path, Start: start, End: left, New: before + eol + inner},
		{File: f.Path, Start: right, End: end, New: after + eol + outer},
	}
}
