package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cmkify/internal/engine"
)

// TestWallTime holds the time of a repository to be that on the clock, also
// where its directories are worked on at the same time, and others between.
func TestWallTime(t *testing.T) {
	begun := time.Now().Add(-time.Hour)
	totals := Totals{begun: begun}
	a, b := &Repository{Root: "a"}, &Repository{Root: "b"}
	for _, d := range []struct {
		of          *Repository
		begun, took int // minutes
	}{{a, 3, 6}, {b, 4, 20}, {a, 1, 5}, {a, 2, 10}} {
		totals.Add(Result{Repository: d.of, Result: engine.Result{Dir: "x", Files: 1, Begun: begun.Add(time.Duration(d.begun) * time.Minute), Took: time.Duration(d.took) * time.Minute}})
	}
	want := map[string]string{"a": "11m0s", "b": "20m0s", "total": "1h0m0s"}
	for line := range strings.Lines(totals.table()) {
		words := strings.Fields(line)
		if time := want[words[0]]; time != "" && !strings.HasPrefix(words[len(words)-1], strings.TrimSuffix(time, "0s")) {
			t.Errorf("%s, want %s", line, time)
		}
		delete(want, words[0])
	}
	if len(want) > 0 {
		t.Errorf("no row of %v", want)
	}
	var out strings.Builder
	if err := (JSONLines{Out: &out}).End(&totals); err != nil {
		t.Fatal(err)
	}
	lines := slices.Collect(strings.Lines(out.String()))
	if len(lines) != 2 || !strings.Contains(lines[0], `"seconds":660`) || !strings.Contains(lines[1], `"seconds":1200`) {
		t.Errorf("summaries are\n%s", out.String())
	}
}
