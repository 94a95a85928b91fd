package splice

import (
	"bytes"
	"slices"

	"cmkify/internal/terraform"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

// Aligned lets the neighbors of the edits keep their alignment. The edits lie
// in the block.
func Aligned(f *terraform.File, block *hclsyntax.Block, edits []Edit) []Edit {
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

// align lines the neighbours of new text up with it, as terraform fmt would,
// where their author kept to that: lines that hang together, by their equals
// signs or by the comments behind them, are aligned only if all of them were
// canonical before, indentation aside. Only spaces inside lines change, so
// tabs and other indentation stay their author's. The draft is that of old,
// the lines of one block.
func (d *draft) align(old []byte) {
	now := bytes.SplitAfter(slices.Clone(d.bytes), []byte("\n"))
	lines := d.lines(now)
	markCells(lines, d.bytes)
	if d.alone(lines) {
		return
	}
	want := bytes.SplitAfter(hclwrite.Format(d.bytes), []byte("\n"))
	canonical := CanonicalBytes(old)
	if len(now) != len(want) || canonical == nil {
		return // Format mangles some heredocs: hashicorp/terraform#34877
	}
	for i, l := range lines {
		for at := l.start; at < l.end; at++ {
			if origin := d.origin[at]; origin >= 0 && !isSpace(d.bytes[at]) {
				lines[i].canonical = lines[i].canonical && canonical[origin]
			}
		}
	}
	// From the last to the first, so that the offsets before stay valid.
	for i, l := range slices.Backward(lines) {
		if l.aligned(lines, i) {
			d.respace(l.start, now[i], want[i])
		}
	}
}

// A line is one line of a draft, with its line ending.
type line struct {
	start, end      int
	fresh           bool // holds new text
	made, authors   bool // holds more than spaces of the new text, of the author's
	canonical       bool // all lines of the author's that it holds bytes of were
	assign, comment bool // has the cells that align with those of the lines around
}

// lines returns the lines of the draft, whose texts are given. What they were
// is not known yet.
func (d *draft) lines(texts [][]byte) []line {
	out := make([]line, len(texts))
	at := 0
	for i, text := range texts {
		out[i] = line{start: at, end: at + len(text), canonical: true}
		for ; at < out[i].end; at++ {
			isNew, text := d.origin[at] < 0, !isSpace(d.bytes[at])
			out[i].fresh = out[i].fresh || isNew
			out[i].made = out[i].made || isNew && text
			out[i].authors = out[i].authors || !isNew && text
		}
	}
	return out
}

// alone reports whether all new text stands in one place, on lines of its own
// that hang together with none of the author's: it is canonical as it is made,
// and has no neighbours to line up with.
func (d *draft) alone(lines []line) bool {
	places := 0
	for at, origin := range d.origin {
		if origin < 0 && (at == 0 || d.origin[at-1] >= 0) {
			places++
		}
	}
	for i, l := range lines {
		if l.made && l.authors || i > 0 && l.made != lines[i-1].made && lines[i-1].chained(l) {
			return false
		}
	}
	return places == 1
}

// CanonicalBytes tells of each byte of a block whether its line is as
// terraform fmt would write it, indentation aside; nil when that cannot be
// told.
func CanonicalBytes(block []byte) []bool {
	was := bytes.SplitAfter(block, []byte("\n"))
	want := bytes.SplitAfter(hclwrite.Format(block), []byte("\n"))
	if len(was) != len(want) {
		return nil
	}
	var out []bool
	for i := range was {
		out = append(out, slices.Repeat([]bool{bytes.Equal(trimIndent(was[i]), trimIndent(want[i]))}, len(was[i]))...)
	}
	return out
}

// markCells finds the lines that hclwrite would align: those with an
// assignment that ends on its line, and those with a comment behind code.
func markCells(lines []line, block []byte) {
	tokens, _ := hclsyntax.LexConfig(block, "", hcl.InitialPos)
	first := true // on its line
	brackets, assign := 0, -1
	begun := 0 // the line on which that of hclwrite begins: a comment may go on below
	n := 0     // of the line: hcl's own count misses some
	for _, t := range tokens {
		for n < len(lines)-1 && t.Range.Start.Byte >= lines[n].end {
			n++
		}
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOHeredoc:
			brackets++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCHeredoc:
			brackets--
		case hclsyntax.TokenEqual:
			if assign < 0 && !first {
				assign, brackets = n, 0
			}
		case hclsyntax.TokenComment:
			lines[n].comment = !first
		}
		ends := t.Type == hclsyntax.TokenNewline || t.Type == hclsyntax.TokenComment && bytes.HasSuffix(t.Bytes, []byte("\n"))
		if ends || t.Type == hclsyntax.TokenEOF {
			if assign >= 0 && brackets == 0 {
				lines[assign].assign = true
				for i := assign + 1; i <= n && begun == assign; i++ {
					lines[i].assign, lines[i].comment = true, lines[assign].comment
				}
			}
			assign, begun = -1, n+1
		}
		first = ends
	}
}

// Aligned reports whether the line belongs to a chain with new text in it,
// of which every line was canonical.
func (l line) aligned(lines []line, i int) bool {
	from, to := i, i
	for from > 0 && lines[from-1].chained(lines[from]) {
		from--
	}
	for to < len(lines)-1 && lines[to].chained(lines[to+1]) {
		to++
	}
	fresh := false
	for _, other := range lines[from : to+1] {
		fresh = fresh || other.fresh
		if !other.canonical {
			return false
		}
	}
	return fresh
}

func (l line) chained(next line) bool {
	return l.assign && next.assign || l.comment && next.comment
}

// respace makes the spaces inside a line, which starts at the offset, those
// of want. Both have the same other bytes.
func (d *draft) respace(start int, now, want []byte) {
	i, j := len(now), len(want)
	stop := len(now) - len(trimIndent(now))
	for i > stop && j > 0 {
		if now[i-1] == want[j-1] && !isBlank(now[i-1]) {
			i, j = i-1, j-1
			continue
		}
		from, to := blanksBefore(now, i), blanksBefore(want, j)
		if from == i && to == j || from < stop {
			return // not the same text: leave it
		}
		if !bytes.Equal(now[from:i], want[to:j]) {
			d.replace(start+from, start+i, string(want[to:j]))
		}
		i, j = from, to
	}
}

func blanksBefore(text []byte, end int) int {
	for end > 0 && isBlank(text[end-1]) {
		end--
	}
	return end
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
func isSpace(c byte) bool { return isBlank(c) || c == '\r' || c == '\n' }

func trimIndent(text []byte) []byte { return bytes.TrimLeft(text, " \t") }
