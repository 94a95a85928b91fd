package scan_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/scan"
)

// nestings are all that hclsyntax recurses on, as what comes before, in and
// behind: the pieces are repeated.
var nestings = []struct{ name, before, open, inside, end, after string }{
	{"brackets", "a = ", "[", "", "]", "\n"},
	{"brackets never closed", "a = ", "[", "", "", ""},
	{"blocks", "", "b {\n", "", "}\n", ""},
	{"objects", "a = ", "{ b = ", "1", " }", "\n"},
	{"parentheses", "a = ", "(", "1", ")", "\n"},
	{"function calls", "a = ", "f(", "1", ")", "\n"},
	{"for expressions", "a = ", "[for b in ", "c", ": b]", "\n"},
	{"templates", "a = ", `"${`, "1", `}"`, "\n"},
	{"heredocs in each other", "a = ", "<<X\n${", "1", "}\nX\n", "\n"},
	{"ifs", `a = "`, "%{if true}", "", "%{endif}", "\"\n"},
	{"fors in a heredoc", "a = <<X\n", "%{for b in c}", "", "%{endfor}", "\nX\n"},
	{"unary operators", "a = ", "!", "true", "", "\n"},
	{"minus signs", "a = ", "-", "1", "", "\n"},
	{"unary operators on lines of their own", "a = (", "!\n", "true", "", ")\n"},
	{"conditionals", "a = ", "b ? 1 : ", "2", "", "\n"},
	{"conditionals within", "a = ", "b ? ", "1", " : 2", "\n"},
	{"sums", "a = ", "1 + ", "1", "", "\n"},
	{"products", "a = ", "1 * ", "1", "", "\n"},
	{"divisions", "a = ", "1 / ", "1", "", "\n"},
	{"remainders", "a = ", "1 % ", "1", "", "\n"},
	{"conjunctions", "a = ", "b && ", "b", "", "\n"},
	{"disjunctions", "a = ", "b || ", "b", "", "\n"},
	{"equalities", "a = ", "b == ", "b", "", "\n"},
	{"inequalities", "a = ", "b != ", "b", "", "\n"},
	{"comparisons", "a = ", "b < ", "b", "", "\n"},
	{"comparisons or equalities", "a = ", "b >= ", "b", "", "\n"},
	{"indexes", "a = b", "[c]", "", "", "\n"},
	{"indexes on lines of their own", "a = (b", "\n[c]", "", "", ")\n"},
	{"splats", "a = b", "[*]", "", "", "\n"},
	{"operators in a body", "a {\n  b = ", "!", "true", "", "\n}\n"},
}

// TestDeep holds that what nests too deep for a stack is given up, whatever
// nests, and that what does not is taken.
func TestDeep(t *testing.T) {
	for _, n := range nestings {
		t.Run(n.name, func(t *testing.T) {
			nested := func(times int) []byte {
				return []byte(n.before + strings.Repeat(n.open, times) + n.inside + strings.Repeat(n.end, times) + n.after)
			}
			for _, times := range []int{scan.MaxDepth + 1, 100_000} {
				var e *scan.Error
				if _, err := scan.Scan(nested(times)); !errors.As(err, &e) || e.Invalid || e.Message != "nested deep" {
					t.Errorf("%d levels: %v", times, err)
				}
			}
			if err := checkLaws(nested(scan.MaxDepth / 3)); err != nil {
				t.Errorf("%d levels: %v", scan.MaxDepth/3, err)
			}
			if _, err := scan.Scan(nested(scan.MaxDepth / 4)); err != nil && n.end+n.after != "" {
				t.Errorf("%d levels: %v", scan.MaxDepth/4, err)
			}
		})
	}
}

