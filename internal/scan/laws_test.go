package scan_test

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/scan"
	"cmkify/internal/testkit"
	"cmkify/internal/testkit/command"
	"cmkify/internal/testkit/corpus"
	"cmkify/internal/testkit/golden"
)

// checkLaws holds what Scan says of the bytes to what hclsyntax says of them:
//
//   - what Scan calls invalid, hclsyntax refuses;
//   - if Scan takes the file and hclsyntax does, they find the same blocks and
//     attributes in the same places, and each of them, parsed alone, is equal
//     to what it is in the whole: all ranges of all expressions are;
//   - if Scan takes the file and hclsyntax does not, hclsyntax refuses one of
//     the blocks or attributes, parsed alone, too;
//   - of a block that is called valid, hclsyntax refuses nothing.
func checkLaws(src []byte) error {
	whole, diags := hclsyntax.ParseConfig(src, "main.tf", hcl.InitialPos)
	f, err := scan.Scan(src)
	if err != nil {
		var e *scan.Error
		if !errors.As(err, &e) {
			return fmt.Errorf("an error that is no Error: %w", err)
		}
		if e.Invalid && !diags.HasErrors() {
			return fmt.Errorf("hclsyntax takes it: %w", err)
		}
		if e.Offset < 0 || e.Offset > len(src) || e.Message == "" {
			return fmt.Errorf("an error without a place or message: %#v", e)
		}
		return nil
	}
	if !diags.HasErrors() {
		return sameItems(f, whole.Body.(*hclsyntax.Body))
	}
	refused := false
	for _, b := range f.Blocks {
		if _, diags := f.ParseBlock(b, "main.tf"); diags.HasErrors() {
			if refused = true; f.Valid(b) {
				return fmt.Errorf("the block at %d is called valid: %w", b.Start, diags)
			}
		}
	}
	if refused {
		return nil
	}
	for _, a := range f.Attributes {
		if _, diags := f.ParseAttribute(a, "main.tf"); diags.HasErrors() {
			return nil
		}
	}
	return fmt.Errorf("hclsyntax refuses it, but takes all that is in it: %w", diags)
}

// sameItems compares what Scan found with what hclsyntax did.
func sameItems(f *scan.File, whole *hclsyntax.Body) error {
	if len(f.Blocks) != len(whole.Blocks) || len(f.Attributes) != len(whole.Attributes) {
		return fmt.Errorf("%d blocks and %d attributes; hclsyntax finds %d and %d", len(f.Blocks), len(f.Attributes), len(whole.Blocks), len(whole.Attributes))
	}
	for i, b := range f.Blocks {
		if err := sameBlock(f, b, whole.Blocks[i]); err != nil {
			return fmt.Errorf("block %d at %d: %w", i, b.Start, err)
		}
	}
	for _, a := range f.Attributes {
		if err := sameAttribute(f, a, whole.Attributes[string(a.Name)]); err != nil {
			return fmt.Errorf("attribute %s at %d: %w", a.Name, a.Start, err)
		}
	}
	return nil
}

func sameBlock(f *scan.File, b scan.Block, want *hclsyntax.Block) error {
	var labels []string
	for _, l := range b.Labels {
		labels = append(labels, string(l))
	}
	if string(b.Type) != want.Type || !reflect.DeepEqual(labels, want.Labels) {
		return fmt.Errorf("%s %q; hclsyntax says %s %q", b.Type, labels, want.Type, want.Labels)
	}
	got := [4]int{b.Start, b.Open, b.Close, b.Line}
	at := want.TypeRange.Start
	if offsets := [4]int{at.Byte, want.OpenBraceRange.Start.Byte, want.CloseBraceRange.Start.Byte, at.Line}; got != offsets {
		return fmt.Errorf("start, braces and line at %v; hclsyntax says %v", got, offsets)
	}
	alone, diags := f.ParseBlock(b, "main.tf")
	if len(diags) > 0 {
		return fmt.Errorf("parsed alone: %w", diags)
	}
	return equal(alone, want)
}

