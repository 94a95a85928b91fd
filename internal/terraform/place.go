package terraform

import (
	"cmp"
	"fmt"
	"strings"
)

// A Place is a range of bytes of a file: where something is written.
type Place struct {
	File       *File
	Start, End int
}

// Position returns the 1-based line and column of the place's first byte.
func (p Place) Position() (line, column int) { return p.File.Position(p.Start) }

// Line returns "file:line" of the place's first byte.
func (p Place) Line() string {
	line, _ := p.Position()
	return fmt.Sprintf("%s:%d", p.File.Path, line)
}

// Text returns the bytes of the place.
func (p Place) Text() string { return string(p.File.Bytes[p.Start:p.End]) }

// IsZero reports whether the place is none.
func (p Place) IsZero() bool { return p.File == nil }

// Compare orders places by file and offset.
func (p Place) Compare(other Place) int {
	return cmp.Or(strings.Compare(p.File.Path, other.File.Path), p.Start-other.Start, p.End-other.End)
}
