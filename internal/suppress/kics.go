package suppress

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/lazyregexp"
	"cmkify/internal/terraform"
)

var kicsScan = lazyregexp.New(`(?i)^(?://|#|;)*\s*kics-scan\s*`)

// A kicsComment is a comment of KICS's about lines: ignore-line and
// ignore-block, with or without the ID of a query.
type kicsComment struct {
	offset       int
	command      string
	query        string // "" for all
	reason       string
	next, onLine int // where the token behind it ends, and on which line
}

// readKICS reads the comments of KICS in a file: those about lines in their
// order, and those about the whole file by command.
// Source: Checkmarx/kics pkg/parser/terraform/comment/comment.go and
// pkg/model/comments.go.
func readKICS(f *terraform.File) (lines []kicsComment, head map[string]found) {
	previous := 0 // the line of the token before
	tokens := f.Tokens()
	for n, t := range tokens {
		line := f.Line(t.Range.Start.Byte)
		if t.Type == hclsyntax.TokenComment && line != previous {
			if c, ok := readKICSLine(string(t.Bytes)); ok {
				c.offset, c.next = t.Range.Start.Byte, tokens[n+1].Range.End.Byte
				c.onLine = f.Line(c.next)
				lines = append(lines, c)
			}
		}
		previous = line
	}
	return lines, readKICSHead(f)
}

// readKICSLine returns the first command of a comment that is about lines, and
// what follows it.
func readKICSLine(comment string) (kicsComment, bool) {
	comment = strings.Trim(comment, "\r\n")
	mark := kicsScan.FindString(comment)
	if mark == "" {
		return kicsComment{}, false
	}
	words := strings.Split(comment[len(mark):], " ")
	for n, w := range words {
		command, query, _ := strings.Cut(strings.ToLower(w), "=")
		if command == "ignore-line" || command == "ignore-block" {
			if strings.Contains(w, "=") && query == "" {
				query = "none"
			}
			return kicsComment{command: command, query: query, reason: reason(strings.Join(words[n+1:], " "))}, true
		}
	}
	return kicsComment{}, false
}

// kicsLines looks for KICS's ignore-line and ignore-block on lines of their
// own. What the next token is decides: ignore-line is about the line where
// that ends, ignore-block about the block or attribute that it names. So a
// blank line may follow ignore-line, and nothing may follow ignore-block.
func (s *search) kicsLines() {
	if len(s.comments.kics) == 0 {
		return
	}
	reported := s.reported()
	for _, c := range s.comments.kics {
		if c.query != "" && c.query != s.check.KICS {
			continue
		}
		if c.command == "ignore-line" && c.onLine == reported || c.command == "ignore-block" && s.kicsCovers(s.block, c.next, reported) {
			s.take(c.offset, "kics-scan "+c.command, c.reason)
		}
	}
}

// kicsCovers reports whether the block or attribute whose name ends at an
// offset, the block itself or something in it, covers a line.
func (s *search) kicsCovers(b *hclsyntax.Block, named, line int) bool {
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

// readKICSHead reads KICS's commands about the whole file, in comments with #
// above everything else. A command that is given twice counts as given last.
// Source: Checkmarx/kics pkg/parser/parser.go and pkg/engine/inspector.go.
func readKICSHead(f *terraform.File) map[string]found {
	given := map[string]found{} // by command; id holds its queries
	for _, t := range f.Tokens() {
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
	return given
}

// kicsFile looks for KICS's commands about the whole file: ignore goes before
// enable, enable before disable.
func (s *search) kicsFile() {
	named := func(c found) bool {
		return slices.ContainsFunc(strings.Split(c.id, ","), func(id string) bool { return strings.EqualFold(id, s.check.KICS) })
	}
	ignored, ignore := s.comments.head["ignore"]
	enabled, enable := s.comments.head["enable"]
	disabled, disable := s.comments.head["disable"]
	switch {
	case ignore:
		s.take(ignored.offset, "kics-scan ignore", ignored.reason)
	case enable && !named(enabled):
		s.take(enabled.offset, "kics-scan enable", enabled.reason)
	case !enable && disable && named(disabled):
		s.take(disabled.offset, s.check.KICS, disabled.reason)
	}
}
