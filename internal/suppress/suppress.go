// Package suppress finds the comments that suppress a check for a resource, as
// the tools read them that they are written for: tfsec, Trivy, checkov, KICS,
// terrascan and semgrep, and as ours. Resources go in; the comment comes out,
// with its place. Comments are read once a file, and looked up by position.
package suppress

import (
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A Comment is one that suppresses a check for a resource, or a line of a
// scanner's configuration file that does.
type Comment struct {
	Place  terraform.Place
	ID     string // the check as the comment names it; the comment's keyword when it names none
	Reason string // what the comment gives as one, "" when it gives none
	// Configured says that it is no comment, but stands in the configuration
	// file of a scanner.
	Configured bool
}

// A Check is what a check is called by each tool, and where the tools report
// it: at the resource, at its nested block of a type, at attributes.
type Check struct {
	Tfsec      []string // the case of letters counts
	Trivy      []string // it does not
	Checkov    []string
	KICS       string
	Terrascan  []string
	Semgrep    []string // from the registry, and from a clone of its rules
	Block      string   // the nested block that it is about; "" when only the resource itself is meant
	Attributes []string
	Reported   string // the attribute that KICS reports, if it is there
}

// Names returns all that tools call the check.
func (c *Check) Names() []string {
	return slices.Concat(c.Tfsec, c.Trivy, c.Checkov, []string{c.KICS}, c.Terrascan, c.Semgrep)
}

// The IDs are those of tfsec 1.28 (internal/pkg/legacy has the short ones),
// aquasecurity/trivy-checks, checkov (BC_ is its platform's name, which it
// maps), terrascan's pkg/policies, semgrep-rules and docs.kics.io.
var (
	// CustomerKey is the check for a customer managed key of a table.
	CustomerKey = Check{
		Tfsec:      []string{"aws-dynamodb-table-customer-key", "AVD-AWS-0025", "table-customer-key", "AWS092"},
		Trivy:      []string{"aws-dynamodb-table-customer-key", "AVD-AWS-0025", "table-customer-key", "AWS-0025"},
		Checkov:    []string{"CKV_AWS_119", "BC_AWS_GENERAL_52"},
		KICS:       "ce089fd4-1406-47bd-8aad-c259772bb294",
		Terrascan:  []string{"AC_AWS_0457", "AWS.ADT.DP.MEDIUM.0025"},
		Semgrep:    semgrepIDs("aws-dynamodb-table-unencrypted"),
		Block:      "server_side_encryption",
		Attributes: []string{"enabled", "kms_key_arn"},
		Reported:   "enabled",
	}
	// Rotation is the check for the rotation of a key.
	Rotation = Check{
		Tfsec:      []string{"aws-kms-auto-rotate-keys", "AVD-AWS-0065", "auto-rotate-keys", "AWS019"},
		Trivy:      []string{"aws-kms-auto-rotate-keys", "AVD-AWS-0065", "auto-rotate-keys", "AWS-0065"},
		Checkov:    []string{"CKV_AWS_7", "BC_AWS_LOGGING_8"},
		KICS:       "22fbfeac-7b5a-421a-8a27-7a2178bb910b",
		Terrascan:  []string{"AC_AWS_0160", "AWS.AKK.DP.HIGH.0012"},
		Semgrep:    semgrepIDs("aws-kms-no-rotation"),
		Attributes: []string{"enable_key_rotation"},
	}
)

// A Reader finds comments. It is used by one goroutine; a nil one finds none.
type Reader struct {
	now   time.Time                       // decides which comments have expired
	rules func(f *terraform.File) []Rules // nil for none
	files map[*terraform.File]*comments
}

// NewReader returns a reader for which it is now. The function, which may be nil,
// returns the rules that hold for a file, the nearest first.
func NewReader(now time.Time, rules func(f *terraform.File) []Rules) *Reader {
	return &Reader{now: now, rules: rules, files: map[*terraform.File]*comments{}}
}

// Find returns the first comment that suppresses a check for a resource, else
// the line of a scanner's configuration file that does; nil when none does. The
// check fails for the resource at the given addresses, if these are known.
func (r *Reader) Find(res *terraform.Resource, c *Check, failed ...Address) *Comment {
	if r == nil {
		return nil
	}
	all := r.commentsOf(res.File)
	if len(all.lines)+len(all.own) == 0 {
		return r.configured(res, c, failed)
	}
	s := &search{file: res.File, block: res.Block, check: c, now: r.now, comments: all}
	if s.ownInside(); !res.File.JSON() {
		s.ignores()
		s.checkov()
		s.terrascan()
		s.semgrep()
		s.kicsLines()
		s.kicsFile()
	}
	if comment := s.first(); comment != nil {
		return comment
	}
	return r.configured(res, c, failed)
}

// commentsOf returns the comments of a file, which is read once.
func (r *Reader) commentsOf(f *terraform.File) *comments {
	all := r.files[f]
	if all == nil {
		all = readComments(f)
		r.files[f] = all
	}
	return all
}

// first returns the first of the comments that were found, nil for none.
func (s *search) first() *Comment {
	if len(s.found) == 0 {
		return nil
	}
	first := slices.MinFunc(s.found, func(a, b found) int { return a.offset - b.offset })
	return &Comment{Place: terraform.Place{File: s.file, Start: first.offset, End: first.offset}, ID: first.id, Reason: first.reason}
}

// comments are those of one file, as the tools look them up.
type comments struct {
	lines   []commentLine    // in their order
	ignores map[int][]ignore // of tfsec, Trivy and ourselves, by the line that they count for
	own     []ignore         // ours, in their order
	kics    []kicsComment
	head    map[string]found // commands of KICS about the whole file
}

// readComments reads a file's comments; none of a file in which no comment can
// suppress anything.
func readComments(f *terraform.File) *comments {
	if f.JSON() {
		return readJSON(f)
	}
	c := &comments{}
	if !suppresses(f.Bytes) || f.Tokens() == nil {
		return c
	}
	c.lines = commentLines(f)
	if !slices.ContainsFunc(c.lines, func(l commentLine) bool { return suppresses([]byte(l.text)) }) {
		c.lines = nil
		return c
	}
	c.ignores = map[int][]ignore{}
	for _, i := range readIgnores(c.lines) {
		c.ignores[i.last] = append(c.ignores[i.last], i)
		if i.keyword == ownIgnore {
			c.own = append(c.own, i)
		}
	}
	c.kics, c.head = readKICS(f)
	return c
}

// search is the search for the comments that suppress a check for one
// resource.
type search struct {
	file     *terraform.File
	block    *hclsyntax.Block
	check    *Check
	now      time.Time
	comments *comments
	found    []found
}

type found struct {
	offset     int
	id, reason string
}

func (s *search) take(offset int, id, reason string) {
	s.found = append(s.found, found{offset, id, reason})
}

// A target is where the tools report the check, the innermost first.
type target struct {
	line int
	top  bool // the resource itself
}

// targets returns where tfsec and Trivy look for comments: at what fails, and
// at all blocks around it. A dynamic block stands where its content stands.
// https://github.com/aquasecurity/trivy pkg/iac/adapters/terraform/aws
func (s *search) targets() []target {
	var out []target
	add := func(b *hclsyntax.Block, top bool) {
		for _, name := range s.check.Attributes {
			if a := b.Body.Attributes[name]; a != nil && (!top || s.check.Block == "") {
				out = append(out, target{line: s.file.Line(a.NameRange.Start.Byte)})
			}
		}
		out = append(out, target{s.file.Line(b.TypeRange.Start.Byte), top})
	}
	for _, b := range s.block.Body.Blocks {
		switch {
		case s.check.Block == "":
		case b.Type == s.check.Block:
			add(b, false)
		case terraform.Generates(b, s.check.Block):
			for _, content := range b.Body.Blocks {
				if content.Type == "content" {
					add(content, false)
				}
			}
			out = append(out, target{line: s.file.Line(b.TypeRange.Start.Byte)})
		}
	}
	add(s.block, true)
	return out
}

// reported returns the line where KICS reports the check: the attribute that
// is wrong, the block that lacks it, or the resource. KICS does not see the
// content of dynamic blocks.
func (s *search) reported() int {
	for _, b := range s.block.Body.Blocks {
		if s.check.Block == "" || b.Type != s.check.Block {
			continue
		}
		if a := b.Body.Attributes[s.check.Reported]; a != nil {
			return s.file.Line(a.NameRange.Start.Byte)
		}
		return s.file.Line(b.TypeRange.Start.Byte)
	}
	return s.file.Line(s.block.TypeRange.Start.Byte)
}
