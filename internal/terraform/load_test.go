package terraform

import "testing"

// TestReload changes one file of a module, and holds that the others are not
// parsed again, and that what is wrong with them is not forgotten.
func TestReload(t *testing.T) {
	sources := []Source{
		{Name: "broken.tf", Path: "d/broken.tf", Bytes: []byte("locals {\n")},
		{Name: "main.tf", Path: "d/main.tf", Bytes: []byte("locals {\n  a = 1\n}\n")},
		{Name: "other.tf", Path: "d/other.tf", Bytes: []byte("locals {\n  b = 1\n}\n")},
	}
	m := Load("d", sources)
	changed := []Source{sources[0], sources[1], {Name: "other.tf", Path: "d/other.tf", Bytes: []byte("locals {\n  c = 1\n}\n")}}
	now := m.Reload(changed)
	if len(m.Errors) != 1 || len(now.Errors) != 1 || m.Errors[0] != now.Errors[0] {
		t.Errorf("errors %v and %v", m.Errors, now.Errors)
	}
	if now.File("d/main.tf") != m.File("d/main.tf") || now.File("d/broken.tf") != m.File("d/broken.tf") {
		t.Error("a file is parsed again")
	}
	if now.Local("a") == nil || now.Local("b") != nil || now.Local("c") == nil || m.Local("b") == nil {
		t.Errorf("locals %v and %v", m.Locals(), now.Locals())
	}
}

// TestOverrideKeepsBase holds that a block which is overridden still says what
// its own file says, beside what is merged.
func TestOverrideKeepsBase(t *testing.T) {
	m := Load("d", []Source{
		{Name: "main.tf", Path: "d/main.tf", Bytes: []byte("resource \"aws_dynamodb_table\" \"a\" {\n  name = \"a\"\n}\n")},
		{Name: "override.tf", Path: "d/override.tf", Bytes: []byte("resource \"aws_dynamodb_table\" \"a\" {\n  name = \"b\"\n}\n")},
	})
	r := m.Resources[0]
	written, merged := Literal(r.Block.Body.Attributes["name"].Expr).AsString(), Literal(r.Attribute("name").Expr).AsString()
	if written != "a" || merged != "b" {
		t.Errorf("written %q, merged %q", written, merged)
	}
}

// TestLineEndingAt holds which line ending is found from each byte of lines that
// end in either way, and from the last one, which has none.
func TestLineEndingAt(t *testing.T) {
	f := &File{Bytes: []byte("a\r\nb\n\r\n\nc\r\nd")}
	const cr, lf = "\r\n", "\n"
	for at, want := range []string{cr, cr, cr, lf, lf, cr, cr, lf, cr, cr, cr, cr, cr} {
		if got := f.LineEndingAt(at); got != want {
			t.Errorf("at %d: %q, want %q", at, got, want)
		}
	}
}
