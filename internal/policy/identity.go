package policy

import (
	"slices"
	"strings"
)

// Allows returns what the policy, as one of an identity of the target's
// account, says of an action on a resource: Yes when a statement surely allows
// it and none may deny it, No when none may allow it or one surely denies it.
// A call of a KMS action is taken to be made through DynamoDB. The resource is
// opaque if any part of it is unknown; it is then equal to itself, and to *, and
// not to what contradicts the parts that are known.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func (p Policy) Allows(t Target, action, resource string) Verdict {
	return min(p.says("Allow", t, action, resource), not(p.Denies(t, action, resource)))
}

// Denies returns whether a statement of the policy denies an action on a
// resource, whatever others allow; see [Policy.Allows].
func (p Policy) Denies(t Target, action, resource string) Verdict {
	return p.says("Deny", t, action, resource)
}

// says returns whether a statement with an effect applies.
func (p Policy) says(effect string, t Target, action, resource string) Verdict {
	facts := map[string]fact{principalAccount: p.fact("", t.Account, "")}
	of := p.resource(resource)
	if strings.HasPrefix(action, "kms:") {
		facts = p.throughDynamoDB(t, action)
		of.known = "" // the ARN of a key tells nothing of it
	}
	out := No
	for _, s := range p.statements {
		out = max(out, min(s.appliesTo(action, of, facts), s.has(effect)))
	}
	return out
}

// Concerns returns whether the policy says anything of a resource; see [Policy.Allows].
func (p Policy) Concerns(resource string) Verdict {
	out := No
	for _, s := range p.statements {
		if s.unknown || s.entries != nil {
			return Maybe
		}
		out = max(out, s.concerns(p.resource(resource)))
	}
	return out
}

func (p Policy) resource(arn string) text {
	known := arn
	if p.blank != nil {
		known = p.blank(arn)
	}
	return text{arn, !p.known(arn), known}
}

// Join returns the policies of one identity as one, which allows what any of
// them does and denies what any of them does. Their strings are told apart in
// the same way.
func Join(list ...Policy) Policy {
	var out Policy
	for _, p := range list {
		out.statements = append(out.statements, p.statements...)
		if p.blank != nil {
			out.blank = p.blank
		}
	}
	return out
}

// Either returns the policies of which one is in force as one: what each of them
// says, it says perhaps.
func Either(list ...Policy) Policy {
	out := Join(list...)
	for n, s := range out.statements {
		out.statements[n].conditions = append(slices.Clip(s.conditions), condition{operator: text{unknown: true}})
	}
	return out
}

// appliesTo returns whether a statement of an identity policy is about a
// request. One that names principals belongs to no identity policy.
func (s statement) appliesTo(action string, resource text, facts map[string]fact) Verdict {
	if s.unknown || s.entries != nil {
		return Maybe
	}
	v := min(s.covers(action), s.concerns(resource))
	for _, c := range s.conditions {
		v = min(v, c.holds(facts))
	}
	return v
}
