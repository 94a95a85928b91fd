package fix

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// mockedTests warns of tests, of the table's module or of one that leads to it,
// that apply with a mocked provider, whose ARNs are random strings that the
// provider's own checks refuse.
func (w *warner) mockedTests() {
	for _, m := range w.leading() {
		for _, f := range w.testsOf(m) {
			if mock := unmockedKey(m, f); mock != nil && applies(f) {
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

// unmockedKey returns a mock_provider block for AWS, in a test of a module, that
// gives keys no ARN.
func unmockedKey(m *terraform.Module, f *terraform.File) *hclsyntax.Block {
	for _, b := range f.BlocksOf("mock_provider") {
		if len(b.Labels) != 1 || b.Labels[0] != "aws" {
			continue
		}
		mocked := slices.ContainsFunc(b.Body.Blocks, mocksKey)
		if a := b.Body.Attributes["source"]; a != nil {
			for _, shared := range m.Mocks(word(a.Expr)) {
				mocked = mocked || slices.ContainsFunc(shared.Body.Blocks, mocksKey)
			}
		}
		if !mocked {
			return b
		}
	}
	return nil
}

// mocksKey reports whether a block gives mocked keys an ARN.
func mocksKey(b *hclsyntax.Block) bool {
	defaults := b.Body.Attributes["defaults"]
	if b.Type != "mock_resource" || len(b.Labels) != 1 || b.Labels[0] != "aws_kms_key" || defaults == nil {
		return false
	}
	pairs, diags := hcl.ExprMap(defaults.Expr)
	return !diags.HasErrors() && slices.ContainsFunc(pairs, func(p hcl.KeyValuePair) bool { return word(p.Key) == "arn" })
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
