package terraform

import (
	"bytes"
	"fmt"

	"github.com/hashicorp/hcl/v2"
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
	// maxTokens is how many tokens a file may have. Parsed, each takes half a
	// kilobyte; lexed, a tenth of one.
	maxTokens = 500_000
	// maxWords is about how many tokens a file may have before it is lexed.
	maxWords = 1_500_000
	// maxExponent is how many digits the exponent of a number may have: to
	// print 1e600000000, or to divide by it, is to write out all its digits.
	maxExponent = 4
	// firstLook is how many bytes are lexed before all are, which is enough
	// to tell most files that nest too deep, at no cost.
	firstLook = 256 << 10
)

// guardBytes says why the bytes must not even be lexed, and where.
func guardBytes(src []byte) (reason string, offset int) {
	if reason, offset = guardText(src); reason != "" || len(src) <= firstLook {
		return reason, offset
	}
	start, _ := hclsyntax.LexConfig(src[:firstLook], "", hcl.InitialPos)
	if reason, offset = guardTokens(start); reason != "" {
		return reason, offset
	}
	if at, many := manyTokens(src, maxWords); many {
		return fmt.Sprintf("too large: more than %d tokens", maxWords), at
	}
	return "", 0
}

// guardText says why the bytes are no text, and where.
func guardText(src []byte) (reason string, offset int) {
	switch {
	case IsUTF16(src):
		return "encoded as UTF-16; Terraform reads UTF-8 only", 0
	case bytes.Count(src, []byte{0}) > maxDepth:
		// Each would give a diagnostic: a million of them are 400 MB.
		return "not a text file (contains NUL bytes)", bytes.IndexByte(src, 0)
	}
	return "", 0
}

// IsUTF16 reports whether bytes are text in UTF-16, which Terraform does not read.
func IsUTF16(src []byte) bool {
	return bytes.HasPrefix(src, []byte("\xFF\xFE")) || bytes.HasPrefix(src, []byte("\xFE\xFF"))
}

// manyTokens reports whether there may be more tokens than a limit, and where the
// next one begins. Every sign counts, and every word; those in
// comments and strings do, too.
func manyTokens(src []byte, limit int) (offset int, many bool) {
	if len(src) <= limit {
		return 0, false
	}
	count, inWord := 0, false
	for i, c := range src {
		word := c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if word && !inWord || !word && c != ' ' && c != '\t' && c != '\r' {
			count++
		}
		inWord = word
		if count > limit {
			return i, true
		}
	}
	return 0, false
}

// A bracket is one that is open: a brace, a quote, an interpolation and so on.
type bracket struct {
	start     int
	heredoc   bool
	lines     bool // newlines end what stands in it
	operators int  // that are open in it
}

// guardTokens says why the tokens must not be parsed, and where: they nest
// deeper than a stack can bear, or hold too long a heredoc. It counts what
// hclsyntax recurses on, when it parses or when it evaluates: brackets and
// templates until they close, and in each of them operators and indexes until
// the expression ends, and directives until theirs do.
func guardTokens(tokens hclsyntax.Tokens) (reason string, offset int) {
	open := []bracket{{lines: true}}
	depth := 0
	for i, t := range tokens {
		in := &open[len(open)-1]
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote,
			hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			more := max(opened(tokens, i), -in.operators)
			in.operators += more
			depth += 1 + more
			open = append(open, bracket{
				start: t.Range.Start.Byte, heredoc: t.Type == hclsyntax.TokenOHeredoc,
				lines: t.Type == hclsyntax.TokenOBrace && keyword(tokens[i+1:]) != "for",
			})
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote,
			hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCHeredoc, hclsyntax.TokenEOF:
			if size := t.Range.Start.Byte - in.start; in.heredoc && size > maxHeredoc {
				return fmt.Sprintf("a heredoc of %d bytes; up to %d are read", size, maxHeredoc), in.start
			}
			if len(open) > 1 {
				depth -= 1 + in.operators
				open = open[:len(open)-1]
			}
		case hclsyntax.TokenBang, hclsyntax.TokenQuestion, hclsyntax.TokenPlus, hclsyntax.TokenMinus,
			hclsyntax.TokenStar, hclsyntax.TokenSlash, hclsyntax.TokenPercent, hclsyntax.TokenAnd, hclsyntax.TokenOr,
			hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual, hclsyntax.TokenLessThan, hclsyntax.TokenLessThanEq,
			hclsyntax.TokenGreaterThan, hclsyntax.TokenGreaterThanEq:
			in.operators++
			depth++
		case hclsyntax.TokenNumberLit:
			if hugeExponent(t.Bytes) {
				return fmt.Sprintf("a number with an exponent of more than %d digits", maxExponent), t.Range.Start.Byte
			}
		case hclsyntax.TokenNewline, hclsyntax.TokenComma, hclsyntax.TokenEqual:
			if t.Type != hclsyntax.TokenNewline || in.lines {
				depth -= in.operators
				in.operators = 0
			}
		}
		if depth > maxDepth {
			return fmt.Sprintf("nested more than %d levels deep", maxDepth), t.Range.Start.Byte
		}
	}
	if len(tokens) > maxTokens {
		return fmt.Sprintf("too large: more than %d tokens", maxTokens), tokens[maxTokens].Range.Start.Byte
	}
	return "", 0
}

