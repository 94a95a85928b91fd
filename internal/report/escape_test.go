package report

import (
	"encoding/json"
	"strings"
	"testing"
)

// What changes the direction of text, or moves a terminal's cursor, stands in
// no JSON as it is; what is read back is the same.
func TestJSONIsSafe(t *testing.T) {
	const evil = "a\x1b[2Jb\u202ec\u2066d\u200be\u0085f\x7fg\U000E0041h\"é日"
	var out strings.Builder
	if err := writeJSON(&out, map[string]string{"x": evil}, ""); err != nil {
		t.Fatal(err)
	}
	for _, r := range "\x1b\u202e\u2066\u200b\u0085\x7f\U000E0041" {
		if strings.ContainsRune(out.String(), r) {
			t.Errorf("%U stands in %q", r, out.String())
		}
	}
	var back map[string]string
	if err := json.Unmarshal([]byte(out.String()), &back); err != nil || back["x"] != evil {
		t.Errorf("%q is read back as %q: %v", evil, back["x"], err)
	}
	if !strings.Contains(out.String(), "é日") {
		t.Errorf("%q: letters need no escape", out.String())
	}
}

func TestSARIFHasNoLinks(t *testing.T) {
	for text, want := range map[string]string{
		`t["a"] is wrong`:            `t["a"] is wrong`,
		`[click](https://evil.test)`: `\[click\](https://evil.test)`,
		`a\[b](c)`:                   `a\\\[b\](c)`,
	} {
		if got := sarifEscape(text); got != want {
			t.Errorf("%s is written %s, want %s", text, got, want)
		}
	}
}
