package fix

import (
	"testing"

	"cmkify/detect"
	"cmkify/internal/terraform"
	"cmkify/internal/testkit"
)

// FuzzRewrite holds that whatever parses is judged, planned, rewritten and
// proved without a panic, and that the proof never fails: it is there for what
// no test has found.
func FuzzRewrite(f *testing.F) {
	seeds, err := testkit.Seeds("..")
	if err != nil {
		f.Fatal(err)
	}
	for _, src := range seeds {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		sources := []terraform.Source{{Name: "main.tf", Path: "main.tf", Bytes: src}}
		m := terraform.Load(".", sources)
		findings := detect.Check(m, detect.Options{})
		options := Options{KeyPolicy: PolicyDynamoDB, KeyName: "dynamodb"}
		plan := New(m, findings, detect.Selection{}, options)
		if len(plan.Edits) == 0 {
			return
		}
		if len(m.Errors) > 0 {
			t.Fatalf("edits beside an error: %v", m.Errors[0])
		}
		changes, after, err := plan.Changes(sources)
		if err != nil {
			t.Fatal(err)
		}
		if err := Prove(m, findings, after, detect.Selection{}, options); err != nil {
			t.Fatalf("%v\n%s", err, changes[0].New)
		}
		if _, err := Diff("main.tf", src, changes[0].Edits); err != nil {
			t.Fatal(err)
		}
	})
}
