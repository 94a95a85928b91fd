package terraform

import (
	"slices"
	"strings"
	"testing"
)

// TestScanLocals holds what is known of a block of locals by its bytes: the
// addresses that it declares, and nothing where references may be missed.
func TestScanLocals(t *testing.T) {
	for body, want := range map[string]string{
		"":                                     "",
		" a = 1 ":                              "local.a",
		"\n  a = 1\n  b = {\n    c = 2\n  }\n": "local.a local.b",
		"\n  a = local.b\n  b = \"${local.c.d}\"\n":     "local.a local.b",
		"\n  a = var.x # locals, local_a and x-local\n": "local.a",
		"\n  a = local[\"b\"]\n":                        "",
		"\n  a = local .b\n":                            "",
		"\n  a = local.\n  b\n":                         "",
		"\n  a = local":                                 "",
		"\n  a = 1\n  a = 2\n":                          "",
		"\n  a {\n  }\n":                                "",
		"\n  ä = 1\n":                                   "",
	} {
		var got []string
		for _, l := range scanLocals([]byte(body)) {
			got = append(got, l.address)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
}

// TestMayCycle holds that a cycle of locals is met by their bytes.
func TestMayCycle(t *testing.T) {
	for body, want := range map[string]bool{
		"\n  a = 1\n  b = 2\n": false,
		"\n  a = local.b\n  b = local.c.x + local.c\n  c = var.c\n": false,
		"\n  a = local.missing\n":                                   false,
		"\n  a = \"${local.a}\"\n":                                  true,
		"\n  a = local.b\n  b = [local.c]\n  c = local.a.x\n":       true,
		"\n  a = local.b\n  b = local.b\n":                          true,
	} {
		if got := mayCycle(scanLocals([]byte(body))); got != want {
			t.Errorf("%q: %v, want %v", body, got, want)
		}
	}
}

// TestUnreadLocals holds that a local is found whose block is not read, and that
// a cycle of locals that nobody reads is an error.
func TestUnreadLocals(t *testing.T) {
	load := func(src string) *Module {
		return LoadFor(".", []Source{{Name: "main.tf", Path: "main.tf", Bytes: []byte(src)}}, NewDemand(func(Outlined) bool { return false }))
	}
	m := load("locals {\n  a = 1\n}\n\nlocals {\n  b = 2\n}\n\nprovider \"aws\" {\n  region = local.b\n}\n")
	if got, want := m.Locals(), []string{"b"}; !slices.Equal(got, want) {
		t.Errorf("read: %v, want %v", got, want)
	}
	if got, want := m.LocalNames(), []string{"a", "b"}; !slices.Equal(got, want) {
		t.Errorf("declared: %v, want %v", got, want)
	}
	if m.Local("b") == nil || m.demand.Grown() || m.Local("a") != nil || !m.demand.Grown() {
		t.Error("a local that is not read is not asked for")
	}
	m = load("locals {\n  a = local.b\n}\n\nlocals {\n  b = local.a\n}\n")
	if len(m.Errors) != 1 || !strings.Contains(m.Errors[0].Message, "refers to itself") {
		t.Errorf("a cycle: %v", m.Errors)
	}
}
