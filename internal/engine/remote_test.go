package engine

import (
	"fmt"
	"testing"

	"cmkify/detect"
	"cmkify/internal/registry"
)

// TestPublished calls the first release of every range that is known of each
// published module, without arguments, and holds the verdict to what the range
// says: what takes a key gets one, and is right then; what takes none is left to
// a person, unless it makes a key of its own.
func TestPublished(t *testing.T) {
	for m := range registry.All() {
		for i := range m.Versions {
			v := &m.Versions[i]
			t.Run(m.Name+" "+v.From, func(t *testing.T) {
				source := m.Sources[0] + ".git"
				if m.Folder != "" {
					source += "//" + m.Folder
				}
				write(t, map[string]string{"main.tf": fmt.Sprintf("terraform {\n  backend \"s3\" {}\n}\n\nmodule \"m\" {\n  source = \"git::https://%s?ref=v%s\"\n%s}\n", source, v.From, required(m, v))})
				results := runAll(t, options())
				outcomes := results[0].Outcomes
				if v.Mode == registry.NoTable {
					if len(outcomes) > 0 {
						t.Errorf("%+v", outcomes[0])
					}
					return
				}
				if len(outcomes) != 1 {
					t.Fatalf("%d tables: %+v", len(outcomes), results[0])
				}
				o := outcomes[0]
				if want := expected(m, v); o.Status != want {
					t.Errorf("%s, want %s: %+v\n%s", o.Status, want, o.Reason, content(t, "main.tf"))
				}
				if o.Status == detect.Fixed {
					again := runAll(t, options())[0].Outcomes
					if len(again) != 1 || again[0].Status != detect.Compliant {
						t.Errorf("afterwards it is %s\n%s", again[0].Status, content(t, "main.tf"))
					}
				}
			})
		}
	}
}

// required returns what every call has to set.
func required(m *registry.Module, v *registry.Version) string {
	out := ""
	for _, in := range v.Create {
		if in.Default != "true" {
			out += fmt.Sprintf("  %s = true\n", in.Name)
		}
	}
	if m.Items != nil {
		out += fmt.Sprintf("  %s = { a = {} }\n", m.Items.Input)
	}
	return out
}

// expected returns the verdict on a call without other arguments.
func expected(m *registry.Module, v *registry.Version) detect.Status {
	switch {
	case v.Own != nil && v.Own.Create == nil && (v.Enable == nil || v.Enable.Default == v.Enable.On):
		return detect.Compliant
	case v.Own != nil && v.Own.Create == nil:
		return detect.Fixed
	case m.Items != nil || v.Mode == registry.Never || v.Key == nil || len(v.Key.Path) > 0:
		return detect.Manual
	}
	return detect.Fixed
}
