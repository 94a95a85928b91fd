package fix

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/eval"
)

// proveValidations holds that no variable is given what its own validation
// refuses, unless it was before: a call may pass what only a validation reads
// besides the table.
// https://developer.hashicorp.com/terraform/language/values/variables#custom-validation-rules
func proveValidations(before, after *Judged) *Refusal {
	old := before.invalid()
	for _, at := range after.invalid() {
		if !slices.Contains(old, at) {
			return &Refusal{Message: at, Harm: true}
		}
	}
	return nil
}

// invalid returns a sentence for each variable of which a validation is known
// to fail: in the plan, or in the apply, when a new key has its ARN.
func (j *Judged) invalid() []string {
	var out []string
	for _, in := range slices.Concat(j.Plan(), j.Tops) {
		out = append(out, j.invalidIn(in)...)
	}
	return out
}

// invalidIn returns the sentences for an instance and all that it calls.
func (j *Judged) invalidIn(in *eval.Instance) []string {
	var out []string
	for _, f := range slices.Concat(in.Files, in.Overrides) {
		for _, b := range f.BlocksOf("variable") {
			for _, nested := range b.Body.Blocks {
				if isValidation(b, nested) && fails(in, nested.Body.Attributes["condition"]) {
					out = append(out, fmt.Sprintf("%svar.%s would fail its validation", in.Address(), b.Labels[0]))
				}
			}
		}
	}
	for _, c := range in.Calls {
		if c.Aside || !j.Judges(c.Target()) {
			continue
		}
		list, _ := in.Called(c)
		for _, child := range list[:min(len(list), maxInstances)] {
			out = append(out, j.invalidIn(child)...)
		}
	}
	return out
}

// fails reports whether a condition is known not to hold.
func fails(in *eval.Instance, condition *hclsyntax.Attribute) bool {
	if condition == nil {
		return false
	}
	v := eval.AsBool(in.Value(condition.Expr, nil))
	return v.IsKnown() && !v.IsNull() && v.False()
}

// isValidation reports whether a block in a top-level one is the validation of
// a variable.
func isValidation(b, nested *hclsyntax.Block) bool {
	return b.Type == "variable" && len(b.Labels) == 1 && nested.Type == "validation"
}
