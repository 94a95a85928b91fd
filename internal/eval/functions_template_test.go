package eval

import (
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// TestTemplateFile renders templates as Terraform does, and none that could be
// wrong about what is not known, or take long.
func TestTemplateFile(t *testing.T) {
	vars := cty.ObjectVal(map[string]cty.Value{
		"name": cty.StringVal("orders"), "list": cty.TupleVal([]cty.Value{cty.StringVal("a"), cty.StringVal("b")}),
		"opaque": cty.StringVal(opaqueMark + "1" + opaqueMark), "unknown": cty.UnknownVal(cty.String), "on": cty.True,
	})
	const mark = opaqueMark + "1" + opaqueMark
	for template, want := range map[string]string{
		"table/${name}":                                      "table/orders",
		"$${name} %%{if}":                                    "${name} %{if}",
		"table/${opaque}":                                    "table/" + mark,
		"table/${upper(name)}":                               "table/ORDERS",
		"${jsonencode(list)}":                                `["a","b"]`,
		"%{ for x in list }${x};%{ endfor }":                 "a;b;",
		"%{ if on }yes%{ else }no%{ endif }":                 "yes",
		"%{ if name == \"orders\" }yes%{ endif }":            "yes",
		"%{ if opaque == \"orders\" }yes%{ else }no%{endif}": "(unknown)",
		"${opaque == name ? 1 : 2}":                          "(unknown)",
		"${unknown}":                                         "(unknown)",
		"${lookup({ a = \"b\" }, opaque, \"c\")}":            "(unknown)",
		"%{ for x in list }%{ for y in list }${y}%{ endfor }%{ endfor }": "(unknown)",
		"%{ for x in range(9) }${x}%{ endfor }":                          "(unknown)",
		"${templatefile(\"other\", {})}":                                 "(unknown)",
		"${nosuch}":                                                      "error",
		"${":                                                             "error",
		strings.Repeat("${\"", 2000):                                     "error",
	} {
		ev := New(Options{File: func(_ *terraform.Module, path string) ([]byte, bool) { return []byte(template), path == "t" }})
		ev.mentioned[&terraform.Module{}] = nil
		v, err := ev.function("templatefile").Call([]cty.Value{cty.StringVal(pathMark + pathMark + "/t"), vars})
		got := "error"
		switch {
		case err == nil && !v.IsKnown():
			got = "(unknown)"
		case err == nil:
			got = v.AsString()
		}
		if got != want {
			t.Errorf("%.80q: %q (%v); want %q", template, got, err, want)
		}
	}
}
