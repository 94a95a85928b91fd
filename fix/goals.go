package fix

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// A change is all that one top-level block, or a file of variable values,
// must say.
type change struct {
	file  *terraform.File
	block *hclsyntax.Block // nil for a file of variable values
	goals []detect.Goal
	// tables are the addresses of the tables whose goals these are.
	tables []string
}

// changes merges the goals of all findings by the block they change, so that
// what two findings want of one block is done once.
func (p *planner) changes() []*change {
	var out []*change
	for _, f := range p.findings {
		for _, g := range f.Goals {
			file := p.module.File(g.File())
			block := enclosing(file, g)
			i := slices.IndexFunc(out, func(c *change) bool { return c.file == file && c.block == block })
			if i < 0 {
				i = len(out)
				out = append(out, &change{file: file, block: block})
			}
			if !slices.ContainsFunc(out[i].goals, func(have detect.Goal) bool { return sameGoal(have, g) }) {
				out[i].goals = append(out[i].goals, g)
			}
			if !slices.Contains(out[i].tables, f.Address) {
				out[i].tables = append(out[i].tables, f.Address)
			}
		}
	}
	return out
}

// enclosing returns the top-level block of a file that a goal changes.
func enclosing(f *terraform.File, g detect.Goal) *hclsyntax.Block {
	at := g.At.Start.Byte
	if g.At == (hcl.Range{}) {
		at = g.In.Declared.TypeRange.Start.Byte
		if g.Block != nil {
			at = g.Block.TypeRange.Start.Byte
		}
	}
	if f.Body == nil {
		return nil
	}
	for _, b := range f.Body.Blocks {
		if b.TypeRange.Start.Byte <= at && at < b.CloseBraceRange.End.Byte {
			return b
		}
	}
	return nil
}

func sameGoal(a, b detect.Goal) bool {
	if a.At != (hcl.Range{}) || b.At != (hcl.Range{}) {
		return a.At == b.At
	}
	return a.In == b.In && a.Block == b.Block && slices.Equal(a.Path, b.Path)
}

// edits returns the edits of one block, its lines aligned.
func (c *change) edits() []Edit {
	var out []Edit
	f := c.file
	missing := map[*hclsyntax.Block][]attribute{}
	var order []*hclsyntax.Block
	for _, g := range c.goals {
		if g.At != (hcl.Range{}) {
			if g.Comment != "" {
				at := f.LineStart(g.At.Start.Byte)
				out = append(out, Edit{File: f.Path, Start: at, End: at, New: f.Indent(g.At.Start.Byte) + g.Comment + f.LineEnding()})
			}
			out = append(out, Edit{File: f.Path, Start: g.At.Start.Byte, End: g.At.End.Byte, New: g.Expr})
			continue
		}
		in := g.Block
		if in == nil && len(g.Path) == 1 {
			in = c.block
		}
		if missing[in] == nil {
			order = append(order, in)
		}
		missing[in] = append(missing[in], attribute{g.Path[len(g.Path)-1], g.Expr, g.Comment})
	}
	for _, in := range order {
		like := append([]*hclsyntax.Block{c.block}, f.BlocksOf(c.block.Type)...)
		if in == nil {
			out = append(out, add(f, c.block, unitOf(f, like...), []addition{newBlock(f, c.block, encryptionBlock, missing[in])})...)
		} else {
			out = append(out, add(f, in, unitOf(f, append([]*hclsyntax.Block{in}, like...)...), placed(in, missing[in]))...)
		}
	}
	sortEdits(out)
	if c.block == nil {
		return out
	}
	return aligned(f, c.block, out)
}

const encryptionBlock = "server_side_encryption"

// aligned lets the neighbours of the edits keep their alignment. The edits
// lie in the block.
func aligned(f *terraform.File, block *hclsyntax.Block, edits []Edit) []Edit {
	start, end := f.LineStart(block.TypeRange.Start.Byte), f.LineEnd(block.CloseBraceRange.End.Byte)
	text := f.Bytes[start:end]
	d := newDraft(text, shifted(edits, -start))
	d.align(text)
	return shifted(d.edits(f.Path, len(text)), start)
}

func shifted(edits []Edit, by int) []Edit {
	out := slices.Clone(edits)
	for i := range out {
		out[i].Start += by
		out[i].End += by
	}
	return out
}
