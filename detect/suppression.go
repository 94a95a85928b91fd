package detect

import (
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A Suppression is a comment that switches the check off for a table.
type Suppression struct {
	File         string
	Line, Column int
	ID           string // as written, or the comment's keyword when it names no check
	Reason       string // "" when none is given
}

// Options say what counts.
type Options struct {
	NoSuppressions bool      // comments that switch the check off do not
	Now            time.Time // decides which of them have expired
}

// A checkNames is what one check is called.
type checkNames struct {
	tfsec, trivy []string // of tfsec by its letters' case, of Trivy regardless of it
	checkov      string
	kics         string
	terrascan    string
	semgrep      string
}

var (
	tableCheck = checkNames{
		tfsec:     []string{"aws-dynamodb-table-customer-key", "AVD-AWS-0025", "table-customer-key", "AWS092"},
		trivy:     []string{"aws-dynamodb-table-customer-key", "avd-aws-0025", "aws-0025", "table-customer-key"},
		checkov:   "CKV_AWS_119",
		kics:      "ce089fd4-1406-47bd-8aad-c259772bb294",
		terrascan: "AC_AWS_0457",
		semgrep:   "aws-dynamodb-table-unencrypted",
	}
	rotationCheck = checkNames{
		tfsec:   []string{"aws-kms-auto-rotate-keys", "AVD-AWS-0065", "auto-rotate-keys", "AWS019"},
		trivy:   []string{"aws-kms-auto-rotate-keys", "avd-aws-0065", "aws-0065", "auto-rotate-keys"},
		checkov: "CKV_AWS_7",
	}
)

// suppression returns the first comment that switches a check off for a
// resource, at it, in it, or at one of its nested blocks and attributes that
// the check is about; nil when none does.
func suppression(r *terraform.Resource, blockType string, attributes []string, c checkNames, now time.Time) *Suppression {
	if r.File.JSON() {
		return nil
	}
	s := &suppressed{resource: r, check: c, now: now, comments: r.File.Comments()}
	start := r.Declared.TypeRange.Start.Line
	s.inside(start, r.Declared.CloseBraceRange.End.Line)
	s.semgrepAt(start)
	s.at(start, true)
	for _, place := range places(r.Declared, blockType, attributes) {
		s.at(place.line, place.block)
	}
	s.head()
	return s.found
}

// A place is a line that a comment may be about.
type place struct {
	line  int
	block bool
}

func places(in *hclsyntax.Block, blockType string, attributes []string) []place {
	var out []place
	for _, name := range attributes {
		if a := in.Body.Attributes[name]; a != nil {
			out = append(out, place{a.SrcRange.Start.Line, false})
		}
	}
	for _, b := range in.Body.Blocks {
		if b.Type == blockType || b.Type == "content" || b.Type == "dynamic" && slices.Contains(b.Labels, blockType) {
			out = append(out, place{b.TypeRange.Start.Line, true})
			out = append(out, places(b, blockType, []string{"enabled", "kms_key_arn"})...)
		}
	}
	return out
}

// suppressed is a search for a comment.
type suppressed struct {
	resource *terraform.Resource
	check    checkNames
	now      time.Time
	comments terraform.Comments
	found    *Suppression
}

func (s *suppressed) take(c terraform.Comment, id, reason string) {
	line, column := s.resource.File.Position(c.Offset)
	if s.found == nil || line < s.found.Line {
		s.found = &Suppression{File: s.resource.File.Path, Line: line, Column: column, ID: id, Reason: strings.TrimSpace(reason)}
	}
}

// inside looks at comments strictly inside the resource: checkov's and
// terrascan's.
func (s *suppressed) inside(start, end int) {
	for _, c := range s.comments.Between(start, end) {
		if id, reason, ok := checkovSkip(c.Text, s.check.checkov); ok && c.Start > start && c.End < end {
			s.take(c, id, reason)
		}
		if reason, ok := strings.CutPrefix(strings.TrimLeft(c.Text, "# /"), "ts:skip="+s.check.terrascan); ok && s.check.terrascan != "" && startsWord(reason) {
			s.take(c, s.check.terrascan, reason)
		}
	}
}

// at looks at comments on a line, and at the run of them that ends directly
// above it: tfsec's, Trivy's, KICS's and our own.
func (s *suppressed) at(line int, block bool) {
	for _, c := range s.comments.On(line) {
		s.ignored(c)
	}
	for above := line - 1; ; above-- {
		own := s.comments.Own(above)
		if own == nil {
			return
		}
		s.kicsAbove(*own, block && above == line-1, above == line-1)
		if !s.ignored(*own) && !isIgnore(own.Text) {
			return
		}
		above = own.Start
	}
}

// ignored takes a comment of tfsec, Trivy or cmkify that is about the check.
func (s *suppressed) ignored(c terraform.Comment) bool {
	if reason, ok := strings.CutPrefix(c.Text, ownIgnore); ok && startsWord(reason) {
		s.take(c, ownIgnore, reason)
		return true
	}
	for _, word := range strings.Fields(c.Text) {
		if id, ok := s.scannerIgnore(word); ok {
			s.take(c, id, "")
			return true
		}
	}
	return false
}

const ownIgnore = "cmkify:ignore"

// isIgnore reports whether a comment is one of a scanner's, so that a run of
// such comments is not broken by it.
func isIgnore(text string) bool {
	return slices.ContainsFunc(strings.Fields(text), func(w string) bool {
		return strings.HasPrefix(w, "tfsec:ignore:") || strings.HasPrefix(w, "trivy:ignore:") || w == ownIgnore
	})
}

func startsWord(rest string) bool { return rest == "" || strings.ContainsAny(rest[:1], " \t:") }

// head looks at the comments above all code: KICS's for the whole file.
func (s *suppressed) head() {
	for _, c := range s.resource.File.HeadComments() {
		command, ok := kicsCommand(c.Text)
		ids, disable := strings.CutPrefix(command, "disable=")
		switch {
		case !ok || s.check.kics == "":
		case command == "ignore":
			s.take(c, "kics-scan ignore", "")
		case disable && slices.Contains(strings.Split(ids, ","), s.check.kics):
			s.take(c, s.check.kics, "")
		}
	}
}

func (s *suppressed) kicsAbove(c terraform.Comment, block, touching bool) {
	switch command, ok := kicsCommand(c.Text); {
	case !ok || s.check.kics == "":
	case command == "ignore-block" && block, command == "ignore-line" && touching:
		s.take(c, "kics-scan "+command, "")
	}
}

// rotationSuppressed reports whether a comment on a key says that it need not
// rotate.
func rotationSuppressed(key *terraform.Resource, o Options) bool {
	return !o.NoSuppressions && suppression(key, "", []string{rotationAttribute}, rotationCheck, o.Now) != nil
}

// tableSuppressed returns the comment that switches the check off for a
// table, or nil.
func tableSuppressed(table *terraform.Resource, o Options) *Suppression {
	if o.NoSuppressions {
		return nil
	}
	return suppression(table, encryptionBlock, nil, tableCheck, o.Now)
}

// Attribute values in a scanner's parameters are compared with the resource's.
func (s *suppressed) parameter(name, want string) bool {
	a := s.resource.Attribute(name)
	if a == nil {
		return false
	}
	v := terraform.Literal(a.Expr)
	if terraform.IsString(v) {
		return v.AsString() == want
	}
	return s.resource.File.Text(hcl.RangeBetween(a.Expr.Range(), a.Expr.Range())) == want
}
