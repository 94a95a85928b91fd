package detect

import (
	"cmp"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A Suppression is a comment that switches a check off for a resource.
type Suppression struct {
	File         string
	Line, Column int
	ID           string // the check as the comment names it; the comment's keyword when it names none
	Reason       string // what the comment gives as one, "" when it gives none
}

// Options say what counts.
type Options struct {
	NoSuppressions bool      // comments that switch the check off do not
	Now            time.Time // decides which of them have expired
}

// checkNames is what a check is called by each tool, and where the tools find
// it to fail: at the resource, at its nested block of a type, at attributes.
type checkNames struct {
	tfsec      []string // the case of letters counts
	trivy      []string // it does not
	checkov    []string
	kics       string
	terrascan  []string
	semgrep    []string // from the registry, and from a clone of its rules
	block      string   // "" when only the resource itself is meant
	attributes []string
	reported   string // the attribute that KICS reports, if it is there
}

// The IDs are those of tfsec 1.28 (internal/pkg/legacy has the short ones),
// aquasecurity/trivy-checks, checkov (BC_ is its platform's name, which it
// maps), terrascan's pkg/policies, semgrep-rules and docs.kics.io.
var (
	tableCheck = checkNames{
		tfsec:      []string{"aws-dynamodb-table-customer-key", "AVD-AWS-0025", "table-customer-key", "AWS092"},
		trivy:      []string{"aws-dynamodb-table-customer-key", "AVD-AWS-0025", "table-customer-key", "AWS-0025"},
		checkov:    []string{"CKV_AWS_119", "BC_AWS_GENERAL_52"},
		kics:       "ce089fd4-1406-47bd-8aad-c259772bb294",
		terrascan:  []string{"AC_AWS_0457", "AWS.ADT.DP.MEDIUM.0025"},
		semgrep:    semgrepIDs("aws-dynamodb-table-unencrypted"),
		block:      encryptionBlock,
		attributes: []string{"enabled", "kms_key_arn"},
		reported:   "enabled",
	}
	rotationCheck = checkNames{
		tfsec:      []string{"aws-kms-auto-rotate-keys", "AVD-AWS-0065", "auto-rotate-keys", "AWS019"},
		trivy:      []string{"aws-kms-auto-rotate-keys", "AVD-AWS-0065", "auto-rotate-keys", "AWS-0065"},
		checkov:    []string{"CKV_AWS_7", "BC_AWS_LOGGING_8"},
		kics:       "22fbfeac-7b5a-421a-8a27-7a2178bb910b",
		terrascan:  []string{"AC_AWS_0160", "AWS.AKK.DP.HIGH.0012"},
		semgrep:    semgrepIDs("aws-kms-no-rotation"),
		attributes: []string{rotationAttribute},
	}
)

// tableSuppressed returns the comment that switches the check off for a
// table, or nil.
func tableSuppressed(table *terraform.Resource, o Options) *Suppression {
	if o.NoSuppressions {
		return nil
	}
	return findSuppression(table, tableCheck, o.Now)
}

// rotationSuppressed reports whether a comment on a key says that it need not
// rotate.
func rotationSuppressed(key *terraform.Resource, o Options) bool {
	return !o.NoSuppressions && findSuppression(key, rotationCheck, o.Now) != nil
}

// findSuppression returns the first comment that switches a check off for a
// resource, nil when none does. now decides which comments have expired.
func findSuppression(r *terraform.Resource, c checkNames, now time.Time) *Suppression {
	if !r.File.MaySwitchOff() {
		return nil
	}
	s := &suppressions{file: r.File, resource: r, block: r.Declared, check: c, now: now, comments: commentLines(r.File)}
	if len(s.comments) == 0 {
		return nil
	}
	s.ignores()
	s.checkov()
	s.terrascan()
	s.semgrep()
	s.kicsLines()
	s.kicsFile()
	if len(s.found) == 0 {
		return nil
	}
	first := slices.MinFunc(s.found, func(a, b found) int { return a.offset - b.offset })
	line, column := r.File.Position(first.offset)
	return &Suppression{File: r.File.Path, Line: line, Column: column, ID: first.id, Reason: first.reason}
}

// suppressions is the search for the comments that switch a check off.
type suppressions struct {
	file     *terraform.File
	resource *terraform.Resource
	block    *hclsyntax.Block
	check    checkNames
	now      time.Time
	comments []commentLine
	found    []found
}

type found struct {
	offset     int
	id, reason string
}

func (s *suppressions) take(offset int, id, reason string) {
	s.found = append(s.found, found{offset, id, reason})
}

// A place is where the tools find the check to fail, the innermost first.
type place struct {
	line int
	top  bool // the resource itself
}

// places returns where tfsec and Trivy look for comments: at what fails, and
// at all blocks around it. A dynamic block stands where its content stands.
// https://github.com/aquasecurity/trivy pkg/iac/adapters/terraform/aws
func (s *suppressions) places() []place {
	var out []place
	add := func(b *hclsyntax.Block, top bool) {
		for _, name := range s.check.attributes {
			if a := b.Body.Attributes[name]; a != nil && (!top || s.check.block == "") {
				out = append(out, place{line: s.file.Line(a.NameRange.Start.Byte)})
			}
		}
		out = append(out, place{s.file.Line(b.TypeRange.Start.Byte), top})
	}
	for _, b := range s.block.Body.Blocks {
		switch {
		case s.check.block == "":
		case b.Type == s.check.block:
			add(b, false)
		case generates(b, s.check.block):
			for _, content := range b.Body.Blocks {
				if content.Type == "content" {
					add(content, false)
				}
			}
			out = append(out, place{line: s.file.Line(b.TypeRange.Start.Byte)})
		}
	}
	add(s.block, true)
	return out
}

func generates(b *hclsyntax.Block, blockType string) bool {
	return b.Type == "dynamic" && len(b.Labels) == 1 && b.Labels[0] == blockType
}

// reported returns the line where KICS reports the check: the attribute that
// is wrong, the block that lacks it, or the resource. KICS does not see the
// content of dynamic blocks.
func (s *suppressions) reported() int {
	for _, b := range s.block.Body.Blocks {
		if s.check.block == "" || b.Type != s.check.block {
			continue
		}
		if a := b.Body.Attributes[s.check.reported]; a != nil {
			return s.file.Line(a.NameRange.Start.Byte)
		}
		return s.file.Line(b.TypeRange.Start.Byte)
	}
	return s.file.Line(s.block.TypeRange.Start.Byte)
}

// on returns the comments on a line.
func (s *suppressions) on(line int) []commentLine {
	first, _ := slices.BinarySearchFunc(s.comments, line, func(c commentLine, line int) int { return cmp.Compare(c.line, line) })
	end := first
	for end < len(s.comments) && s.comments[end].line == line {
		end++
	}
	return s.comments[first:end]
}
