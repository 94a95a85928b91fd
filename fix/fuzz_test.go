package fix

import (
	"fmt"
	"strings"
	"testing"

	"cmkify/fix/splice"
	"cmkify/internal/terraform"
	"cmkify/internal/testkit"
)

// FuzzRewrite holds that whatever parses is judged, planned, rewritten and
// proved without a panic, and that the proof never fails: it is there for what
// no test has found, and for what a right fix would change elsewhere.
func FuzzRewrite(f *testing.F) {
	seeds, err := testkit.Seeds("..")
	if err != nil {
		f.Fatal(err)
	}
	for _, src := range seeds {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		before := judge(src)
		plan := New(before, everything, options())
		if len(plan.Edits) == 0 {
			return
		}
		if len(before.Errors) > 0 {
			t.Fatalf("edits beside an error: %v", before.Errors[0])
		}
		changes, err := plan.Changes(map[string][]byte{"main.tf": src})
		if err != nil {
			t.Fatal(err)
		}
		if r := Prove(before, plan, judge(changes[0].New), everything, options()); r != nil && !r.Harm {
			t.Fatalf("%v\n%s", r, changes[0].New)
		}
		if _, err := splice.Diff("main.tf", src, changes[0].Edits); err != nil {
			t.Fatal(err)
		}
	})
}

// BenchmarkRewrite judges, plans, rewrites and proves one directory of 1000
// tables.
func BenchmarkRewrite(b *testing.B) {
	var src strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&src, "resource \"aws_dynamodb_table\" \"t%d\" {\n  name     = \"t%d\"\n  hash_key = \"id\"\n\n  attribute {\n    name = \"id\"\n    type = \"S\"\n  }\n}\n\n", i, i)
	}
	b.SetBytes(int64(src.Len()))
	for b.Loop() {
		before := judge([]byte(src.String()))
		plan := New(before, everything, options())
		changes, err := plan.Changes(map[string][]byte{"main.tf": []byte(src.String())})
		if err != nil {
			b.Fatal(err)
		}
		if r := Prove(before, plan, judge(changes[0].New), everything, options()); r != nil {
			b.Fatal(r)
		}
	}
}

// FuzzRewriteJSON holds the same of JSON, and that no object gets a name twice.
func FuzzRewriteJSON(f *testing.F) {
	seeds, err := testkit.JSONSeeds("..")
	if err != nil {
		f.Fatal(err)
	}
	for _, src := range seeds {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		before := judgeFiles(map[string]string{"main.tf.json": string(src)})
		plan := New(before, everything, options())
		if len(plan.Edits) == 0 || providerTwice(before.Modules[0].Module) {
			return
		}
		changes, err := plan.Changes(map[string][]byte{"main.tf.json": src})
		if err != nil {
			t.Fatal(err)
		}
		now := changes[0].New
		if r := Prove(before, plan, judgeFiles(map[string]string{"main.tf.json": string(now)}), everything, options()); r != nil && !r.Harm {
			t.Fatalf("%v\n%s", r, now)
		}
		if old, new := namesTwice(t, src), namesTwice(t, now); new > old {
			t.Fatalf("%d names stand twice, %d did:\n%s", new, old, now)
		}
	})
}

// providerTwice reports whether a provider configuration is there twice, which
// Terraform refuses: which of them counts, nobody can tell.
func providerTwice(m *terraform.Module) bool {
	seen := map[string]bool{}
	for _, p := range m.AWSConfigs() {
		if seen[p.Alias] {
			return true
		}
		seen[p.Alias] = true
	}
	return false
}

// namesTwice counts the members of objects that have the name of another one.
func namesTwice(t *testing.T, src []byte) int {
	f := &terraform.File{Name: "main.tf.json", Path: "main.tf.json", Bytes: src}
	root, err := f.ReadJSON()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	var count func(terraform.JSONValue)
	count = func(v terraform.JSONValue) {
		seen := map[string]bool{}
		for _, m := range v.Members {
			if seen[m.Key.Text] {
				n++
			}
			seen[m.Key.Text] = true
			count(m.Value)
		}
		for _, e := range v.Elements {
			count(e)
		}
	}
	count(root)
	return n
}