// TestWide holds that many small nestings are not taken for a deep one.
func TestWide(t *testing.T) {
	for name, line := range map[string]string{
		"operators": "  a = -1 + !b\n", "conditionals": "  a = b ? [1] : {}\n", "blocks": "  a { b = [1] }\n",
		"items": "  a = [1, -2, [3]]\n", "templates": "  a = \"${b[0]} %{if c}d%{endif}\"\n", "comparisons": "  a = b == c && d != e\n",
	} {
		src := "x {\n" + strings.Repeat(line, 5000) + "}\n"
		if f, err := scan.Scan([]byte(src)); err != nil || len(f.Blocks) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := scan.Scan([]byte("a = [" + strings.Repeat("-1, ", 5000) + "]\n")); err != nil {
		t.Error(err)
	}
}

// TestLarge holds that Scan ends soon on megabytes of whatever could make it
// look at the same bytes again and again.
func TestLarge(t *testing.T) {
	const size = 2 << 20
	for _, row := range []struct{ name, before, repeated, after, want string }{
		{"blocks", "", "a {}\n", "", ""},
		{"blocks behind comments", "", "/* b */ a {}\n", "", ""},
		{"blocks behind one comment", "/* ", "é", " */ a {}\n", "unsure: a very long block or attribute"},
		{"comments in front of a block", "", "/**/", " a {}\n", "unsure: a very long block or attribute"},
		{"comment lines in front of a block", "", "# b\n", "a {}\n", "a()"},
		{"comments that do not end", "", "/* ", "", "invalid: a comment that does not end"},
		{"comments that are not UTF-8", "", "# \xe9\xe9 b\n", "", ""},
		{"a comment that is not UTF-8", "# ", "\xe9", " b\n", ""},
		{"labels", "a ", "b ", "{}\n", "unsure: a very long block or attribute"},
		{"a label", "a \"", "b", "\" {}\n", "unsure: a very long block or attribute"},
		{"a label of escapes", "a \"", "$", "\" {}\n", "unsure: a very long label"},
		{"a string", "a { b = \"", "c", "\" }\n", "unsure: a very long block or attribute"},
		{"a string of escapes", "a { b = \"", "\\n$${", "\" }\n", "unsure: a very long block or attribute"},
		{"a string that does not end", "a { b = \"", "$", "", "invalid: a string that does not end"},
		{"strings", "a { b = ", "\"\"", "}\n", "unsure: a very long block or attribute"},
		{"templates in a string", "a { b = \"", "${c}", "\" }\n", "unsure: a very long block or attribute"},
		{"a line in a heredoc", "a = <<X\n", "X", "\nX\n", "unsure: a very long heredoc"},
		{"lines in a heredoc", "a = <<X\n", "X y\n", "\nX\n", "unsure: a very long heredoc"},
		{"blanks in a heredoc", "a = <<X\n", " ", "\nX\n", "unsure: a very long heredoc"},
		{"a heredoc that does not end", "a = <<X\n", "X", "", "invalid: a heredoc that does not end"},
		{"heredocs that do not begin", "a { b = ", "<<X ", "}\n", "unsure: nested deep"},
		{"a marker", "a = <<", "X", "\n", "invalid: a heredoc that does not end"},
		{"a marker without a line's end", "a { b = <<", "X", " }\n", "unsure: a very long block or attribute"},
		{"a name", "a", "a", " {}\n", "unsure: a very long block or attribute"},
		{"blank lines", "", "\n", "", ""},
		{"NUL", "", "\x00", "", "invalid: unexpected character"},
		{"NUL in a body", "a {\n", "\x00", "}\n", "invalid: unexpected character"},
	} {
		t.Run(row.name, func(t *testing.T) {
			src := row.before + strings.Repeat(row.repeated, size/len(row.repeated)) + row.after
			got := summary([]byte(src))
			if row.want == "" && strings.Contains(got, ":") || !strings.HasPrefix(got, row.want) {
				t.Errorf("got %.100s, want %q", got, row.want)
			}
		})
	}
}

// TestHeredocLimit holds that no heredoc is taken that hclsyntax takes too long
// to parse, and none too many is refused.
func TestHeredocLimit(t *testing.T) {
	for size, want := range map[int]string{scan.MaxHeredoc - 10: "a()", scan.MaxHeredoc + 1: "unsure: a very long heredoc"} {
		src := "a {\n  b = <<X\n" + strings.Repeat("c", size) + "\nX\n}\n"
		if got := summary([]byte(src)); got != want {
			t.Errorf("%d bytes: %s", size, got)
		}
	}
}

// TestParseAlone holds that a block with errors has none of another's.
func TestParseAlone(t *testing.T) {
	f, err := scan.Scan([]byte("a {\n  b = = 1\n}\nc {\n  d = 1\n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	bad, diags := f.ParseBlock(f.Blocks[0], "main.tf")
	if bad != nil || !diags.HasErrors() || diags[0].Subject.Start.Line != 2 || diags[0].Subject.Filename != "main.tf" {
		t.Errorf("%v, %v", bad, diags)
	}
	good, diags := f.ParseBlock(f.Blocks[1], "main.tf")
	if len(diags) > 0 || good.Type != "c" || good.Body.Attributes["d"].Expr.(*hclsyntax.LiteralValueExpr).SrcRange.Start.Line != 5 {
		t.Errorf("%v, %v", good, diags)
	}
}
