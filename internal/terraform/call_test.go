package terraform

import "testing"

// TestScanSource holds that the source of a call is known by its bytes where it is
// a plain text, and that a call which is not read has it.
func TestScanSource(t *testing.T) {
	for body, want := range map[string]string{
		` source = "./m" `: "./m",
		"\n  name   = \"source\"\n  source = \"a/b/c\" # \"./x\"\n\n  providers {\n  }\n": "a/b/c",
		"\n  nested {\n    source = \"./m\"\n  }\n":                                       "",
		"\n  source = \"./\\u006d\"\n":                                                    "",
		"\n  source = \"${path.module}/m\"\n":                                             "",
		"\n  source = \"./a\" == \"./b\" ? 1 : 2\n":                                       "",
		"\n  source = \"./a\" + \"./b\"\n":                                                "",
		"\n  source = local.source\n":                                                     "",
		"\n  source = <<EOT\n./m\nEOT\n":                                                  "",
		"\n  name = 1\n":                                                                  "",
		"\n  source = \"./a\"\n  source = \"./b\"\n":                                      "",
	} {
		if got := scanSource([]byte(body)); got != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
	m := LoadFor(".", []Source{{Name: "main.tf", Path: "main.tf", Bytes: []byte("module \"m\" {\n  source = \"./m\"\n  name   = \"m\"\n}\n")}}, NewDemand(func(Outlined) bool { return false }))
	if c := m.Calls[0]; m.Skipped() != 1 || c.Source != "./m" || c.Argument("name") != nil {
		t.Errorf("%d are not read, the source is %q", m.Skipped(), c.Source)
	}
}

// TestAgain holds that where calls lead in a module that is judged again is told
// anew, and leaves the module as it was.
func TestAgain(t *testing.T) {
	m := Load(".", []Source{{Name: "main.tf", Path: "main.tf", Bytes: []byte("module \"m\" {\n  source = \"./m\"\n}\n")}})
	before, after := &Module{Dir: "before"}, &Module{Dir: "after"}
	m.Resolve(func(*Call) *Module { return before })
	m.Calls[0].Aside = m.Calls[0].Target() == before
	again := m.Again()
	if c := again.Calls[0]; c.Aside || c.Target() != nil || c.Source != "./m" {
		t.Errorf("%+v is not told anew", c)
	}
	again.Resolve(func(*Call) *Module { return after })
	if again.Calls[0].Target() != after || m.Calls[0].Target() != before || !m.Calls[0].Aside {
		t.Error("a module and the same, judged again, share where calls lead")
	}
}
