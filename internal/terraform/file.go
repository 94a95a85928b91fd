package terraform

import (
	"bytes"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A File is one file of a directory. Body is nil until it is parsed, and stays
// nil when it cannot be.
type File struct {
	Name  string // in its directory
	Path  string // as shown to the user; the Filename of every hcl.Range in it
	Bytes []byte // as on disk, a byte order mark included
	Body  *hclsyntax.Body

	parsed  bool
	err     *Error   // why it has no body
	outline *outline // of one whose blocks are not all read, else nil

	// What is looked up again and again, made on demand.
	all        hclsyntax.Tokens
	tokens     map[int]hclsyntax.Tokens // of parts
	lineStarts []int                    // offsets of the first byte of each line
	comments   []Comment
	byType     map[string][]*hclsyntax.Block // top-level blocks
	generated  *bool
	json       *JSONValue       // of one in JSON
	given      map[string]Input // of one of variable values
}

var byteOrderMark = []byte("\xEF\xBB\xBF")

// Position returns the 1-based line and column of a byte offset. Columns
// count bytes, as compilers and editors that jump to file:line:col do; the
// byte order mark has no width. hcl's own columns count grapheme clusters.
func (f *File) Position(offset int) (line, column int) {
	if f.lineStarts == nil {
		f.lineStarts = append(f.lineStarts, 0)
		for i, b := range f.Bytes {
			if b == '\n' {
				f.lineStarts = append(f.lineStarts, i+1)
			}
		}
	}
	line = sort.SearchInts(f.lineStarts, offset+1)
	column = offset - f.lineStarts[line-1] + 1
	if line == 1 && bytes.HasPrefix(f.Bytes, byteOrderMark) {
		column = max(1, column-len(byteOrderMark))
	}
	return line, column
}

// Line returns the 1-based line of a byte offset. hcl's own count misses line
// endings behind some bytes that are not UTF-8.
func (f *File) Line(offset int) int {
	line, _ := f.Position(offset)
	return line
}

// LineAt returns the bytes of a line, counted from 1, without byte order mark.
func (f *File) LineAt(line int) []byte {
	f.Position(0)
	if line > len(f.lineStarts) {
		return nil
	}
	text := f.Bytes[f.lineStarts[line-1]:]
	if end := bytes.IndexByte(text, '\n'); end >= 0 {
		text = text[:end]
	}
	if line == 1 {
		text = bytes.TrimPrefix(text, byteOrderMark)
	}
	return text
}

// Text returns the bytes of a range of the file.
func (f *File) Text(r hcl.Range) string {
	return string(f.Bytes[r.Start.Byte:r.End.Byte])
}

// LineEnding returns what ends most lines of the file: "\r\n" or "\n".
func (f *File) LineEnding() string {
	crlf := bytes.Count(f.Bytes, []byte("\r\n"))
	if crlf > bytes.Count(f.Bytes, []byte("\n"))-crlf {
		return "\r\n"
	}
	return "\n"
}

// LineEndingAt returns what ends the line that holds offset; what ends most
// lines where the file ends with it. Text that is put at its end with other line
// endings would change its own.
func (f *File) LineEndingAt(offset int) string {
	switch end := bytes.IndexByte(f.Bytes[offset:], '\n'); {
	case end < 0:
		return f.LineEnding()
	case end > 0 && f.Bytes[offset+end-1] == '\r' || end == 0 && offset > 0 && f.Bytes[offset-1] == '\r':
		return "\r\n"
	}
	return "\n"
}

// LineStart returns the offset of the first byte of the line that holds offset.
func (f *File) LineStart(offset int) int {
	start := bytes.LastIndexByte(f.Bytes[:offset], '\n') + 1
	if start == 0 && bytes.HasPrefix(f.Bytes, byteOrderMark) {
		start = min(offset, len(byteOrderMark))
	}
	return start
}

// Indent returns the white space at the start of the line that holds offset.
func (f *File) Indent(offset int) string {
	line := f.Bytes[f.LineStart(offset):offset]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// LineEnd returns the offset where the line of the code that ends at offset
// ends: behind a comment that follows it, before the line ending. A comment
// of several lines that begins there is part of that line.
func (f *File) LineEnd(offset int) int {
	// Mostly nothing follows, and the file need not be lexed.
	blank := len(f.Bytes[offset:]) - len(bytes.TrimLeft(f.Bytes[offset:], " \t"))
	if rest := f.Bytes[offset+blank:]; bytes.HasPrefix(rest, []byte("\n")) || bytes.HasPrefix(rest, []byte("\r\n")) {
		return offset + blank
	}
	for _, t := range f.TokensFrom(offset) {
		switch t.Type {
		case hclsyntax.TokenNewline:
			return t.Range.Start.Byte
		case hclsyntax.TokenComment:
			// The token of a comment to the end of the line holds the line ending.
			if text := string(t.Bytes); strings.HasSuffix(text, "\n") {
				return t.Range.Start.Byte + len(strings.TrimRight(text, "\r\n"))
			}
		case hclsyntax.TokenEOF:
			return t.Range.Start.Byte
		}
	}
	return len(f.Bytes)
}

// JSON reports whether the file is in Terraform's JSON syntax.
func (f *File) JSON() bool { return isJSON(f.Name) }
