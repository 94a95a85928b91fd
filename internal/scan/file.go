// Package scan finds the top-level blocks and attributes of a Terraform file
// by its bytes, and has hclsyntax parse single ones of them. Bytes go in;
// types, names, labels and offsets come out, the same that hclsyntax gives, at
// many times its speed. Nothing here recurses, time and memory grow with the
// bytes and no faster, and where the answer is not certain there is none: such
// a file has to be parsed as a whole.
package scan

import (
	"fmt"
	"unicode/utf8"
)

// A File is what stands at the top level of a file.
type File struct {
	Bytes      []byte
	Blocks     []Block     // in the file's order
	Attributes []Attribute // in the file's order; each name stands once
}

// A Block is one top-level block. Its header is Bytes[Start:Open], its body
// Bytes[Open+1:Close], and all of it is Bytes[Start:Close+1]. Type and Labels
// are parts of the file's bytes, but for labels with escapes in them.
type Block struct {
	Type        []byte
	Labels      [][]byte // without quotes and escapes
	Start       int      // of the type
	Open, Close int      // the braces
	Line        int      // of the type, 1-based

	lead int // where what stands before it since the last line's end begins
}

// An Attribute is one top-level attribute, Bytes[Start:End]. A file of
// variable values is made of them; Terraform refuses them in any other.
type Attribute struct {
	Name   []byte
	Start  int // of the name
	Equals int
	End    int // of the value, without comments and blanks that follow
	Line   int // of the name, 1-based

	lead int
}

// Scan finds the top-level blocks and attributes of a file.
//
// What it returns is what hclsyntax.ParseConfig finds, if that takes the file.
// Bodies and values are only looked at as far as it takes to find their ends,
// so hclsyntax may still refuse some of them; but it takes the whole file if
// it takes every block and attribute, parsed alone.
//
// An error is always an *Error: the file must be parsed as a whole, with the
// guards against hostile input that this takes. No such guard is needed for
// what Scan returns: nothing in it nests deeper than maxDepth, and nothing has
// a heredoc of more than maxHeredoc bytes, or more than maxItem bytes at all.
func Scan(src []byte) (*File, error) {
	s := &scanner{src: src, mixed: !utf8.Valid(src), frames: make([]frame, 0, 16)}
	s.blocks = make([]Block, 0, len(src)/usualBlock+1)
	s.labels = make([][]byte, 0, 2*cap(s.blocks))
	if !s.file() {
		return nil, s.err
	}
	return &File{Bytes: src, Blocks: s.blocks, Attributes: s.attributes}, nil
}

// usualBlock is how many bytes a block has in usual files, or some less.
const usualBlock = 256

const (
	// maxDepth is how deep brackets, blocks, templates and operators may nest.
	// hclsyntax recurses once a level and overflows the stack, which nothing
	// can recover from, at about 46,000.
	maxDepth = 1000
	// maxHeredoc is how many bytes one heredoc may have. hclsyntax takes time
	// in the square of it: half a second for this many.
	maxHeredoc = 256 << 10
	// maxItem is how many bytes one block or attribute may have, with comments
	// in front. Parsed, they can take half a kilobyte each.
	maxItem = 1_500_000
	// maxEscaped is how many bytes a label with escapes may have.
	maxEscaped = 1000
)

// An Error says why Scan has no answer.
type Error struct {
	Offset  int
	Message string
	// Invalid tells that hclsyntax refuses the file, too. Else it may take it.
	Invalid bool
}

// Error returns "offset N: message".
func (e *Error) Error() string { return fmt.Sprintf("offset %d: %s", e.Offset, e.Message) }
