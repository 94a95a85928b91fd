package suppress

import (
	"testing"

	"cmkify/internal/testkit"
)

// TestSuppresses compares suppresses with the expression that says what it
// means, for whole files and for what is left of them at any offset.
func TestSuppresses(t *testing.T) {
	seeds, err := testkit.Seeds("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"ignore", "xIGNORE", "ignor", "Skip=", "skip", "noſem", "nosem", "\u212Aics-scan", "é kics-scan", "kics-sca"} {
		seeds = append(seeds, []byte(text))
	}
	found := 0
	for _, src := range seeds {
		for _, text := range [][]byte{src, src[len(src)/3:], src[:len(src)/2], src[len(src)*2/3:]} {
			if got := suppresses(text); got != suppressing.Match(text) {
				t.Errorf("%v for\n%s", got, text)
			} else if got {
				found++
			}
		}
	}
	if found < 10 {
		t.Errorf("found in %d texts", found)
	}
}
