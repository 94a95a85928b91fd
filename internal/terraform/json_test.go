package terraform

import (
	"slices"
	"strings"
	"testing"
)

// TestJSONSource holds what an expression in JSON reads as in HCL, and that it
// is where its text stands, whatever is escaped before it.
func TestJSONSource(t *testing.T) {
	for value, want := range map[string]string{
		`true`:                                `true`,
		`12.5`:                                `12.5`,
		`""`:                                  `""`,
		`"us-east-2"`:                         `"us-east-2"`,
		`"${var.region}"`:                     `var.region`,
		`"${ var.a ? \"x\" : var.b }"`:        `var.a ? "x" : var.b`,
		`"a \"${var.b}\" \\ \u00e9\n"`:        `"a \"${var.b}\" \\ é\n"`,
		`"${var.on ?\n  \"\u00e9\" : \"b\"}"`: `var.on ? "é" : "b"`,
		`["a", "${var.b}", 1]`:                `["a", var.b, 1]`,
		`{"a": "${var.b}", "c": null}`:        `{"a" = var.b, "c" = null}`,
		`"é\u0020ü\"€${var.b}"`:               `"é ü\"€${var.b}"`,
		`"$${literal}"`:                       `"$${literal}"`,
		`"\ud83d\ude00${jsonencode({ a = \"b\" })}"`: "\"\U0001F600${jsonencode({ a = \"b\" })}\"",
	} {
		m := Load(".", []Source{{Name: "a.tf.json", Path: "a.tf.json", Bytes: []byte(`{"locals": {"x": ` + value + `}}`)}})
		if len(m.Errors) > 0 {
			t.Errorf("%s: %v", value, m.Errors)
			continue
		}
		if got := m.Source(m.Local("x").Expr); got != want {
			t.Errorf("%s reads as %s, want %s", value, got, want)
		}
		for _, step := range m.Local("x").Expr.Variables() {
			if at := m.Place(step.SourceRange()); !strings.HasPrefix(at.Text(), "var.") || strings.ContainsAny(at.Text(), `"}: `) {
				t.Errorf("%s: a reference is at %q", value, at.Text())
			}
		}
	}
}

// TestUnescapedOffsets holds where each byte of a text is written in JSON: an
// escape is one character, two are one where both are halves of it.
func TestUnescapedOffsets(t *testing.T) {
	for raw, want := range map[string][]int{
		`ab`:              {0, 1, 2},
		`\n\u0041b`:       {0, 2, 8, 9},
		`é-`:              {0, 0, 2, 3},
		`\ud83d\ude00-`:   {0, 0, 0, 0, 12, 13},
		`\u0041\ude00-`:   {0, 6, 6, 6, 12, 13},
		`\ud83d\u0041-`:   {0, 0, 0, 6, 12, 13},
		`\uE000\uDE00-`:   {0, 0, 0, 6, 6, 6, 12, 13},
		`\ud83d-`:         {0, 0, 0, 6, 7},
		`\ud83d\ud83d\uD`: {0, 0, 0, 6, 6, 6, 12, 12, 14, 15},
	} {
		if got := unescapedOffsets([]byte(raw)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", raw, got, want)
		}
	}
}

// TestJSONErrors holds what is said of JSON that does not end, or does not begin.
func TestJSONErrors(t *testing.T) {
	const end = "unexpected end of JSON"
	for src, want := range map[string]string{
		"": end, " ": end, "{": end, "[": end, `{"a"`: end, `{"a":`: end, `{"a":1`: end, `{"a":[1,`: end,
		`{} {}`: "unexpected data after JSON object", `1`: "expected a JSON object", `{"a":1}`: "",
	} {
		f := &File{Name: "a.tf.json", Path: "a.tf.json", Bytes: []byte(src)}
		got := ""
		if _, err := f.ReadJSON(); err != nil {
			got = err.Message
		}
		if got != want {
			t.Errorf("%s: %q, want %q", src, got, want)
		}
	}
}
