package scan

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// ParseBlock has hclsyntax parse one of the file's blocks. What it returns has
// the ranges that it has in the whole file, parsed under that name; so have
// the diagnostics. A block with errors is nil.
//
// It takes the time that the block alone takes: lines are not counted again,
// and columns only on the block's first line.
func (f *File) ParseBlock(b Block, filename string) (*hclsyntax.Block, hcl.Diagnostics) {
	body, diags := f.parse(b.Start, b.Close+1, b.Line, b.lead, filename)
	if body == nil {
		return nil, diags
	}
	return body.Blocks[0], diags
}

// parse parses the bytes from start to end. Between lead and start there are
// only comments and blanks.
func (f *File) parse(start, end, line, lead int, filename string) (*hclsyntax.Body, hcl.Diagnostics) {
	pos := hcl.Pos{Byte: start, Line: line, Column: f.column(lead, start)}
	file, diags := hclsyntax.ParseConfig(f.Bytes[start:end], filename, pos)
	if diags.HasErrors() {
		return nil, diags
	}
	return file.Body.(*hclsyntax.Body), diags
}

// column returns the column at which hclsyntax sees an offset. It counts
// characters as the reader sees them, by rules that its lexer has.
func (f *File) column(lead, offset int) int {
	before := f.Bytes[lead:offset]
	if len(bytes.TrimLeft(before, " \t")) == 0 {
		return 1 + len(before)
	}
	tokens, _ := hclsyntax.LexConfig(before, "", hcl.InitialPos)
	return tokens[len(tokens)-1].Range.Start.Column
}
