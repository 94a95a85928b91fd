package engine

import (
	"os"
	"slices"
)

// reserved is how many bytes count as used and are not. More of them cost more
// memory, and save little more time: internal/bench has the figures.
const reserved = 16 << 20

// reserve returns bytes that are to be kept, and not touched, while units are
// worked on. Garbage is collected whenever the heap has doubled, which for the few
// megabytes of most runs is all the time. These are part of it, and take no memory
// of their own: what is collected less often does, up to as much again. It is nil
// where there are no units, or the user has set how the collector works.
// https://go.dev/doc/gc-guide#GOGC
func (x *index) reserve() []byte {
	set := func(name string) bool { return os.Getenv(name) != "" }
	work := func(e *entry) bool { return e.unit != nil }
	if set("GOGC") || set("GOMEMLIMIT") || !slices.ContainsFunc(x.entries, work) {
		return nil
	}
	return make([]byte, reserved)
}
