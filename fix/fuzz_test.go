package fix

import (
	"fmt"
	"strings"
	"testing"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
	"cmkify/internal/testkit"
)

// judge returns a module of one file, judged.
func judge(src []byte) *Judged {
	m := terraform.Load(".", []terraform.Source{{Name: "main.tf", Path: "main.tf", Bytes: src}})
	top := func(o eval.Options) *eval.Instance { return eval.New(o).Top(m) }
	j := &Judged{Module: m, Ways: []*eval.Instance{top(eval.Options{})}}
	j.Errors = detect.Errors(j.Ways[0])
	j.Result = detect.Check(func(seed int) []*eval.Instance {
		if seed == 0 {
			return j.Ways
		}
		return []*eval.Instance{top(eval.Options{Seed: seed})}
	}, detect.Options{})
	j.Plan = func() *eval.Instance { return top(eval.Options{Plan: true}) }
	return j
}

var everything = Selection{
	Writable: func(*terraform.File) bool { return true },
	Table:    func(*detect.Finding) bool { return true },
}

func options() Options {
	return Options{Keys: keys.Options{
		Policy: keys.PolicyDynamoDB, Name: "dynamodb", Newer: func(in *eval.Instance) bool { return in.RegionSign() != terraform.OlderSign },
	}}
}

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
		if r := Prove(before, plan, judge(changes[0].New), everything, options()); r != nil {
			t.Fatalf("%v\n%s", r, changes[0].New)
		}
		if _, err := Diff("main.tf", src, changes[0].Edits); err != nil {
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
