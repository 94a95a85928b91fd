package terraform

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/scan"
)

// An outline is what is known of a file before its blocks are read.
type outline struct {
	*scan.File
	read    []bool                 // by the numbers of blocks
	names   [][]string             // likewise, the addresses of what is declared
	locals  map[int][]scannedLocal // of blocks of locals
	sources map[int]string         // of module calls
}

// newOutline returns the outline of a file, nil for one that has to be parsed as
// a whole: blocks are all that it may have at its top level, and none may hold
// what it is not guarded against.
func newOutline(f *File) *outline {
	if isJSON(f.Name) {
		return nil
	}
	scanned := harmless(f.Bytes)
	if scanned == nil || len(scanned.Attributes) > 0 {
		return nil
	}
	o := &outline{scanned, make([]bool, len(scanned.Blocks)), make([][]string, len(scanned.Blocks)), map[int][]scannedLocal{}, map[int]string{}}
	for n, b := range scanned.Blocks {
		body := f.Bytes[b.Open+1 : b.Close]
		switch kind := string(b.Type); {
		case kind == "locals" && len(b.Labels) == 0:
			o.locals[n] = scanLocals(body)
		case kind == "module" && len(b.Labels) == 1:
			o.sources[n] = scanSource(body)
		}
		o.names[n] = o.addresses(n)
	}
	return o
}

// again returns the outline with no block chosen to be read.
func (o *outline) again() *outline {
	return &outline{o.File, make([]bool, len(o.read)), o.names, o.locals, o.sources}
}

// covers reports whether all is read that another outline of the same file has
// read; nil covers nothing.
func (o *outline) covers(other *outline) bool {
	if o == nil {
		return false
	}
	for n, read := range other.read {
		if read && !o.read[n] {
			return false
		}
	}
	return true
}

// text returns the bytes of a block.
func (o *outline) text(n int) []byte { return o.Bytes[o.Blocks[n].Start : o.Blocks[n].Close+1] }

// declares returns the addresses of what a block declares that may be left
// unread; none for any other, which has to be read.
func (o *outline) declares(n int) []string { return o.names[n] }

func (o *outline) addresses(n int) []string {
	b := o.Blocks[n]
	switch kind := string(b.Type); {
	case o.declaresResource(n) && kind == "data":
		return []string{"data." + string(b.Labels[0]) + "." + string(b.Labels[1])}
	case o.declaresResource(n):
		return []string{string(b.Labels[0]) + "." + string(b.Labels[1])}
	case kind == "variable" && len(b.Labels) == 1:
		return []string{"var." + string(b.Labels[0])}
	case kind == "output" && len(b.Labels) == 1:
		return []string{"output." + string(b.Labels[0])}
	case o.sources[n] != "":
		return []string{"module." + string(b.Labels[0])}
	}
	var out []string
	for _, l := range o.locals[n] {
		out = append(out, l.address)
	}
	return out
}

// declaresResource reports whether a block declares a resource or data source.
func (o *outline) declaresResource(n int) bool {
	b := o.Blocks[n]
	return len(b.Labels) == 2 && (string(b.Type) == "resource" || string(b.Type) == "data")
}

// body reads those blocks that are to be read. The bodies of others are empty;
// that they are valid is held, too. It returns nil when the file has to be parsed
// as a whole after all, to tell what is wrong with it.
func (o *outline) body(path string) *hclsyntax.Body {
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, Blocks: make(hclsyntax.Blocks, 0, len(o.Blocks))}
	body.SrcRange = hcl.Range{Filename: path, Start: hcl.InitialPos, End: hcl.Pos{Byte: len(o.Bytes)}}
	body.EndRange = hcl.Range{Filename: path, Start: body.SrcRange.End, End: body.SrcRange.End}
	unread := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}
	for n, b := range o.Blocks {
		if !o.read[n] && o.Valid(b) {
			body.Blocks = append(body.Blocks, o.header(b, path, unread))
			continue
		}
		block, diags := o.ParseBlock(b, path)
		if diags.HasErrors() {
			return nil
		}
		if !o.read[n] {
			block = o.header(b, path, unread)
		}
		body.Blocks = append(body.Blocks, block)
	}
	return body
}

// header returns a block with a body that is not read.
func (o *outline) header(b scan.Block, path string, unread *hclsyntax.Body) *hclsyntax.Block {
	at := func(start, end int) hcl.Range {
		line := b.Line + bytes.Count(o.Bytes[b.Start:start], []byte("\n"))
		return hcl.Range{Filename: path, Start: hcl.Pos{Byte: start, Line: line, Column: 1}, End: hcl.Pos{Byte: end, Line: line, Column: 1}}
	}
	out := &hclsyntax.Block{
		Type: string(b.Type), TypeRange: at(b.Start, b.Start+len(b.Type)), OpenBraceRange: at(b.Open, b.Open+1), CloseBraceRange: at(b.Close, b.Close+1),
		Body: unread, Labels: make([]string, len(b.Labels)), LabelRanges: make([]hcl.Range, len(b.Labels)),
	}
	for i, l := range b.Labels {
		out.Labels[i], out.LabelRanges[i] = string(l), at(b.Start+len(b.Type)+1, b.Open)
	}
	return out
}
