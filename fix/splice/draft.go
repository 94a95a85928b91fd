package splice

import "slices"

// A draft is a text in the making: its bytes and, for each, the offset it
// has in the author's text, or -1 when it is new. Edits are made one upon the
// other, and come out as edits of the author's text.
type draft struct {
	bytes  []byte
	origin []int
}

// newDraft returns old with the edits made, which Apply would accept.
func newDraft(old []byte, edits []Edit) *draft {
	d := &draft{}
	at := 0
	keep := func(end int) {
		for ; at < end; at++ {
			d.bytes, d.origin = append(d.bytes, old[at]), append(d.origin, at)
		}
	}
	for _, e := range edits {
		keep(e.Start)
		d.bytes = append(d.bytes, e.New...)
		d.origin = append(d.origin, fresh(len(e.New))...)
		at = e.End
	}
	keep(len(old))
	return d
}

func fresh(n int) []int { return slices.Repeat([]int{-1}, n) }

// Replace puts text in the place of the draft's bytes [start, end).
func (d *draft) replace(start, end int, text string) {
	d.bytes = slices.Replace(d.bytes, start, end, []byte(text)...)
	d.origin = slices.Replace(d.origin, start, end, fresh(len(text))...)
}

// edits returns what turns the author's text, of the given size, into the
// draft.
func (d *draft) edits(file string, size int) []Edit {
	var out []Edit
	next, text := 0, []byte(nil) // the next byte of the author's, and the new text before it
	flush := func(origin int) {
		if len(text) > 0 || origin > next {
			out = append(out, Edit{File: file, Start: next, End: origin, New: string(text)})
		}
		text = nil
	}
	for i, origin := range d.origin {
		if origin < 0 {
			text = append(text, d.bytes[i])
			continue
		}
		flush(origin)
		next = origin + 1
	}
	flush(size)
	return out
}
