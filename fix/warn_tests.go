package fix

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// mockedTests warns of tests, of the table's module or of one that leads to it,
// that apply with a mocked provider, whose ARNs are random strings that the
// provider's own checks refuse.
func (w *warner) mockedTests() {
	for _, m := range w.leading() {
		for _, f := range w.testsOf(m) {
			if mock := unmockedKey(f); mock != nil && applies(f) {
				w.warnOf(detect.MockedTest, fmt.Sprintf(" (%s)", terraform.Place{File: f, Start: mock.TypeRange.Start.Byte}.Line()))
			}
		}
	}
}

// testsOf returns the files of tests that run a module, wherever they are.
func (w *warner) testsOf(m *terraform.Module) []*terraform.File {
	out := m.Tests()
	for _, judged := range w.Modules {
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
				mocked = mocked || !diags.HasErrors() && word(p.Key) == "arn"
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

// staleTests warns of assertions that are false after the fix, because they read
// the encryption that the table had, themselves or by an output.
func (w *warner) staleTests() {
	table, in := w.outcome.Table, w.outcome.In()
	scope := eval.Scope{table.Type: cty.ObjectVal(map[string]cty.Value{
		table.Name: encryptedSelf,
	})}
	for _, f := range w.testsOf(in.Module) {
		own := slices.Contains(in.Module.Tests(), f)
		for _, run := range f.BlocksOf("run") {
			tested := scope
			if runsAnother(run) != own {
				tested = scope.With("output", outputsIn(in, scope))
			}
			for _, condition := range assertions(run) {
				v, ok := in.Try(condition, tested)
				if ok && v.Type() == cty.Bool && v.IsKnown() && v.False() {
					w.warnOf(detect.StaleTest, fmt.Sprintf(" (%s)", terraform.Place{File: f, Start: condition.Range().Start.Byte}.Line()))
					return
				}
			}
		}
	}
}

// assertions returns the conditions that a run of a test asserts.
func assertions(run *hclsyntax.Block) []hclsyntax.Expression {
	var out []hclsyntax.Expression
	for _, b := range run.Body.Blocks {
		if a := b.Body.Attributes["condition"]; b.Type == "assert" && a != nil {
			out = append(out, a.Expr)
		}
	}
	return out
}

// runsAnother reports whether a run of a test runs another module than that of its
// directory.
func runsAnother(run *hclsyntax.Block) bool {
	return slices.ContainsFunc(run.Body.Blocks, func(b *hclsyntax.Block) bool { return b.Type == "module" })
}

// outputsIn returns the outputs of a module, evaluated in a scope.
func outputsIn(in *eval.Instance, s eval.Scope) cty.Value {
	out := map[string]cty.Value{}
	for _, o := range in.Outputs() {
		if o.Expr != nil {
			out[o.Name] = in.Value(o.Expr, s)
		}
	}
	return cty.ObjectVal(out)
}
