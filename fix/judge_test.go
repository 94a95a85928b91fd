package fix

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// judge returns a module of one file, judged.
func judge(src []byte) *Judged { return judgeFiles(map[string]string{"main.tf": string(src)}) }

// judgeFiles returns a module of files, judged.
func judgeFiles(files map[string]string) *Judged {
	var sources []terraform.Source
	for _, name := range slices.Sorted(maps.Keys(files)) {
		sources = append(sources, terraform.Source{Name: name, Path: name, Bytes: []byte(files[name])})
	}
	m := terraform.Load(".", sources)
	top := func(o eval.Options) *eval.Instance { return eval.New(o).Top(m) }
	ways := []*eval.Instance{top(eval.Options{})}
	result := detect.Check(func(seed int) []*eval.Instance {
		if seed == 0 {
			return ways
		}
		return []*eval.Instance{top(eval.Options{Seed: seed})}
	}, detect.Options{})
	return &Judged{
		Modules: []JudgedModule{{Module: m, Ways: ways, Result: result}}, Tops: ways, Errors: detect.Errors(ways[0]),
		Plan: func() []*eval.Instance { return []*eval.Instance{top(eval.Options{Plan: true})} },
	}
}

// edited returns the files with a plan's edits made.
func edited(t *testing.T, files map[string]string, p *Plan) map[string]string {
	t.Helper()
	old := map[string][]byte{}
	for name, src := range files {
		old[name] = []byte(src)
	}
	changes, err := p.Changes(old)
	if err != nil {
		t.Fatal(err)
	}
	out := maps.Clone(files)
	for _, c := range changes {
		out[c.Path] = string(c.New)
	}
	return out
}

// replaced returns a text with the one place where old is replaced. A text in
// which there is none, or are several, is a mistake in the test.
func replaced(t *testing.T, src, old, now string) string {
	t.Helper()
	if strings.Count(src, old) != 1 {
		t.Fatalf("%d times %q in\n%s", strings.Count(src, old), old, src)
	}
	return strings.Replace(src, old, now, 1)
}

var everything = Selection{
	Shared:   func(*terraform.File) bool { return false },
	Writable: func(*terraform.File) bool { return true },
	Table:    func(*detect.Finding) bool { return true },
}

func options() Options {
	return Options{Keys: keys.Options{
		Policy: keys.PolicyDynamoDB, Name: "dynamodb", Newer: func(in *eval.Instance) bool { return in.RegionSign() != terraform.OlderSign },
	}}
}
