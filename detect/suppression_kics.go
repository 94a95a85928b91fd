package detect

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

var kicsScan = regexp.MustCompile(`(?i)^(?://|#|;)*\s*kics-scan\s*`)

// kicsLines looks for KICS's ignore-line and ignore-block, with or without
// the ID of a query, on lines of their own. What the next token is decides:
// ignore-line is about the line where that ends, ignore-block about the block
// or attribute that it names. So a blank line may follow ignore-line, and
// nothing may follow ignore-block.
// Source: Checkmarx/kics pkg/parser/terraform/comment/comment.go and
// pkg/model/comments.go.
func (s *suppressions) kicsLines() {
	reported := s.reported()
	for n, t := range s.file.Tokens {
		if t.Type != hclsyntax.TokenComment || n > 0 && s.file.Line(s.file.Tokens[n-1].Range.Start.Byte) == s.file.Line(t.Range.Start.Byte) {
			continue
		}
		command, why := s.kicsCommand(string(t.Bytes))
		next := s.file.Tokens[n+1].Range.End.Byte
		if command == "ignore-line" && s.file.Line(next) == reported ||
			command == "ignore-block" && s.kicsCovers(s.block, next, reported) {
			s.take(t.Range.Start.Byte, "kics-scan "+command, why)
		}
	}
}

// kicsCommand returns the first command of a comment that is about lines and
// not about another query, and what follows it.
func (s *suppressions) kicsCommand(comment string) (command, why string) {
	comment = strings.Trim(comment, "\r\n")
	mark := kicsScan.FindString(comment)
	if mark == "" {
		return "", ""
	}
	words := strings.Split(comment[len(mark):], " ")
	for n, w := range words {
		command, query, named := strings.Cut(strings.ToLower(w), "=")
		if command != "ignore-line" && command != "ignore-block" {
			continue
		}
		if named && query != s.check.kics {
			return "", ""
		}
		return command, reason(strings.Join(words[n+1:], " "))
	}
	return "", ""
}

// kicsCovers reports whether the block or attribute whose name ends at an
// offset, the block itself or something in it, covers a line.
func (s *suppressions) kicsCovers(b *hclsyntax.Block, named, line int) bool {
	within := func(start, end hcl.Pos) bool { return s.file.Line(start.Byte) <= line && line <= s.file.Line(end.Byte) }
	if b.TypeRange.End.Byte == named {
		return within(b.OpenBraceRange.Start, b.CloseBraceRange.End)
	}
	for _, a := range b.Body.Attributes {
		if a.NameRange.End.Byte == named {
			return within(a.SrcRange.Start, a.SrcRange.End)
		}
	}
	return slices.ContainsFunc(b.Body.Blocks, func(nested *hclsyntax.Block) bool { return s.kicsCovers(nested, named, line) })
}

// kicsFile looks for KICS's commands about the whole file, in comments with #
// above everything else. A command that is given twice counts as given last;
// ignore goes before enable, enable before disable.
// Source: Checkmarx/kics pkg/parser/parser.go and pkg/engine/inspector.go.
func (s *suppressions) kicsFile() {
	given := map[string]found{} // by command; id holds its queries
	for _, t := range s.file.Tokens {
		if t.Type == hclsyntax.TokenNewline {
			continue
		}
		if t.Type != hclsyntax.TokenComment || t.Bytes[0] != '#' {
			break
		}
		words := strings.Fields(string(t.Bytes[1:]))
		if len(words) > 1 && words[0] == "kics-scan" {
			command, queries, _ := strings.Cut(words[1], "=")
			given[command] = found{t.Range.Start.Byte, queries, reason(strings.Join(words[2:], " "))}
		}
	}
	named := func(c found) bool {
		return slices.ContainsFunc(strings.Split(c.id, ","), func(id string) bool { return strings.EqualFold(id, s.check.kics) })
	}
	ignored, ignore := given["ignore"]
	enabled, enable := given["enable"]
	disabled, disable := given["disable"]
	switch {
	case ignore:
		s.take(ignored.offset, "kics-scan ignore", ignored.reason)
	case enable && !named(enabled):
		s.take(enabled.offset, "kics-scan enable", enabled.reason)
	case !enable && disable && named(disabled):
		s.take(disabled.offset, s.check.kics, disabled.reason)
	}
}
