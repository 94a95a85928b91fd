package detect

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// Warn adds to a finding that a plan mends what may hurt when it is applied.
// covered says that the key's policy lets the account's callers, or the
// tables' users by name, decrypt through DynamoDB; ref is the key's address.
func Warn(m *terraform.Module, f *Finding, covered bool, ref string, created bool) {
	w := warner{m, f}
	if f.keepsKey() {
		return
	}
	if !covered {
		w.access(ref)
	}
	w.crossAccount()
	if created {
		w.mockedTests()
	}
	w.imported()
}

// keepsKey reports whether the table itself keeps the key that it has.
func (f *Finding) keepsKey() bool {
	for _, p := range f.Problems {
		if p.ID != KeyNotRotated && p.ID != ReplicaWithoutKey {
			return false
		}
	}
	return true
}

type warner struct {
	module  *terraform.Module
	finding *Finding
}

func (w warner) warn(id ID, detail string) {
	w.finding.Warnings = append(w.finding.Warnings, Note{ID: id, Message: Sentence("warning", id) + detail})
}

// access warns of users that the key's policy does not cover.
func (w warner) access(ref string) {
	w.warn(IAMOnlyKey, "")
	if places := lacking(w.module, grants(w.module)); len(places) > 0 {
		w.warn(NeedsKMSPermission, strings.Join(places, ", "))
		w.finding.Because(w.module, w.finding.Table.Declared.Range(),
			`to add there: { Effect = "Allow", Action = ["kms:Decrypt", "kms:DescribeKey", "kms:CreateGrant"], Resource = the ARN of %s, Condition = { StringLike = { "kms:ViaService" = "dynamodb.*.amazonaws.com" } } }`, ref)
	}
	if a := w.finding.Table.Attribute("hash_key"); a != nil && terraform.Literal(a.Expr).RawEquals(cty.StringVal("LockID")) {
		w.warn(StateLockTable, "")
	}
}

var account = regexp.MustCompile(`^(\d{12}|arn:[^:]+:(iam|sts)::\d{12}:.*|\*)$`)

// crossAccount warns of principals of other accounts: literal ones cannot be
// of "this account", which Terraform code names by reference.
func (w warner) crossAccount() {
	for _, r := range w.module.OfType("aws_dynamodb_resource_policy") {
		target, text := r.Attribute("resource_arn"), r.Attribute("policy")
		if target == nil || text == nil || !refersTo(target.Expr, w.finding.Table) {
			continue
		}
		for _, s := range readPolicy(w.module, text.Expr).statements {
			for _, principal := range s.principals {
				if s.allow && account.MatchString(principal) {
					file, line, _ := w.module.Position(r.Declared.Range())
					w.warn(CrossAccount, fmt.Sprintf(": %s (%s:%d)", principal, file, line))
					return
				}
			}
		}
	}
}

// imported warns of an import block for the table.
func (w warner) imported() {
	for _, b := range w.module.Blocks("import") {
		to := b.Body.Attributes["to"]
		if to != nil && refersTo(to.Expr, w.finding.Table) {
			file, line, _ := w.module.Position(b.Range())
			w.warn(Imported, fmt.Sprintf(" (%s:%d)", file, line))
			return
		}
	}
}

// mockedTests warns of tests that apply with a mocked provider, whose ARNs
// are random strings that the provider's own checks refuse.
func (w warner) mockedTests() {
	for _, f := range w.module.Tests() {
		if mock := unmockedKey(f); mock != nil && applies(f) {
			line, _ := f.Position(mock.TypeRange.Start.Byte)
			w.warn(MockedTest, fmt.Sprintf(` (%s:%d)`, f.Path, line))
		}
	}
}

// unmockedKey returns a mock_provider block for AWS that gives keys no ARN.
func unmockedKey(f *terraform.File) *hclsyntax.Block {
	for _, b := range f.BlocksOf("mock_provider") {
		if len(b.Labels) != 1 || b.Labels[0] != "aws" {
			continue
		}
		mocked := false
		for _, r := range b.Body.Blocks {
			defaults := r.Body.Attributes["defaults"]
			if r.Type != "mock_resource" || len(r.Labels) != 1 || r.Labels[0] != "aws_kms_key" || defaults == nil {
				continue
			}
			pairs, diags := hcl.ExprMap(defaults.Expr)
			for _, p := range pairs {
				mocked = mocked || !diags.HasErrors() && hcl.ExprAsKeyword(p.Key) == "arn"
			}
		}
		if !mocked {
			return b
		}
	}
	return nil
}

// applies reports whether a test applies, which is what a run does unless it
// says command = plan.
func applies(f *terraform.File) bool {
	for _, b := range f.BlocksOf("run") {
		a := b.Body.Attributes["command"]
		if a == nil || hcl.ExprAsKeyword(a.Expr) != "plan" {
			return true
		}
	}
	return false
}
