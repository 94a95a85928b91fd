package terraform

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// TestMayHaveHugeExponent holds that each long exponent is met, wherever it
// stands, and nothing else taken for one.
func TestMayHaveHugeExponent(t *testing.T) {
	digits := regexp.MustCompile(`[0-9]+`)
	r := rand.New(rand.NewPCG(1, 2))
	huge := 0
	for range 50_000 {
		src := make([]byte, r.IntN(24))
		for i := range src {
			src[i] = "e0123456789123456789E+-."[r.IntN(24)]
		}
		want := false
		for _, at := range digits.FindAllIndex(src, -1) {
			mark := bytes.TrimRight(src[:at[0]], "+-")
			want = want || len(mark) > 0 && mark[len(mark)-1]|0x20 == 'e' && len(bytes.TrimLeft(src[at[0]:at[1]], "0")) > maxExponent
		}
		if mayHaveHugeExponent(src) != want {
			t.Fatalf("%q: %v, want %v", src, !want, want)
		}
		if want {
			huge++
		}
	}
	if huge < 5000 || huge > 45_000 {
		t.Errorf("%d of 50,000 have one", huge)
	}
}

// TestManyTokens holds what is counted: each word, each sign and each line.
func TestManyTokens(t *testing.T) {
	const src = "aa zz AA ZZ 00 99 __\n(\t) a-b"
	for limit, want := range map[int]int{11: 26, 12: 27, 9: 23, 0: 0} {
		if at, many := manyTokens([]byte(src), limit); at != want || !many {
			t.Errorf("of %d: %d, %v; want %d", limit, at, many, want)
		}
	}
	if at, many := manyTokens([]byte(src), 13); many {
		t.Errorf("more than 13, at %d", at)
	}
}

// TestGuardTokens holds how deep code nests: what closes, or ends, counts no more.
func TestGuardTokens(t *testing.T) {
	const many, deep = 3 * maxDepth, maxDepth + 1
	lines := func(line string) string { return strings.Repeat(line+"\n", many) }
	for src, refused := range map[string]bool{
		"a = " + strings.Repeat("[", deep) + strings.Repeat("]", deep): true,
		lines("a = [[[1]]]"):                                                  false,
		"a = 1" + strings.Repeat(" + 1", deep):                                true,
		lines("a = 1 + -1"):                                                   false,
		lines("a = 1 + 1") + "b = " + strings.Repeat("[", deep):               true,
		"a = [" + strings.Repeat("1 + 1, ", many) + "]":                       false,
		"a = [" + strings.Repeat("1 + 1, ", many) + strings.Repeat("(", deep): true,
		"a = (1" + strings.Repeat(" +\n 1", deep) + ")":                       true,
		"a = b" + strings.Repeat("[0]", deep):                                 true,
		lines("a = b[0][1]"):                                                  false,
		lines("b {\n}"):                                                       false,
		strings.Repeat("b {\n", deep):                                         true,
		"a = \"" + strings.Repeat("%{ if a }", deep):                          true,
		"a = \"" + strings.Repeat("%{ if a }%{ endif }", many) + "\"":         false,
		"a = " + strings.Repeat("{for k in ", deep):                           true,
		lines("a = {for k in b : k => 1 + 1}"):                                false,
		"a = \"" + strings.Repeat("${\"", deep):                               true,
		lines("a = \"${b}\""):                                                 false,
	} {
		tokens, _ := hclsyntax.LexConfig([]byte(src), "", hcl.InitialPos)
		reason, _ := guardTokens(tokens)
		if (reason != "") != refused {
			t.Errorf("%.40q: %q, refused %v", src, reason, refused)
		}
	}
}
