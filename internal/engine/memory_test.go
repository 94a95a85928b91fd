package engine

import "testing"

// TestReserve holds that bytes are reserved for units, and that whoever sets how
// the collector works has the last word.
func TestReserve(t *testing.T) {
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	none := &index{entries: []*entry{{}}}
	some := &index{entries: []*entry{{}, {unit: &unit{}}}}
	if len(none.reserve()) != 0 || len(some.reserve()) != reserved {
		t.Errorf("%d bytes are reserved for nothing, and %d for a unit, want %d", len(none.reserve()), len(some.reserve()), reserved)
	}
	for name, value := range map[string]string{"GOGC": "100", "GOMEMLIMIT": "1GiB"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			if some.reserve() != nil {
				t.Error("bytes are reserved")
			}
		})
	}
}
