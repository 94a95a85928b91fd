package terraform

import (
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A part is what a file is lexed by: from the beginning of a top-level block to
// that of the next one. Nothing before it changes its tokens.
type part struct {
	n          int // of the next block
	start, end int
}

// partAt returns the part that an offset is in.
func (f *File) partAt(offset int) part {
	blocks := f.Body.Blocks
	p := part{n: sort.Search(len(blocks), func(i int) bool { return blocks[i].TypeRange.Start.Byte > offset }), end: len(f.Bytes)}
	if p.n > 0 {
		p.start = blocks[p.n-1].TypeRange.Start.Byte
	}
	if p.n < len(blocks) {
		p.end = blocks[p.n].TypeRange.Start.Byte
	}
	return p
}

// tokensOfPart returns the tokens of a part, the end of the file for its end.
func (f *File) tokensOfPart(p part) hclsyntax.Tokens {
	if f.tokens == nil {
		f.tokens = map[int]hclsyntax.Tokens{}
	}
	if f.tokens[p.n] == nil {
		start := hcl.InitialPos
		if p.n > 0 {
			start = f.Body.Blocks[p.n-1].TypeRange.Start
		}
		f.tokens[p.n], _ = hclsyntax.LexConfig(f.Bytes[p.start:p.end], f.Path, start)
	}
	return f.tokens[p.n]
}

// lexed reports whether the file has tokens: none has one in JSON syntax, or one
// that does not parse.
func (f *File) lexed() bool { return f.Body != nil && !f.JSON() }

// Tokens returns the tokens of the file, comments and newlines included; none
// of a file in JSON syntax, or of one that does not parse.
func (f *File) Tokens() hclsyntax.Tokens {
	if f.all == nil && f.lexed() {
		f.all, _ = hclsyntax.LexConfig(f.Bytes, f.Path, hcl.InitialPos)
	}
	return f.all
}

// TokensFrom returns the tokens that begin at an offset or behind it, up to the
// next top-level block.
func (f *File) TokensFrom(offset int) hclsyntax.Tokens {
	if !f.lexed() {
		return nil
	}
	return from(f.tokensOfPart(f.partAt(offset)), offset)
}

// TokensIn returns the tokens that lie in a range.
func (f *File) TokensIn(r hcl.Range) hclsyntax.Tokens {
	if !f.lexed() {
		return nil
	}
	tokens := f.TokensFrom(r.Start.Byte)
	if f.partAt(r.Start.Byte).end < r.End.Byte {
		tokens = from(f.Tokens(), r.Start.Byte)
	}
	return tokens[:len(tokens)-len(from(tokens, r.End.Byte))]
}

// tokensBefore returns the tokens before an offset, from the beginning of the
// last top-level block before it.
func (f *File) tokensBefore(offset int) hclsyntax.Tokens {
	if !f.lexed() || offset == 0 {
		return nil
	}
	tokens := f.tokensOfPart(f.partAt(offset - 1))
	return tokens[:len(tokens)-len(from(tokens, offset))]
}

// from returns those of tokens that begin at an offset or behind it.
func from(tokens hclsyntax.Tokens, offset int) hclsyntax.Tokens {
	return tokens[sort.Search(len(tokens), func(i int) bool { return tokens[i].Range.Start.Byte >= offset }):]
}
