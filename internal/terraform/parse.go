package terraform

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/scan"
)

// parse fills the file's body, once. It returns the first error, if any: those
// that follow are mostly its echo.
func (f *File) parse() *Error {
	if !f.parsed {
		f.parsed, f.err = true, f.read()
	}
	return f.err
}

func (f *File) read() *Error {
	if isJSON(f.Name) {
		return f.parseJSON()
	}
	if f.outline != nil {
		if f.Body = f.outline.body(f.Path); f.Body != nil {
			return nil
		}
	} else if harmless(f.Bytes) == nil {
		if err := f.guard(); err != nil {
			return err
		}
	}
	file, diags := hclsyntax.ParseConfig(f.Bytes, f.Path, hcl.InitialPos)
	if err := f.firstError(diags); err != nil {
		return err
	}
	f.Body = file.Body.(*hclsyntax.Body)
	return nil
}

// harmless tells whether the bytes can be parsed without a look at their
// tokens, which takes half as long as to parse them: a scan vouches for their
// depth and heredocs, and there are fewer of them than tokens are allowed. It
// returns what the scan found, nil for other bytes.
func harmless(src []byte) *scan.File {
	if reason, _ := guardText(src); reason != "" || mayHaveHugeExponent(src) {
		return nil
	}
	if _, many := manyTokens(src, maxTokens); many {
		return nil
	}
	f, err := scan.Scan(src)
	if err != nil {
		return nil
	}
	return f
}

// mayHaveHugeExponent reports whether hugeExponent may hold for a number in the
// bytes. Digits in strings and comments count, too.
func mayHaveHugeExponent(src []byte) bool {
	const few = maxExponent + 1 // a look at one byte of so many meets each such exponent
	for i := few - 1; i < len(src); i += few {
		start, end := i, i
		for start > 0 && isDigit(src[start-1]) && isDigit(src[i]) {
			start--
		}
		for end < len(src) && isDigit(src[end]) {
			end++
		}
		if end-start <= maxExponent {
			continue
		}
		mark := bytes.TrimRight(src[:start], "+-")
		if len(mark) > 0 && mark[len(mark)-1]|0x20 == 'e' && hugeExponent(src[len(mark)-1:end]) {
			return true
		}
		i = end
	}
	return false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// guard says why the file must not be parsed.
func (f *File) guard() *Error {
	if reason, at := guardBytes(f.Bytes); reason != "" {
		return f.errorAt(at, reason)
	}
	tokens, _ := hclsyntax.LexConfig(f.Bytes, f.Path, hcl.InitialPos)
	if reason, at := guardTokens(tokens); reason != "" {
		return f.errorAt(at, reason)
	}
	return nil
}
