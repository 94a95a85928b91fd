package scan_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"cmkify/internal/scan"
)

// rows are files with what Scan finds: blocks as TYPE(LABELS), then attributes
// as NAME, or the beginning of its error.
var rows = []struct{ name, src, want string }{
	{"nothing", "", ""},
	{"blank lines", "\n \t\n\r\n", ""},
	{"a block", "resource \"a\" \"b\" {\n  x = 1\n}\n", "resource(a,b)"},
	{"an empty block", "a {\n}\n", "a()"},
	{"an empty block on one line", "a {}\n", "a()"},
	{"a block on one line", "a { b = \"}\" }\n", "a()"},
	{"a block on one line with more in it", "a { b = {c = [1, (2)]} }\n", "a()"},
	{"labels without quotes", "resource aws_dynamodb_table my-t_1 {}\n", "resource(aws_dynamodb_table,my-t_1)"},
	{"labels without blanks", "a\"b\"\"c\"{}\n", "a(b,c)"},
	{"an empty label", "a \"\" {}\n", "a()"},
	{"many labels", "a b c d e f {}\n", "a(b,c,d,e,f)"},
	{"escapes in a label", `a "b\"c\\d\u00e9\n" {}` + "\n", "a(b\"c\\dé\n)"},
	{"escaped templates in a label", `a "$${b} %%{c}" {}` + "\n", "a(${b} %{c})"},
	{"dollars and percents in a label", `a "$b%c$" {}` + "\n", "a($b%c$)"},
	{"a label outside ASCII", "a \"Größe\" {}\n", "a(Größe)"},
	{"two blocks", "a {}\nb {}\n", "a() b()"},
	{"attributes", "a = 1\nb={\n  c = 2\n}\n", "a b"},
	{"attributes among blocks", "a = 1\nb {}\nc = [\n1,\n]\n", "b() a c"},
	{"an attribute over lines", "a = f(\n  1,\n  2,\n)[\n0\n] + 1 # c\n", "a"},
	{"attributes with comments behind", "a = 1 # b\nc = 2 // d\ne = 3\n", "a c e"},
	{"an attribute that compares", "a = 1 == 2 && b != c || d <= e && f >= g\n", "a"},
	{"an arrow in an attribute", "a = {for k, v in x : k => v...}\n", "a"},
	{"an attribute that ends with the file", "a = 1", "a"},
	{"an attribute with comments within the line", "a = /* b */ 1 /* c */ /* d\n */ // e\n", "a"},
	{"no last newline", "a {\n}", "a()"},
	{"a comment without newline at the end", "a {}\n# b", "a()"},
	{"a comment behind a block", "a {} # b\nb {} // c\nc {} /* d */\n", "a() b() c()"},
	{"comments in a header", "a /* { */ \"b\" /* \n } */ c /**/ { /* d */ }\n", "a(b,c)"},
	{"a comment before a block on its line", "/* a\n b */ c {}\n", "c()"},
	{"braces in comments", "a { # }\n// }\n/* } */\n}\n", "a()"},
	{"a comment that looks like another's end", "/*/ a {} /*/ b {}\n/* // */ c {}\n", "b() c()"},
	{"quotes in comments", "# it's \"\na {}\n", "a()"},
	{"NUL and Latin-1 in comments", "# caf\xe9 \x00\na { # \x00 d\xe9j\xe0\n}\n/* \x00\xff */ b {}\n", "a() b()"},
	{"carriage returns", "a {\r\n  b = <<X\r\n}\r\nX\r\n}\r\n\r\nc = 1\r\n", "a() c"},
	{"a carriage return in a comment", "# a\rb\nc {}\n", "c()"},
	{"a byte order mark", "\uFEFFa {\n}\n", "a()"},
	{"strings with braces", `a { b = "}\"}" }` + "\n", "a()"},
	{"a backslash at a string's end", `a { b = "}\\" }` + "\n", "a()"},
	{"templates", `a { b = "${"${"}"}"}" }` + "\n", "a()"},
	{"templates with brackets", `a { b = "x${ {a = [f({})]}["a"] }}" }` + "\n", "a()"},
	{"templates with lines", "a {\n b = \"${\n 1 # }\n}\"\n}\n", "a()"},
	{"directives", `a { b = "%{ if x }}%{ else }{%{ endif }" }` + "\n", "a()"},
	{"templates that trim", `a { b = "${~ x ~}%{~ if y ~}}%{~endif~}" }` + "\n", "a()"},
	{"escaped templates", `a { b = "$${}%%{}}$$${}$$$${ }" }` + "\n", "a()"},
	{"dollars and percents", `a { b = "$}%}$$}%%}$" }` + "\n", "a()"},
	{"a dollar before a template", `a { b = "%${"}"}$%{if "}" == c}%{endif}" }` + "\n", "a()"},
	{"a heredoc", "a {\n  b = <<X\n} \" ' # /* \\\nX\n}\n", "a()"},
	{"a heredoc with its marker in it", "a {\n  b = <<X\nX1\nXX\n X y\n$X\nX$\nX\n}\n", "a()"},
	{"a heredoc with an indented marker", "a {\n  b = <<-X\n    c\n \t X \t \n}\n", "a()"},
	{"a heredoc with a blank that is none of ASCII", "a {\n  b = <<X\n\fX\u00a0\n}\n", "a()"},
	{"a heredoc of nothing", "a {\n  b = <<X\nX\n}\n", "a()"},
	{"a heredoc with a template", "a {\n  b = <<X\n${ \"}\" }\nX${ 1\n}X\nX\n}\n", "a()"},
	{"a heredoc with escaped templates", "a {\n  b = <<X\n$${ %%{ $ % $\n\\${ 1 }\nX\n}\n", "a()"},
	{"a heredoc with directives", "a {\n  b = <<X\n%{ for x in y ~}\n}${x}\n%{ endfor ~}\nX\n}\n", "a()"},
	{"a heredoc in a heredoc", "a {\n  b = <<X\n${ <<Y\nX\n${<<-Z\n}\n  Z\n}\nY\n}\nX\n}\n", "a()"},
	{"a heredoc in a quoted string", "a {\n  b = \"${<<X\n\"}\nX\n}\"\n}\n", "a()"},
	{"a heredoc in a call", "a = f(<<X\n)\nX\n, 1)\nb {}\n", "b() a"},
	{"a heredoc as the last attribute", "a = <<X\nb\nX\n", "a"},
	{"a heredoc in an attribute, then another", "a = <<X\nb\n  X  \nc = 1\n", "a c"},
	{"a heredoc with a long marker", "a = <<END-OF_it2\nEND\nEND-OF_it2\n", "a"},
	{"less than, twice", "a { b = c < d }\ne { f = \"x\" }\n", "a() e()"},
	{"a type called for", "for {}\nif = 1\n", "for() if"},
	{"a minus in a name", "a-b- c- {}\n", "a-b-(c-)"},

	{"a body that hclsyntax refuses", "a {\n  b = = 1\n}\nc {}\n", "a() c()"},
	{"a value that hclsyntax refuses", "a = 1 +\nb = 2\n", "a b"},
	{"arguments on one line", "a { b = 1, c = 2 }\n", "a()"},
	{"a bad escape in a body", `a { b = "\q" }` + "\n", "a()"},

	{"a block that does not end", "a {\n", "invalid: unexpected end of file"},
	{"a string that does not end", "a { b = \"", "invalid: a string that does not end"},
	{"a heredoc that does not end", "a {\n b = <<X\nX", "invalid: a heredoc that does not end"},
	{"a comment that does not end", "a {}\n/* b", "invalid: a comment that does not end"},
	{"a comment's beginning as its end", "/*/\n", "invalid: a comment that does not end"},
	{"a template that does not end", "a { b = \"${", "invalid: unexpected end of file"},
	{"a header that does not end", "a \"b\"", "invalid: unexpected end of file"},
	{"a header over lines", "a \"b\"\n{}\n", "invalid: unexpected character"},
	{"a comment to the line's end in a header", "a # b\n{}\n", "invalid: unexpected character"},
	{"a name alone", "a\n", "invalid: unexpected character"},
	{"a name at the end", "a", "invalid: unexpected end of file"},
	{"an equals sign in a header", "a \"b\" = {}\n", "invalid: unexpected character"},
	{"a comparison", "a == {}\n", "invalid: unexpected character"},
	{"an arrow", "a => {}\n", "invalid: unexpected character"},
	{"a number", "5 {}\n", "invalid: unexpected character"},
	{"a quoted type", "\"a\" {}\n", "invalid: unexpected character"},
	{"a lone brace", "a {}\n}\n", "invalid: unexpected character"},
	{"a brace too many", "a {}}\n", "invalid: unexpected character"},
	{"two blocks on a line", "a {} b {}\n", "invalid: unexpected character"},
	{"two blocks with a comment between", "a {} /*\n*/ b {}\n", "invalid: unexpected character"},
	{"brackets that do not match", "a { b = [} ]\n}\n", "invalid: brackets that do not match"},
	{"a template that ends a block", "a { ~}\n", "invalid: brackets that do not match"},
	{"a template that ends in parentheses", "a { b = \"${(}\" }\n", "invalid: brackets that do not match"},
	{"a line end in a string", "a { b = \"c\nd\" }\n", "invalid: a line end in a quoted string"},
	{"an escaped line end in a string", "a { b = \"c\\\nd\" }\n", "invalid: a line end in a quoted string"},
	{"a template in a label", "a \"${b}\" {}\n", "invalid: a template in a label"},
	{"a bad escape in a label", "a \"\\q\" {}\n", "invalid: an invalid escape in a label"},
	{"an attribute twice", "a = 1\na = 2\n", "invalid: an attribute set twice"},
	{"a semicolon", "a { b = 1; }\n", "invalid: unexpected character"},
	{"single quotes", "a { b = 'c' }\n", "invalid: unexpected character"},
	{"NUL between blocks", "a {}\n\x00\n", "invalid: unexpected character"},
	{"NUL in a body", "a {\n\x00\n}\n", "invalid: unexpected character"},
	{"a carriage return in a body", "a {\r  b = 1\n}\n", "invalid: unexpected character"},
	{"a carriage return alone", "a {}\rb {}\n", "invalid: unexpected character"},
	{"a second byte order mark", "\uFEFF\uFEFFa {}\n", "unsure: a letter outside ASCII"},
	{"UTF-16", "\xFF\xFEa\x00 \x00{\x00}\x00", "unsure: a letter outside ASCII"},

	{"a name outside ASCII", "größe = 1\n", "unsure: a letter outside ASCII"},
	{"a name outside ASCII in a body", "a { größe = 1 }\n", "unsure: a letter outside ASCII"},
	{"a marker outside ASCII", "a = <<Ö\nÖ\n", "unsure: a marker outside ASCII"},
	{"curly quotes", "a { b = “c” }\n", "unsure: a letter outside ASCII"},
	{"Latin-1 in a string", "a { b = \"caf\xe9\" }\n", "unsure: a string that is not UTF-8"},
	{"Latin-1 in a label", "a \"caf\xe9\" {}\n", "unsure: a string that is not UTF-8"},
	{"Latin-1 in a heredoc", "a = <<X\ncaf\xe9\nX\n", "unsure: a string that is not UTF-8"},
	{"a line end behind a character cut short", "# \xCD\na {}\n", "unsure: a line end behind a broken character"},
	{"a line end in a broken character, in a body", "a {\n# No\xebl\n}\nb {}\n", "unsure: a line end behind a broken character"},
	{"a carriage return in a heredoc", "a = <<X\nb\rc\nX\n", "unsure: a carriage return in a heredoc"},
	{"a carriage return before a marker", "a = <<X\n\rX\n", "unsure: a carriage return in a heredoc"},
	{"a carriage return behind a dollar in a heredoc", "a = <<X\n$\rc\nX\n", "unsure: a carriage return in a heredoc"},
}

func TestScan(t *testing.T) {
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got := summary([]byte(row.src))
			if !strings.HasPrefix(got, row.want) || row.want == "" && got != "" {
				t.Errorf("%q\ngot  %s\nwant %s", row.src, got, row.want)
			}
			if err := checkLaws([]byte(row.src)); err != nil {
				t.Errorf("%q: %v", row.src, err)
			}
		})
	}
}

// summary returns what Scan finds in the bytes, as rows say it.
func summary(src []byte) string {
	f, err := scan.Scan(src)
	var e *scan.Error
	switch {
	case errors.As(err, &e) && e.Invalid:
		return "invalid: " + e.Message
	case errors.As(err, &e):
		return "unsure: " + e.Message
	}
	var out []string
	for _, b := range f.Blocks {
		var labels []string
		for _, l := range b.Labels {
			labels = append(labels, string(l))
		}
		out = append(out, fmt.Sprintf("%s(%s)", b.Type, strings.Join(labels, ",")))
	}
	for _, a := range f.Attributes {
		out = append(out, string(a.Name))
	}
	return strings.Join(out, " ")
}
