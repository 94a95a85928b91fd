package terraform

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"testing"
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
