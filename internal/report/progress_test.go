package report

import (
	"strings"
	"testing"
)

// TestProgressLine holds what is written: a line over itself, and spaces over
// it before anything else is.
func TestProgressLine(t *testing.T) {
	var none *Progress
	none.Step()
	none.Pause()
	none.Stop()
	var out strings.Builder
	p := NewProgress(&out)
	p.Pause()
	for range 10 {
		p.Step()
	}
	p.Pause()
	p.Stop()
	written := out.String()
	if !strings.HasPrefix(written, "\rdirectories (1)\rdirectories (2)\r") || !strings.HasSuffix(written, "\rdirectories (10)\r                \r") {
		t.Errorf("%q is written", written)
	}
}
