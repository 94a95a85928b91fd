package fix

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/fix/splice"
	"cmkify/internal/terraform"
)

// A change is all that one top-level block, or a file of variable values, must
// say.
type change struct {
	file   *terraform.File
	block  *hclsyntax.Block // nil for a file of variable values
	sites  []site
	tables []string // IDs of the outcomes whose sites these are
}

// changes merges the sites of all outcomes by the block that they change, so
// that what two want of one block is done once.
func (p *planner) changes() []*change {
	type place struct {
		file  *terraform.File
		block *hclsyntax.Block
	}
	have := map[place]*change{}
	done := map[place]map[any]bool{}
	var out []*change
	for _, o := range p.fixable() {
		for _, s := range p.met[o] {
			at := place{s.file(), nil}
			at.block = s.enclosing(at.file)
			c := have[at]
			if c == nil {
				c = &change{file: at.file, block: at.block}
				have[at], done[at] = c, map[any]bool{}
				out = append(out, c)
			}
			if !done[at][s.key()] {
				done[at][s.key()] = true
				c.sites = append(c.sites, s)
			}
			if len(c.tables) == 0 || c.tables[len(c.tables)-1] != o.ID() {
				c.tables = append(c.tables, o.ID())
			}
		}
	}
	return out
}

// key tells the sites of one block apart.
func (s site) key() any {
	if !s.at.IsZero() {
		return s.at
	}
	return s.argument
}

// enclosing returns the top-level block of a file that a site changes.
func (s site) enclosing(f *terraform.File) *hclsyntax.Block {
	if f.Body == nil || terraform.IsInputs(f.Name) {
		return nil
	}
	at := s.at.Start
	switch {
	case !s.at.IsZero():
	case s.argument.Block != nil:
		at = s.argument.Block.OpenBraceRange.Start.Byte
	default:
		at = s.argument.Resource.Block.OpenBraceRange.Start.Byte
	}
	n, found := slices.BinarySearchFunc(f.Body.Blocks, at, func(b *hclsyntax.Block, at int) int {
		switch {
		case b.CloseBraceRange.End.Byte <= at:
			return -1
		case b.OpenBraceRange.Start.Byte > at:
			return 1
		}
		return 0
	})
	if !found {
		return nil
	}
	return f.Body.Blocks[n]
}

// A target is a block that gets arguments, or the type of one that is new.
type target struct {
	block  *hclsyntax.Block
	nested string
}

// edits returns the edits of one block, its lines aligned.
func (c *change) edits() []splice.Edit {
	if c.block != nil && c.file.JSON() {
		return c.jsonEdits()
	}
	var out []splice.Edit
	f := c.file
	missing := map[target][]splice.Attribute{}
	var order []target
	for _, s := range c.sites {
		if !s.at.IsZero() {
			if s.comment != "" {
				at := f.LineStart(s.at.Start)
				out = append(out, splice.Edit{File: f.Path, Start: at, End: at, New: f.Indent(s.at.Start) + s.comment + f.LineEnding()})
			}
			out = append(out, splice.Edit{File: f.Path, Start: s.at.Start, End: s.at.End, New: s.text})
			continue
		}
		in := target{block: s.argument.Block}
		if in.block == nil {
			in.nested = s.argument.Nested
		} else if s.argument.Nested == "" {
			in.block = c.block // not the one that override files are merged into
		}
		if missing[in] == nil {
			order = append(order, in)
		}
		missing[in] = append(missing[in], splice.Attribute{Name: s.argument.Name, Expr: s.text, Comment: s.comment})
	}
	for _, in := range order {
		if in.block == nil {
			out = append(out, splice.AddBlock(f, c.block, in.nested, missing[in])...)
		} else {
			out = append(out, splice.AddArguments(f, c.block, in.block, missing[in])...)
		}
	}
	splice.Sort(out)
	if c.block == nil {
		return out
	}
	return splice.Aligned(f, c.block, out)
}

// A FileChange is one file before and after a plan.
type FileChange struct {
	Path     string
	Edits    []splice.Edit
	Old, New []byte
}

// Changes makes the plan's edits of files, which it takes by path. It returns
// the files that change, in the order in which they are to be written.
func (p *Plan) Changes(files map[string][]byte) ([]FileChange, error) {
	edits := map[string][]splice.Edit{}
	for _, e := range p.Edits {
		edits[e.File] = append(edits[e.File], e)
	}
	var out []FileChange
	for path, list := range edits {
		c := FileChange{Path: path, Edits: list, Old: files[path]}
		var err error
		if c.New, err = splice.Apply(c.Old, list); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b FileChange) int {
		return cmp.Or(p.Ranks[a.Path]-p.Ranks[b.Path], cmp.Compare(a.Path, b.Path))
	})
	return out, nil
}