func sameAttribute(f *scan.File, a scan.Attribute, want *hclsyntax.Attribute) error {
	if want == nil {
		return errors.New("hclsyntax does not find it")
	}
	got := [4]int{a.Start, a.Equals, a.End, a.Line}
	at := want.SrcRange
	if offsets := [4]int{at.Start.Byte, want.EqualsRange.Start.Byte, at.End.Byte, at.Start.Line}; got != offsets {
		return fmt.Errorf("start, equals sign, end and line at %v; hclsyntax says %v", got, offsets)
	}
	alone, diags := f.ParseAttribute(a, "main.tf")
	if len(diags) > 0 {
		return fmt.Errorf("parsed alone: %w", diags)
	}
	return equal(alone, want)
}

// equal compares two nodes with all that is in them.
func equal(alone, whole hclsyntax.Node) error {
	if reflect.DeepEqual(alone, whole) {
		return nil
	}
	var got, want []hcl.Range
	for list, node := range map[*[]hcl.Range]hclsyntax.Node{&got: alone, &want: whole} {
		hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
			*list = append(*list, n.Range())
			return nil
		})
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Errorf("a range is %v alone, and %v in the whole", got[i], want[i])
		}
	}
	return errors.New("parsed alone it is not what it is in the whole")
}

// seeds returns the Terraform files of all golden cases, and their twins.
func seeds(t *testing.T) [][]byte {
	files, err := testkit.Seeds("../..")
	if err != nil {
		t.Fatal(err)
	}
	out := files
	for _, src := range files {
		for _, twin := range golden.Twins {
			out = append(out, twin.Change(src))
		}
	}
	return out
}

// TestGolden holds all files of the golden cases to the laws, and that those
// are taken that hclsyntax takes. Two cases are about files that are not.
func TestGolden(t *testing.T) {
	meant := map[string]bool{"nested deep": true, "a line end behind a broken character": true}
	blocks := 0
	for i, src := range seeds(t) {
		if i%command.Slowness > 0 {
			continue
		}
		if err := checkLaws(src); err != nil {
			t.Errorf("%v in:\n%.500s", err, src)
		}
		_, diags := hclsyntax.ParseConfig(src, "main.tf", hcl.InitialPos)
		f, err := scan.Scan(src)
		var e *scan.Error
		switch {
		case err == nil:
			blocks += len(f.Blocks)
		case diags.HasErrors():
		case !errors.As(err, &e) || !meant[e.Message]:
			t.Errorf("%v in:\n%.500s", err, src)
		}
	}
	if blocks < 5000/command.Slowness {
		t.Errorf("%d blocks", blocks)
	}
}

// TestValid holds that nearly all blocks of the golden cases are called valid,
// so that they need not be parsed to know.
func TestValid(t *testing.T) {
	blocks, valid := 0, 0
	for _, src := range seeds(t) {
		f, err := scan.Scan(src)
		if err != nil {
			continue
		}
		for _, b := range f.Blocks {
			blocks++
			if f.Valid(b) {
				valid++
			} else {
				t.Logf("%.300s", src[b.Start:b.Close+1])
			}
		}
	}
	if valid*100 < blocks*98 {
		t.Errorf("%d of %d blocks", valid, blocks)
	}
}

// TestValidForms holds that each form of an expression is called valid.
func TestValidForms(t *testing.T) {
	for _, expression := range []string{
		"19", "1.90", "-9", "!a", "!!a", "a && !b", "a != b", "a[9]", "a[*].b", "a.*.b", "a.b[\"c\"]", "a ? b : c", "(a)",
		"\"a$b\"", "\"$${a}\"", "\"%%{a}\"", "\"${a}\"", "\"${~ a ~}\"", `"\n\"\\"`, "[]", "[a,\n b,\n]", "{ a : 1 }", "{ a = 1, \"b\" = 2\n (c) = 3 }",
		"f()", "f(a, b)", "f(\n  a,\n  b,\n)", "[for a in b : a if a]", "{ for k, v in m : k => v if v }",
		"a /* b */ + c", "[a, # b\n c]", "[a, // b\n c]", "<<X\na ${b}\nX", "<<X\na X\nX", "<<-X\n  a\n  X", "<<-X\n\ta\n\tX",
	} {
		f, err := scan.Scan([]byte("b {\n  a = " + expression + "\n}\n"))
		if err != nil || !f.Valid(f.Blocks[0]) {
			t.Errorf("%s: %v", expression, err)
		}
	}
}

