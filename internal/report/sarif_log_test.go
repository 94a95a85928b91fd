package report

import (
	"strings"
	"testing"
)

// TestEmptySARIF holds that a log without results says so: where the property
// is missing, readers take it that nothing was looked at.
func TestEmptySARIF(t *testing.T) {
	var out strings.Builder
	if err := newSARIF(Options{Out: &out, Version: "1"}).End(nil); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"results": []`) {
		t.Errorf("the log is\n%s", out.String())
	}
}
