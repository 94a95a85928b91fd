package detect

import (
	"slices"
	"testing"
	"time"

	"cmkify/internal/terraform"
	"cmkify/internal/testkit"
)

// FuzzCheck holds that every module is judged without a panic, and that a
// finding says what its status promises: problems where something is wrong,
// goals where it can be fixed, a reason where it cannot.
func FuzzCheck(f *testing.F) {
	seeds, err := testkit.Seeds("..")
	if err != nil {
		f.Fatal(err)
	}
	for _, src := range seeds {
		f.Add(src, []byte("encrypt = false\n"))
	}
	f.Fuzz(func(t *testing.T, src, values []byte) {
		m := terraform.Load(".", []terraform.Source{
			{Name: "main.tf", Path: "main.tf", Bytes: src}, {Name: "terraform.tfvars", Path: "terraform.tfvars", Bytes: values},
		})
		for _, found := range Check(m, Options{Now: time.Unix(0, 0)}) {
			wrong := slices.Contains([]ID{Fixable, Manual}, found.Status)
			switch {
			case !slices.ContainsFunc(Rows, func(r Row) bool { return r.Kind == "status" && r.ID == found.Status }):
				t.Errorf("status %q", found.Status)
			case wrong && len(found.Problems) == 0, found.Status == Compliant && len(found.Problems) > 0:
				t.Errorf("%s with problems %v", found.Status, found.Problems)
			case (found.Status == Fixable) != (len(found.Goals) > 0):
				t.Errorf("%s with goals %v", found.Status, found.Goals)
			case (found.Status == Manual || found.Status == Unknown) != (found.Reason != nil):
				t.Errorf("%s with reason %v", found.Status, found.Reason)
			}
			for _, p := range found.Problems {
				if m.File(p.File) == nil || p.Line < 1 || p.Column < 1 {
					t.Errorf("a problem without a place: %+v", p)
				}
			}
		}
	})
}
