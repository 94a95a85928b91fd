package fix

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// staleTests adds to the outcomes of a plan a warning of an assertion that its
// edits make false: it reads the encryption that the table had, itself or by an
// output. A test that sets variables asserts what these decide, before and after.
func (p *Plan) staleTests(before, after *Judged) {
	now := map[string]*detect.Finding{}
	for _, f := range after.Findings() {
		now[f.ID()] = f
	}
	for _, o := range p.Outcomes {
		if o.Status != detect.Fixable || now[o.ID()] == nil {
			continue
		}
		if at := before.staleAssertion(o.Finding, now[o.ID()]); !at.IsZero() {
			message := fmt.Sprintf("%s (%s)", detect.Sentence(detect.WarningKind, detect.StaleTest), at.Line())
			o.Warnings = append(o.Warnings, Warning{ID: detect.StaleTest, Message: message})
		}
	}
}

// staleAssertion returns where the first assertion is that fails for a table as it
// is now, and did not for what it was.
func (j *Judged) staleAssertion(was, now *detect.Finding) terraform.Place {
	m := was.In().Module
	for _, f := range j.testsOf(m) {
		own := slices.Contains(m.Tests(), f)
		for _, run := range f.BlocksOf("run") {
			if runsAnother(run) == own {
				continue
			}
			for _, condition := range assertions(run) {
				if reads(m, condition, was.Table) && failsIn(now, f, run, condition) && !failsIn(was, f, run, condition) {
					return terraform.Place{File: f, Start: condition.Range().Start.Byte, End: condition.Range().End.Byte}
				}
			}
		}
	}
	return terraform.Place{}
}

// reads reports whether a condition reads a table of a module, itself or by an
// output.
func reads(m *terraform.Module, condition hclsyntax.Expression, table *terraform.Resource) bool {
	return slices.ContainsFunc(condition.Variables(), func(t hcl.Traversal) bool {
		o := outputOf(m, t)
		return terraform.AddressOf(t) == table.Address() || o != nil && slices.ContainsFunc(o.Expr.Variables(), func(in hcl.Traversal) bool {
			return terraform.AddressOf(in) == table.Address()
		})
	})
}

// outputOf returns the output with a value that a reference of a test leads to, nil
// for none.
func outputOf(m *terraform.Module, t hcl.Traversal) *terraform.Output {
	if len(t) < 2 || t.RootName() != "output" {
		return nil
	}
	step, named := t[1].(hcl.TraverseAttr)
	if !named {
		return nil
	}
	if o := m.Output(step.Name); o != nil && o.Expr != nil {
		return o
	}
	return nil
}

// failsIn reports whether a condition that a run of a test asserts is false for a
// table, as far as its encryption decides that.
func failsIn(of *detect.Finding, test *terraform.File, run *hclsyntax.Block, condition hclsyntax.Expression) (fails bool) {
	alone := of.In()
	alone.Tested(givenIn(alone, test, run), func(in *eval.Instance) {
		scope := eval.Scope{of.Table.Type: cty.ObjectVal(map[string]cty.Value{of.Table.Name: encryptedAs(in, of.Table)})}
		v, ok := in.Try(condition, scope.With("output", outputsIn(in, condition, scope)))
		fails = ok && v.Type() == cty.Bool && v.RawEquals(cty.False)
	})
	return fails
}

// givenIn returns the values that a test sets variables to: those of its file, and
// those of the run, which may refer to them and are set in their place.
// https://developer.hashicorp.com/terraform/language/tests#variables
func givenIn(in *eval.Instance, test *terraform.File, run *hclsyntax.Block) map[string]cty.Value {
	out := map[string]cty.Value{}
	set := func(b *hclsyntax.Block) {
		scope := eval.Scope{"var": cty.ObjectVal(maps.Clone(out)), "run": cty.DynamicVal}
		for name, a := range b.Body.Attributes {
			out[name] = in.Value(a.Expr, scope)
		}
	}
	for _, b := range slices.Concat(test.BlocksOf("variables"), run.Body.Blocks) {
		if b.Type == "variables" {
			set(b)
		}
	}
	return out
}

// encryptedAs returns a table as a test reads it, as far as that concerns
// encryption: as it is configured, with any ARN for a key that is given.
func encryptedAs(in *eval.Instance, table *terraform.Resource) cty.Value {
	blocks := cty.DynamicVal
	static, dynamic := table.Nested(encryptionBlock)
	if contents := terraform.Contents(dynamic...); len(contents) > 0 {
		static = contents[len(contents)-1:]
	}
	scopes, known := []eval.Scope{nil}, true
	if len(dynamic) > 0 {
		scopes, known = in.Elements(dynamic[0], nil)
	}
	if len(static) > 0 && len(scopes) == 1 && known {
		blocks = cty.TupleVal([]cty.Value{encryptionIn(in, static[len(static)-1], scopes[0])})
	}
	return cty.ObjectVal(map[string]cty.Value{encryptionBlock: blocks})
}

func encryptionIn(in *eval.Instance, block *hclsyntax.Block, scope eval.Scope) cty.Value {
	enabled, key := cty.DynamicVal, cty.DynamicVal
	if a := block.Body.Attributes["enabled"]; a != nil {
		enabled = eval.AsBool(in.Value(a.Expr, scope))
	}
	if a := block.Body.Attributes["kms_key_arn"]; a != nil {
		if v, _ := in.Value(a.Expr, scope).Unmark(); v.IsKnown() && !v.IsNull() {
			key = cty.UnknownVal(cty.String).RefineNotNull()
		}
	}
	return cty.ObjectVal(map[string]cty.Value{"enabled": enabled, "kms_key_arn": key})
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

// outputsIn returns the outputs of a module that a condition reads, evaluated in a
// scope.
func outputsIn(in *eval.Instance, condition hclsyntax.Expression, s eval.Scope) cty.Value {
	out := map[string]cty.Value{}
	for _, t := range condition.Variables() {
		if o := outputOf(in.Module, t); o != nil {
			out[o.Name] = in.Value(o.Expr, s)
		}
	}
	return cty.ObjectVal(out)
}
