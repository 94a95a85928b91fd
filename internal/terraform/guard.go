package terraform

import (
	"bytes"
	"fmt"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

const (
	// maxDepth is how deep brackets, blocks, templates, operators and
	// conditionals may nest. hclsyntax and hclwrite recurse once a level, and
	// overflow the stack, which nothing can recover from, at about 46,000.
	maxDepth = 1000
	// maxHeredoc is how many bytes one heredoc may have. hclsyntax takes time
	// in the square of it: half a second for this many.
	maxHeredoc = 256 << 10
)

// guardBytes says why the bytes must not even be lexed, and where.
func guardBytes(src []byte) (reason string, offset int) {
	switch {
	case bytes.HasPrefix(src, []byte("\xFF\xFE")), bytes.HasPrefix(src, []byte("\xFE\xFF")):
		return "encoded as UTF-16; Terraform reads UTF-8 only", 0
	case bytes.Count(src, []byte{0}) > maxDepth:
		// Each would give a diagnostic: a million of them are 400 MB.
		return "a binary file: it is full of NUL bytes", bytes.IndexByte(src, 0)
	}
	return "", 0
}

// guardTokens says why the tokens must not be parsed, and where: they nest
// deeper than the parser's stack can bear, or hold too long a heredoc. It
// counts what the parser recurses on: brackets and templates until they
// close, and in each bracket the operators that nest to their right until
// the expression ends.
func guardTokens(tokens hclsyntax.Tokens) (reason string, offset int) {
	operators := []int{0} // how many are open in each bracket
	depth, heredoc := 0, 0
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote,
			hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			operators = append(operators, 0)
			depth++
		case hclsyntax.TokenOHeredoc:
			operators = append(operators, 0)
			depth++
			heredoc = t.Range.Start.Byte
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote,
			hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCHeredoc:
			if len(operators) > 1 {
				depth -= 1 + operators[len(operators)-1]
				operators = operators[:len(operators)-1]
			}
			if size := t.Range.Start.Byte - heredoc; t.Type == hclsyntax.TokenCHeredoc && size > maxHeredoc {
				return fmt.Sprintf("a heredoc of %d bytes; up to %d are read", size, maxHeredoc), heredoc
			}
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenQuestion:
			operators[len(operators)-1]++
			depth++
		case hclsyntax.TokenNewline, hclsyntax.TokenComma, hclsyntax.TokenEqual:
			depth -= operators[len(operators)-1]
			operators[len(operators)-1] = 0
		}
		if depth > maxDepth {
			return fmt.Sprintf("nested more than %d levels deep", maxDepth), t.Range.Start.Byte
		}
	}
	return "", 0
}

// guardJSON says why bytes must not be parsed as JSON, and where: hcl's
// reader of JSON recurses, too. Brackets in strings count, which only makes
// the guard stricter.
func guardJSON(src []byte) (reason string, offset int) {
	depth := 0
	for i, c := range src {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if depth > maxDepth {
			return fmt.Sprintf("nested more than %d levels deep", maxDepth), i
		}
	}
	return guardBytes(src)
}
