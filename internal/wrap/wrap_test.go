package wrap

import (
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"one":                    "one",
		"one two three":          "one two|three",
		"one two  three\nfour ":  "one two|three|four",
		"a overlongword b":       "a|overlongword|b",
		"äöü äöü äöü":            "äöü äöü|äöü",
		"exactly8 exactly8 four": "exactly8|exactly8|four",
	} {
		if got := strings.Join(Lines(text, 8), "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
