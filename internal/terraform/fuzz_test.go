package terraform

import (
	"testing"

	"cmkify/internal/testkit"
)

// FuzzLoad holds that every input is loaded without a panic, that what does
// not parse is one error inside the file, and that every resource has a place.
func FuzzLoad(f *testing.F) {
	seeds, err := testkit.Seeds("../..")
	if err != nil {
		f.Fatal(err)
	}
	for _, src := range seeds {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		m := Load(".", []Source{{Name: "main.tf", Path: "main.tf", Bytes: src}})
		for _, e := range m.Errors {
			if e.File != "main.tf" || e.Line < 1 || e.Column < 1 || e.Message == "" {
				t.Errorf("an error without a place: %+v", e)
			}
		}
		if m.Files[0].Body == nil && len(m.Errors) == 0 && !m.Encrypted {
			t.Error("not parsed, and no error")
		}
		for _, r := range m.Resources {
			if line, column := m.Place(r.Block.Range()).Position(); line < 1 || column < 1 {
				t.Errorf("%s at %d:%d", r.Address(), line, column)
			}
			r.ProviderRegion()
		}
	})
}
