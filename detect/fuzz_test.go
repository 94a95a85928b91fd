package detect

import (
	"slices"
	"testing"
	"time"

	"cmkify/internal/eval"
	"cmkify/internal/suppress"
	"cmkify/internal/terraform"
	"cmkify/internal/testkit"
)

// judged returns what is found in a module of the files.
func judged(files map[string][]byte) (*terraform.Module, Result) {
	var sources []terraform.Source
	for name, src := range files {
		sources = append(sources, terraform.Source{Name: name, Path: name, Bytes: src})
	}
	m := terraform.Load(".", sources)
	return m, Check(func(seed int) []*eval.Instance {
		return []*eval.Instance{eval.New(eval.Options{Seed: seed}).Top(m)}
	}, Options{Comments: suppress.NewReader(time.Unix(0, 0), nil)})
}

// FuzzCheck holds that every module is judged without a panic, and that a
// finding says what its status promises: problems where something is wrong,
// wants where it can be fixed, a reason where it cannot.
func FuzzCheck(f *testing.F) {
	seeds, err := testkit.Seeds("..")
	if err != nil {
		f.Fatal(err)
	}
	for _, src := range seeds {
		f.Add(src, []byte("encrypt = false\n"))
	}
	f.Fuzz(func(t *testing.T, src, values []byte) {
		m, result := judged(map[string][]byte{"main.tf": src, "terraform.tfvars": values})
		for _, found := range result.Findings {
			broken := found.Reason != nil && found.Reason.ID == BrokenSibling
			switch {
			case !slices.Contains([]Status{Compliant, Fixable, Manual, Unknown, Suppressed}, found.Status):
				t.Errorf("status %q", found.Status)
			case (found.Status == Fixable || found.Status == Manual && !broken) && len(found.Problems) == 0, found.Status == Compliant && len(found.Problems) > 0:
				t.Errorf("%s with problems %v", found.Status, found.Problems)
			case (found.Status == Fixable) != (len(found.Wants) > 0):
				t.Errorf("%s with wants %v", found.Status, found.Wants)
			case (found.Status == Manual || found.Status == Unknown) != (found.Reason != nil):
				t.Errorf("%s with reason %v", found.Status, found.Reason)
			}
			for _, p := range found.Problems {
				if line, column := p.At.Position(); m.File(p.At.File.Path) == nil || line < 1 || column < 1 {
					t.Errorf("a problem without a place: %+v", p)
				}
			}
		}
	})
}
