package fix

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/internal/lazyregexp"
	"cmkify/internal/terraform"
)

// mockedTests warns of tests, of the table's module or of one that leads to it,
// that run with a mocked provider, whose ARNs are random strings that the
// provider's own checks refuse.
func (w *warner) mockedTests() {
	for _, m := range w.leading() {
		for _, f := range w.testsOf(m) {
			if mock := failingMock(m, f); mock != nil {
				w.warnOf(detect.MockedTest, fmt.Sprintf(" (%s)", terraform.Place{File: f, Start: mock.TypeRange.Start.Byte}.Line()))
			}
		}
	}
}

// testsOf returns the files of tests that run a module, wherever they are.
func (j *Judged) testsOf(m *terraform.Module) []*terraform.File {
	out := m.Tests()
	for _, judged := range j.Modules {
		if judged.Module == m {
			out = slices.Concat(out, judged.Tests)
		}
	}
	return out
}

// leading returns the table's module, and all from which calls lead to it.
func (w *warner) leading() []*terraform.Module {
	var out []*terraform.Module
	for _, in := range w.homeOf(w.outcome).Ways {
		for ; in != nil; in = in.Caller {
			if !slices.Contains(out, in.Module) {
				out = append(out, in.Module)
			}
		}
	}
	return out
}

// failingMock returns a mock_provider block for AWS, in a test of a module, with
// which a key has no ARN that the provider takes; nil for none. Without one for keys,
// or one that overrides plans, too, a plan does not know the ARN, and passes.
// https://developer.hashicorp.com/terraform/language/block/tests/mock_provider
func failingMock(m *terraform.Module, f *terraform.File) *hclsyntax.Block {
	for _, b := range f.BlocksOf("mock_provider") {
		if len(b.Labels) != 1 || !m.IsAWS(b.Labels[0]) {
			continue
		}
		mocks := slices.DeleteFunc(slices.Clone(b.Body.Blocks), isNoKeyMock)
		if a := b.Body.Attributes["source"]; a != nil {
			for _, shared := range m.Mocks(word(a.Expr)) {
				mocks = append(mocks, slices.DeleteFunc(slices.Clone(shared.Body.Blocks), isNoKeyMock)...)
			}
		}
		planned := func(mock *hclsyntax.Block) bool { return duringPlan(b) || duringPlan(mock) }
		if !slices.ContainsFunc(mocks, givesARN) && (applies(f) || slices.ContainsFunc(mocks, planned)) {
			return b
		}
	}
	return nil
}

func isNoKeyMock(b *hclsyntax.Block) bool {
	return b.Type != "mock_resource" || len(b.Labels) != 1 || b.Labels[0] != "aws_kms_key"
}

// duringPlan reports whether a mock_provider or a mock in it is to override what a
// plan does not know.
func duringPlan(b *hclsyntax.Block) bool {
	a := b.Body.Attributes["override_during"]
	return a != nil && word(a.Expr) == "plan"
}

// mockARN is what the provider takes for an ARN.
// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/verify/validate.go
var mockARN = lazyregexp.New(`^arn:aws(-[a-z]+)*:[^:]*:([a-z]{2}(-[a-z]+)+-\d{1,2})?:(aws|aws-managed|third-party|aws-marketplace|\d{12}|cw.{10})?:.+$`)

// givesARN reports whether a mock gives keys an ARN: one that is computed is not
// looked into.
func givesARN(mock *hclsyntax.Block) bool {
	defaults := mock.Body.Attributes["defaults"]
	if defaults == nil {
		return false
	}
	pairs, diags := hcl.ExprMap(defaults.Expr)
	return !diags.HasErrors() && slices.ContainsFunc(pairs, func(p hcl.KeyValuePair) bool {
		v, diags := p.Value.Value(nil)
		return word(p.Key) == "arn" && (diags.HasErrors() || terraform.IsString(v) && mockARN.MatchString(v.AsString()))
	})
}

// applies reports whether a test applies, which is what a run does unless it
// says command = plan.
func applies(f *terraform.File) bool {
	for _, b := range f.BlocksOf("run") {
		a := b.Body.Attributes["command"]
		if a == nil || word(a.Expr) != "plan" {
			return true
		}
	}
	return false
}

// word returns the word that an expression is, in HCL or as a text in JSON.
func word(e hcl.Expression) string {
	if v, diags := e.Value(nil); !diags.HasErrors() && terraform.IsString(v) {
		return v.AsString()
	}
	return hcl.ExprAsKeyword(e)
}
