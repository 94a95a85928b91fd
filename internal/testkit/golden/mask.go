package golden

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
)

// A part is how much of an argument or block a fix may change.
type part int

const (
	nothing part = iota
	value        // what an attribute is
	all          // an attribute, which may be new
	frame        // the name and braces of a block, which may be new
)

// A mask tells what of a chunk may change, by path: "replica.kms_key_arn" of an
// attribute, "replica." of a block.
type mask func(path string) part

// masked returns all words, signs and comments of a chunk but what may change,
// and the values that may, leaf by leaf.
func (c chunk) masked(may mask) (words, values []string) {
	m := &masker{chunk: c, may: may}
	m.walk(c.body, "")
	tokens, _ := hclsyntax.LexConfig(c.text, "", hcl.InitialPos)
	for _, t := range tokens {
		at := c.start + t.Range.Start.Byte
		text := strings.TrimSpace(string(t.Bytes))
		inside := slices.ContainsFunc(m.gone, func(r hcl.Range) bool { return r.Start.Byte <= at && at < r.End.Byte })
		if text != "" && !inside && text != detect.ReplicaComment {
			words = append(words, text)
		}
	}
	slices.SortFunc(m.leaves, func(a, b hcl.Range) int { return a.Start.Byte - b.Start.Byte })
	for _, r := range m.leaves {
		values = append(values, string(c.slice(r)))
	}
	return words, values
}

type masker struct {
	chunk
	may          mask
	gone, leaves []hcl.Range
	short        []hcl.Range // of blocks on one line, which may have to be opened up
}

func (m *masker) walk(b *hclsyntax.Body, in string) {
	if !bytes.Contains(m.slice(b.SrcRange), []byte("\n")) {
		m.short = append(m.short, b.SrcRange)
	}
	for _, a := range b.Attributes {
		switch m.may(in + a.Name) {
		case all:
			m.gone = append(m.gone, a.SrcRange)
		case value:
			m.leaf(a.Expr)
		}
	}
	for _, nested := range b.Blocks {
		if m.may(in+nested.Type+".") == frame {
			m.gone = append(m.gone, nested.TypeRange, nested.OpenBraceRange, nested.CloseBraceRange)
		}
		m.walk(nested.Body, in+nested.Type+".")
	}
}

// leaf takes in a value: of objects and lists that are written out, each part.
func (m *masker) leaf(e hclsyntax.Expression) {
	switch e := e.(type) {
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			m.leaf(item.ValueExpr)
		}
	case *hclsyntax.TupleConsExpr:
		for _, item := range e.Exprs {
			m.leaf(item)
		}
	default:
		m.gone, m.leaves = append(m.gone, e.Range()), append(m.leaves, e.Range())
	}
}

// lostLine returns the first line of a chunk, of those that hold nothing that
// may change, which another version does not have in that order; "" for none.
// Spaces inside a line do not count: they align it with others.
func (c chunk) lostLine(now chunk, may mask) string {
	m := &masker{chunk: c, may: may}
	m.walk(c.body, "")
	at, rest := c.start, now.text
	for line := range bytes.Lines(c.text) {
		start := at
		at += len(line)
		touched := slices.ContainsFunc(slices.Concat(m.gone, m.short), func(r hcl.Range) bool { return r.Start.Byte < at && start < r.End.Byte })
		if text := spaced(line); !touched && text != "" {
			found := false
			for other := range bytes.Lines(rest) {
				rest = rest[len(other):]
				if found = spaced(other) == text; found {
					break
				}
			}
			if !found {
				return text
			}
		}
	}
	return ""
}

// spaced returns a line with its indentation, and one space between its words.
func spaced(line []byte) string {
	text := string(line)
	words := strings.Fields(text)
	if len(words) == 0 {
		return ""
	}
	return text[:strings.Index(text, words[0])] + strings.Join(words, " ")
}

// encrypts is the mask of what encrypts a table, and of what rotates a key.
func encrypts(path string) part {
	switch path {
	case "server_side_encryption.enabled", "server_side_encryption.kms_key_arn", "replica.kms_key_arn", "enable_key_rotation",
		"dynamic.content.enabled", "dynamic.content.kms_key_arn":
		return all
	case "server_side_encryption.":
		return frame
	}
	return nothing
}
