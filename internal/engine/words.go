package engine

import (
	"bytes"
	"slices"
	"sync"

	"cmkify/detect"
)

// words are what the bytes of Terraform files are searched for.
var words = []string{detect.TableType, detect.GlobalTableType, detect.ReplicaType, detect.ResourcePolicyType, keyWord, grantWord, backendWord, cloudWord, sourceWord}

const (
	keyWord     = "aws_kms_key"
	grantWord   = `"dynamodb:`
	backendWord = `backend "`
	cloudWord   = "cloud {"
	sourceWord  = "source"
)

// findWords calls found for each of the words in the bytes, with the offset
// behind it, in one pass.
//
// It looks at every few bytes only (Wu and Manber, A fast algorithm for
// multi-pattern searching, 1994): two bytes that are not in the beginning of any
// word, which is as long as the shortest one, tell that none has them there.
func findWords(src []byte, found func(word string, end int)) {
	skip, size := skips()
	for i := size - 1; i < len(src); {
		if n := skip[src[i-1]][src[i]]; n > 0 {
			i += int(n)
			continue
		}
		start := i + 1 - size
		for _, word := range words {
			if bytes.HasPrefix(src[start:], []byte(word)) {
				found(word, start+len(word))
			}
		}
		i++
	}
}

// skips returns how many bytes may be passed over behind each pair of bytes, and
// how many of each word count, made once.
var skips = sync.OnceValues(func() (*[256][256]uint8, int) {
	size := len(slices.MinFunc(words, func(a, b string) int { return len(a) - len(b) }))
	var out [256][256]uint8
	for i := range out {
		for j := range out[i] {
			out[i][j] = uint8(size - 1)
		}
	}
	for _, word := range words {
		for i := 1; i < size; i++ {
			at := &out[word[i-1]][word[i]]
			*at = min(*at, uint8(size-1-i))
		}
	}
	return &out, size
})
