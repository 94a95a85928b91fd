package fix

import (
	"fmt"
	"slices"

	"cmkify/detect"
	"cmkify/internal/eval"
)

// proveRotation holds that no key begins to rotate which cannot: one block, or one
// module, may make the key of a table and others of another kind. KMS refuses
// these at apply, and then in every later one.
// https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
func proveRotation(before *Judged, p *Plan, after *Judged) *Refusal {
	if !slices.ContainsFunc(p.Outcomes, func(o *Outcome) bool { return len(o.rotationWants()) > 0 }) {
		return nil
	}
	old := before.stuck()
	for _, at := range after.stuck() {
		if !slices.Contains(old, at) {
			return &Refusal{Message: at, Harm: true, Help: "set enable_key_rotation = true for the key of the table alone"}
		}
	}
	return nil
}

// stuck returns a sentence for each key that is to rotate, and cannot.
func (j *Judged) stuck() []string {
	var out []string
	for _, top := range j.Plan() {
		for _, in := range top.Declaring("aws_kms_key") {
			out = append(out, stuckIn(in)...)
		}
	}
	return out
}

func stuckIn(in *eval.Instance) []string {
	var out []string
	for _, r := range in.OfType("aws_kms_key") {
		list, _ := in.Expand(r)
		for _, e := range list[:min(len(list), maxInstances)] {
			if detect.RotatesInVain(&eval.StandIn{In: in, Resource: r, Expansion: e}) {
				out = append(out, fmt.Sprintf("%s%s%s would have to rotate, and only symmetric encryption keys with key material of KMS can", in.Address(), r.Address(), e.Key))
			}
		}
	}
	return out
}
