package terraform

import (
	"strings"
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

// FuzzHarmless holds that nothing is parsed at which a look at the tokens
// would have stopped.
func FuzzHarmless(f *testing.F) {
	seeds, err := testkit.Seeds("../..")
	if err != nil {
		f.Fatal(err)
	}
	for _, src := range seeds {
		f.Add(src)
	}
	for _, src := range guarded() {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file := &File{Name: "main.tf", Path: "main.tf", Bytes: src}
		if err := file.guard(); err != nil && harmless(src) != nil {
			t.Errorf("taken for harmless: %v", err)
		}
	})
}

// guarded returns files that are not parsed, and some that just are.
func guarded() [][]byte {
	deep := func(open, end string, n int) []byte {
		return []byte("a = " + strings.Repeat(open, n) + "1" + strings.Repeat(end, n) + "\n")
	}
	out := [][]byte{
		[]byte("a = 1e10000\n"), []byte("a = 1E+00010000\n"), []byte("a = 1e-9999\n"), []byte("a = 12345e12345\n"), []byte("a = \"x12345e12345\"\n"),
		[]byte("a = <<E\n" + strings.Repeat("x\n", maxHeredoc/2) + "E\n"), []byte("a = 1\n" + strings.Repeat("\x00", maxDepth+1)),
		[]byte("\xFF\xFEa"), []byte("a = [" + strings.Repeat("1,", maxTokens/2) + "]\n"),
	}
	for _, n := range []int{maxDepth - 2, maxDepth, maxDepth + 1} {
		out = append(out, deep("[", "]", n), deep("(", ")", n), deep("{a=", "}", n), deep("-", "", n), deep("\"${", "}\"", n), deep("1+", "", n), deep("a?b:", "", n), deep("\"%{if a}", "%{endif}\"", n/2))
	}
	return out
}

// TestHarmless holds that usual files are parsed without a look at their tokens.
func TestHarmless(t *testing.T) {
	seeds, err := testkit.Seeds("../..")
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for _, src := range seeds {
		if file := (&File{Name: "main.tf", Path: "main.tf", Bytes: src}); file.parse() == nil && harmless(src) == nil {
			looked++
		}
	}
	if looked > len(seeds)/100 {
		t.Errorf("the tokens of %d of %d files were looked at", looked, len(seeds))
	}
}

// FuzzJSON holds that every input in JSON is loaded without a panic, that what
// is read of it lies inside of what holds it, in order, and that every expression
// lies in the value that it is of.
func FuzzJSON(f *testing.F) {
	for _, src := range []string{
		`{"resource": {"aws_dynamodb_table": {"t": {"name": "a\"${var.b}\ud83d\ude00", "x": [1, null, "\n"]}}}}`,
		`[{"locals": {"a": "${var.on ? \"\u00e9\" : [for x in var.l : x]}"}}]`, `{"a": "\ud800"}`, "\uFEFF{}", "{\"a\": \"\xff\"}", `{"resource": []}`,
		`{"module": {"m": {"depends_on": ["aws_x.y", "${a}", "1"], "source": "./m"}}}`, `{"locals": {"a": "%{ if x }\\%{ endif }"}}`,
	} {
		f.Add([]byte(src))
	}
	seeds, err := testkit.JSONSeeds("../..")
	if err != nil {
		f.Fatal(err)
	}
	for _, src := range seeds {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file := &File{Name: "main.tf.json", Path: "main.tf.json", Bytes: src}
		root, err := file.ReadJSON()
		m := Load(".", []Source{{Name: file.Name, Path: file.Path, Bytes: src}})
		if err != nil {
			if len(m.Errors) == 0 {
				t.Errorf("no error, but %v", err)
			}
			return
		}
		holdsNested(t, root)
		if m.Files[0].Body == nil {
			return
		}
		for _, b := range m.Files[0].Body.Blocks {
			for _, a := range b.Body.Attributes {
				at := a.Expr.Range()
				if at.Start.Byte < a.SrcRange.Start.Byte || at.End.Byte > a.SrcRange.End.Byte || at.End.Byte < at.Start.Byte {
					t.Errorf("%s at %v is not in %v", a.Name, at, a.SrcRange)
				}
				m.Source(a.Expr)
			}
		}
	})
}

// holdsNested holds that the parts of a JSON value lie in it, one behind the
// other.
func holdsNested(t *testing.T, v JSONValue) {
	at := v.Start + 1
	inside := func(part JSONValue) {
		if part.Start < at || part.End >= v.End || part.End <= part.Start {
			t.Errorf("%d to %d does not lie behind %d, before %d", part.Start, part.End, at, v.End)
		}
		at = part.End
		holdsNested(t, part)
	}
	for _, m := range v.Members {
		inside(m.Key)
		inside(m.Value)
	}
	for _, e := range v.Elements {
		inside(e)
	}
}
