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
