package splice

import (
	"fmt"
	"slices"
	"strings"
)

// An Edit is the replacement of the bytes [Start, End) of one file by New.
// Offsets count bytes of the file as it is on disk, a byte order mark included.
type Edit struct {
	File       string // path of the file, as in the findings
	Start, End int
	New        string
	// Tables are the addresses of the tables whose fix needs the edit.
	Tables []string
}

// Sort puts the edits in the order of their place. Edits at the same
// place keep their order.
func Sort(edits []Edit) {
	slices.SortStableFunc(edits, func(a, b Edit) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return a.End - b.End
	})
}

// Apply returns a copy of old with the edits made. The edits must all be of
// that file, in the order of their place, and must not overlap; anything else
// is an error, and nothing is returned.
func Apply(old []byte, edits []Edit) ([]byte, error) {
	size, at := len(old), 0
	for _, e := range edits {
		if e.Start < at || e.End < e.Start || e.End > len(old) {
			return nil, fmt.Errorf("%s: edit [%d, %d) is out of place: after %d, in %d bytes", e.File, e.Start, e.End, at, len(old))
		}
		at = e.End
		size += len(e.New) - (e.End - e.Start)
	}
	out, at := make([]byte, 0, size), 0
	for _, e := range edits {
		out = append(out, old[at:e.Start]...)
		out = append(out, e.New...)
		at = e.End
	}
	return append(out, old[at:]...), nil
}