// opened returns how many levels the bracket that opens at i adds to those
// that its bracket's end takes away: one for an index, which nests what stands
// before it, and for a directive that has an end of its own.
func opened(tokens hclsyntax.Tokens, i int) int {
	switch tokens[i].Type {
	case hclsyntax.TokenOBrack:
		for i--; i > 0 && (tokens[i].Type == hclsyntax.TokenNewline || tokens[i].Type == hclsyntax.TokenComment); i-- {
		}
		if i < 0 {
			return 0
		}
		switch tokens[i].Type {
		case hclsyntax.TokenIdent, hclsyntax.TokenNumberLit, hclsyntax.TokenStar, hclsyntax.TokenCBrace, hclsyntax.TokenCBrack,
			hclsyntax.TokenCParen, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			return 1
		}
	case hclsyntax.TokenTemplateControl:
		switch keyword(tokens[i+1:]) {
		case "if", "for":
			return 1
		case "endif", "endfor":
			return -1
		}
	}
	return 0
}

// keyword returns the word that the tokens begin with, or "".
func keyword(tokens hclsyntax.Tokens) string {
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenNewline, hclsyntax.TokenComment:
		case hclsyntax.TokenIdent:
			return string(t.Bytes)
		default:
			return ""
		}
	}
	return ""
}

// hugeExponent reports whether a number has an exponent of more than
// maxExponent digits.
func hugeExponent(number []byte) bool {
	at := bytes.IndexAny(number, "eE")
	return at >= 0 && len(bytes.TrimLeft(number[at+1:], "+-0")) > maxExponent
}

// guardJSON says why bytes must not be parsed as JSON, and where: the reader
// recurses once a level, and keeps about a kilobyte a value.
func guardJSON(src []byte) (reason string, offset int) {
	depth, values := 0, 0
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c == '"':
			i = endOfString(src, i)
		case c == '[' || c == '{':
			depth++
			values++
		case c == ']' || c == '}':
			depth--
		case c == ',' || c == ':':
			values++
		case '0' <= c && c <= '9':
			end := i + len(src[i:]) - len(bytes.TrimLeft(src[i:], "0123456789+-.eE"))
			if hugeExponent(src[i:end]) {
				return fmt.Sprintf("a number with an exponent of more than %d digits", maxExponent), i
			}
			i = end - 1
		}
		switch {
		case depth > maxDepth:
			return fmt.Sprintf("nested more than %d levels deep", maxDepth), i
		case values > maxTokens/2:
			return fmt.Sprintf("too large: more than %d values", maxTokens/2), i
		}
	}
	return guardText(src)
}

// endOfString returns the offset of the quote that ends the JSON string which
// begins at start, or of the last byte.
func endOfString(src []byte, start int) int {
	for i := start + 1; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(src) - 1
}
