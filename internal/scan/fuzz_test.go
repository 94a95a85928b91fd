package scan_test

import (
	"testing"

	"cmkify/internal/testkit"
)

// FuzzBlocks holds any bytes to the laws of checkLaws.
func FuzzBlocks(f *testing.F) {
	files, err := testkit.Seeds("../..")
	if err != nil {
		f.Fatal(err)
	}
	for _, src := range files {
		f.Add(src)
	}
	for _, row := range rows {
		f.Add([]byte(row.src))
	}
	for _, n := range nestings {
		f.Add([]byte(n.before + n.open + n.open + n.inside + n.end + n.end + n.after))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 64<<10 {
			return // hclsyntax takes too long
		}
		if err := checkLaws(src); err != nil {
			t.Error(err)
		}
	})
}

// pieces are what FuzzTokens puts together.
var pieces = []string{
	"a", "b_1-c", " ", "\t", "\n", "\r\n", "\r", "=", "==", "=>", "{", "}", "[", "]", "(", ")", ",", ".", ":", "?", "\"", "\\", "\\\"", "${", "$${", "%{", "%%{",
	"${~", "~}", "~", "$", "%", "<<X\n", "<<-X\n", "<<X\r\n", "X\n", "  X\n", "X", "<", ">", "!", "-", "+", "*", "/", "&&", "||", "#", "//", "/*", "*/", "1", "1.5e3",
	"for", "if", "in", "endif", "endfor", "else", "\x00", "\xE9", "\xCD", "é", "e\u0301", "\uFEFF", "'", "`", ";", "...", "::",
	"a = ", "a {\n", "}\n", "a \"b\" {\n", "a { b = 1 }\n", "b = <<X\n", "\n  c = \"", "\"\n", "%{ if a }", "%{ endif }", "[for a in b : a]", "{for a, b in c : a => b}",
}

// FuzzTokens holds pieces of the language to the laws, in any order.
func FuzzTokens(f *testing.F) {
	for i := range pieces {
		f.Add([]byte{byte(i), byte(i)})
	}
	f.Fuzz(func(t *testing.T, picks []byte) {
		var src []byte
		for _, p := range picks[:min(len(picks), 200)] {
			src = append(src, pieces[int(p)%len(pieces)]...)
		}
		if err := checkLaws(src); err != nil {
			t.Errorf("%q: %v", src, err)
		}
	})
}