// length is that of the longest strings of TestEveryString. With 7 it takes
// minutes, and finds no more; a data race would be found with 2.
const length = 4 - command.Slowness/4

// TestEveryString holds all short strings of a few characters to the laws,
// each in a place where these characters mean most.
func TestEveryString(t *testing.T) {
	for _, c := range []struct {
		name, alphabet, before, after string
	}{
		{"strings", "$%{}\"\\~a", `a = "`, "\"\n"},
		{"heredocs", "$%{}\nX\r", "a = <<X\n", "\nX\n"},
		{"templates in heredocs", "${}\n<X\"", "a = <<X\n${", "}\nX\n"},
		{"blocks", "a{}=\n\"# /*", "", "\n"},
		{"block bodies", "a{}=\n[,", "a {", "}\n"},
		{"comments", "#/*\n\r {}", "a", "{}\n"},
		{"operators", "=!<>~-&}{", "a = {b ", " c}\n"},
		{"markers", "<-X\n\r 1", "a = ", "X\nX\n"},
		{"broken characters", "\xCD\xE2\x82\n\r#", "/*", "*/ b {}\nb {}\n"},
		{"characters in front", "\u00e9\u0301\u200d\n*/ ", "/*", "*/ a { b = 1 }\n"},
		{"numbers in blocks", "1.[]ae+", "b {\n  a = 1", "\n}\n"},
		{"expressions in blocks", "a1?:!-(", "b {\n  a = (", ")\n}\n"},
		{"operators in blocks", "a=!<>&|-", "b {\n  a = a ", " a\n}\n"},
		{"objects in blocks", "a:=,\n>(", "b {\n  a = {", "a}\n}\n"},
		{"tuples in blocks", "a,[]\n.*", "b {\n  a = [", "]\n}\n"},
		{"loops in blocks", "a:,\n=>.", "b {\n  a = [for a in a", "]\n}\n"},
		{"loops of objects in blocks", "a:=>.\n ", "b {\n  a = {for a in a : a ", "}\n}\n"},
		{"traversals in blocks", "a.[]*1\"", "b {\n  a = a", "\n}\n"},
		{"strings in blocks", "$%{}\"\\~a", "b {\n  a = \"", "\"\n}\n"},
		{"escapes in blocks", "\\nu01$\"", "b {\n  a = \"", "\"\n}\n"},
		{"heredocs in blocks", "$%{}\nX\ra", "b {\n  a = <<X\n", "\nX\n}\n"},
		{"bodies in blocks", "a{}=\n\"# ", "b {\n", "}\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			taken := 0
			for middle := range stringsOf(c.alphabet) {
				src := slices.Concat([]byte(c.before), middle, []byte(c.after))
				if err := checkLaws(src); err != nil {
					t.Fatalf("%q: %v", src, err)
				}
				if _, err := scan.Scan(src); err == nil {
					taken++
				}
			}
			if taken == 0 {
				t.Error("none is taken")
			}
		})
	}
}

// stringsOf yields all strings of up to length bytes of an alphabet.
func stringsOf(alphabet string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		level := [][]byte{nil}
		for range length + 1 {
			var next [][]byte
			for _, s := range level {
				if !yield(s) {
					return
				}
				for i := range len(alphabet) {
					next = append(next, append(slices.Clip(s), alphabet[i]))
				}
			}
			level = next
		}
	}
}

// TestGenerated holds that the files of a generated tree are taken, values of
// variables, too, and all of them to the laws.
func TestGenerated(t *testing.T) {
	root := t.TempDir()
	if _, err := corpus.Write(root, corpus.Options{Directories: 20, Tables: 0.5, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	files := 0
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if ext := filepath.Ext(path); err != nil || ext != ".tf" && ext != ".tfvars" {
			return err
		}
		files++
		src, err := os.ReadFile(path)
		if _, unsure := scan.Scan(src); unsure != nil {
			t.Errorf("%s: %v", path, unsure)
		}
		if err := checkLaws(src); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		return err
	})
	if err != nil || files < 50 {
		t.Errorf("%d files, %v", files, err)
	}
}
