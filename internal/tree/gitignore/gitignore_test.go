package gitignore

import (
	"runtime/debug"
	"strings"
	"testing"
)

// TestMatch holds what patterns match. That all of them match what git says is
// tested where there is a git: with the walk.
func TestMatch(t *testing.T) {
	for _, test := range []struct {
		pattern  string
		yes, not []string // a folder ends with a slash
	}{
		{"foo", []string{"foo", "foo/", "a/foo"}, []string{"foobar", "foo/bar", "FOO", "a/b"}},
		{"/foo", []string{"foo"}, []string{"a/foo"}},
		{"a/foo", []string{"a/foo"}, []string{"b/a/foo", "a/b/foo"}},
		{"foo/", []string{"foo/", "a/foo/"}, []string{"foo"}},
		{"foo//", nil, []string{"foo", "foo/"}},
		{"*.tf", []string{".tf", "a.tf", "b/a.tf"}, []string{"a.tfx", "a.tf/b"}},
		{"a/*.tf", []string{"a/.tf", "a/b.tf"}, []string{"a/b/c.tf"}},
		{"a**b", []string{"ab", "axb", "c/axb"}, []string{"a/b", "axb/c"}},
		{"/a**b", []string{"ab", "axb"}, []string{"a/b", "c/axb"}},
		{"**/a/x", []string{"a/x", "b/a/x", "a/x/a/x"}, []string{"x", "a/b/x"}},
		{"a/**/x", []string{"a/x", "a/b/x", "a/b/c/x"}, []string{"ax", "a/bx", "b/a/x"}},
		{"a/**", []string{"a/x", "a/x/y"}, []string{"a", "a/", "b/a/x"}},
		{"**", []string{"a", "a/b/"}, nil},
		{"**/**/a", []string{"a", "b/c/a"}, []string{"b/c"}},
		{"foo**/bar", []string{"foo/bar", "foox/bar"}, []string{"foobar", "foo/x/bar"}},
		{"**foo/bar", []string{"foo/bar", "xfoo/bar"}, []string{"x/foo/bar"}},
		{"a/b**", []string{"a/b", "a/bc"}, []string{"a/bc/d"}},
		{"?", []string{"a", "\xff"}, []string{"é", "ab"}},
		{"a?b", []string{"axb"}, []string{"a/b", "ab"}},
		{`\?`, []string{"?"}, []string{"a"}},
		{`a\`, nil, []string{"a", `a\`}},
		{"[a-c]x", []string{"ax", "cx"}, []string{"dx", "x"}},
		{"[!a-c]x", []string{"dx"}, []string{"ax", "x"}},
		{"[^a]", []string{"b"}, []string{"a"}},
		{"a[!b]c", []string{"axc"}, []string{"a/c", "abc"}},
		{"a/[!b]c", []string{"a/xc"}, []string{"a//c"}},
		{"[]-]", []string{"]", "-"}, []string{"a"}},
		{"[a-]", []string{"a", "-"}, []string{"b"}},
		{`[\]\-z]`, []string{"]", "-", "z"}, []string{`\`, "a"}},
		{`[+-\-]`, []string{"+", ",", "-"}, []string{"."}},
		{"[[:digit:]x]", []string{"1", "x"}, []string{"d", ":"}},
		{"[![:alpha:]]", []string{"1"}, []string{"a", "Z"}},
		{"[[:space:]]", []string{" ", "\t", "\r"}, []string{"\v", "a"}},
		{"[[:blank:][:cntrl:]]", []string{" ", "\t", "\x01", "\x7f"}, []string{"a", "\xff"}},
		{"[[:graph:]]", []string{"!", "~", "a"}, []string{" ", "\x7f", "\xff"}},
		{"[[:print:]]", []string{" ", "~"}, []string{"\t", "\x7f"}},
		{"[[:punct:]]", []string{"!", "_", "~"}, []string{"a", "1", " "}},
		{"[[:xdigit:][:upper:]]", []string{"f", "F", "9", "Z"}, []string{"g"}},
		{"[[:alnum:]]", []string{"a", "Z", "0"}, []string{"_", "\xe9"}},
		{"[[:lower:]]", []string{"a"}, []string{"A"}},
		{"[[:word:]]", nil, []string{"a", "w", ":]"}},
		{"[a[:]b]", []string{"ab]", "[b]", ":b]"}, []string{"b"}},
		{"[ab", nil, []string{"a", "[ab"}},
		{"*[ab", nil, []string{"a", "[ab"}},
		{"**\\/a", []string{"b/a", "b/c/a"}, []string{"a"}},
		{"/", nil, []string{"a", "a/"}},
		{"!", nil, []string{"a", "!"}},
		{"", nil, []string{"a"}},
	} {
		p := Parse("", "")
		p.Add(test.pattern)
		for _, path := range test.yes {
			if p.Match(strings.TrimSuffix(path, "/"), strings.HasSuffix(path, "/")) != Excluded {
				t.Errorf("%q does not match %q", test.pattern, path)
			}
		}
		for _, path := range test.not {
			if p.Match(strings.TrimSuffix(path, "/"), strings.HasSuffix(path, "/")) != Undecided {
				t.Errorf("%q matches %q", test.pattern, path)
			}
		}
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{ // the patterns, with a bar between them
		"a\n\nb":                      "a|b",
		"# a\n\\#a\n #a\n":            `\#a| #a`,
		"a  \nb\\ \nc\\\\ \nd \t\n  ": `a|b\ |c\\|d ` + "\t",
		"a\r\n\r\nb\r":                "a|b",
		"\uFEFFa\n\uFEFFb\n":          "a|\uFEFFb",
		"a\x00b\n\xff\n":              "a|\xff",
		"a\\":                         `a\`,
	} {
		var got []string
		for _, p := range Parse(text, "").list {
			got = append(got, p.text)
		}
		if got := strings.Join(got, "|"); got != want {
			t.Errorf("%q has the patterns %q, want %q", text, got, want)
		}
	}
}

func TestVerdicts(t *testing.T) {
	p := Parse("*.tf\n!keep.tf\n/sub/\n!x/\n", "a/b")
	for path, want := range map[string]Verdict{
		"a/b/x.tf": Excluded, "a/b/c/x.tf": Excluded, "a/b/keep.tf": Included, "a/b/sub/": Excluded, "a/b/c/sub/": Undecided, "a/b/x/": Included,
		"x.tf": Undecided, "a/x.tf": Undecided, "a/bx.tf": Undecided, "a/b.tf": Undecided,
	} {
		if got := p.Match(strings.TrimSuffix(path, "/"), strings.HasSuffix(path, "/")); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	if left := p.Allow("a/b/sub"); left.Match("a/b/sub", true) != Undecided || left.Match("a/b/x.tf", false) != Excluded || p.Match("a/b/sub", true) != Excluded {
		t.Error("what is allowed is excluded, or something else is not")
	}
}

// TestHopeless holds that no pattern takes exponential time, which would not
// end, or recursion as deep as the pattern is long.
func TestHopeless(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(8 << 20))
	deep := strings.Repeat("a/", 1000)
	for _, pattern := range []string{
		strings.Repeat("**/a/", 300) + "b", strings.Repeat("**/", 300_000) + "b", strings.Repeat("**/*/", 300) + "b", strings.Repeat("***/*a*/", 300) + "b",
		"/" + strings.Repeat("*a", 1000) + "b", "/**/" + strings.Repeat("*[a]?", 300) + "b", strings.Repeat("**/*a*a*a/", 20) + "b",
	} {
		p := Parse("", "")
		p.Add(pattern)
		for _, path := range []string{deep + "x", strings.Repeat("a", 255), deep + strings.Repeat("a", 255), strings.Repeat("aaaaaaaaaaaaaaa/", 100) + "x"} {
			if p.Match(path, false) != Undecided {
				t.Errorf("%.20s matches %.20s", pattern, path)
			}
		}
	}
}

func TestAllocations(t *testing.T) {
	p := Parse("**/.terraform/*\n*.tfstate.*\n!a/**/b[[:alpha:]]?\n/c*d/\nfoo\n", "a")
	if n := testing.AllocsPerRun(100, func() { p.Match("a/modules/network/main.tf", false) }); n != 0 {
		t.Errorf("%v allocations to match a path", n)
	}
}

// FuzzPatterns holds that a path matches itself, whatever other patterns say,
// and that nothing makes the matcher panic.
func FuzzPatterns(f *testing.F) {
	f.Add("**/a[!b-d]**/\\", "x/a/c")
	f.Add("[[:alpha:]-z", "a b")
	f.Add("!*[]]/**/?", "é/\xff")
	f.Fuzz(func(t *testing.T, text, path string) {
		path = strings.Trim(path, "/")
		p := Parse(text, "")
		p.Match(path, false)
		p.Match(path, true)
		if path == "" {
			return
		}
		var quoted strings.Builder
		for i := range len(path) {
			if path[i] != '/' {
				quoted.WriteByte('\\')
			}
			quoted.WriteByte(path[i])
		}
		p.Add("/" + quoted.String())
		if p.Match(path, false) != Excluded {
			t.Errorf("%q does not match itself", path)
		}
	})
}
