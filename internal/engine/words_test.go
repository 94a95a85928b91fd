package engine

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestFindWords holds that all words are found that stand in a text, wherever
// they stand, in texts that are made of words and parts of them.
func TestFindWords(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	total := 0
	for range 20_000 {
		var src []byte
		for range r.IntN(8) {
			word := words[r.IntN(len(words))]
			from := r.IntN(len(word))
			src = append(src, word[from*r.IntN(2):]...)
			src = append(src, "\nsouaw_"[:r.IntN(4)]...)
		}
		var got, want []string
		findWords(src, func(word string, end int) { got = append(got, fmt.Sprint(end-len(word), word)) })
		for i := range src {
			for _, word := range words {
				if bytes.HasPrefix(src[i:], []byte(word)) {
					want = append(want, fmt.Sprint(i, word))
				}
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("in %q: %q; want %q", src, got, want)
		}
		total += len(want)
	}
	if total < 20_000 {
		t.Errorf("only %d words", total)
	}
}
