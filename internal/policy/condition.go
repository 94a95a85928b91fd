package policy

import "strings"

// A condition is one operator and key of a Condition element, with the values
// of which one must match.
type condition struct {
	operator text
	name     string // the key as written
	key      text   // the key in lower case: case does not matter
	values   []text
}

// The condition keys that a call through DynamoDB is known to have. Keys that
// are not here are unknown, or not set for such a call: aws:SourceAccount and
// aws:SourceArn are set only when a service calls for itself.
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
const (
	callerAccount    = "kms:calleraccount"
	principalAccount = "aws:principalaccount"
	viaService       = "kms:viaservice"
	grantForAWS      = "kms:grantisforawsresource"
	isAWSService     = "aws:principalisawsservice"
)

// A fact is what is known of the value of a condition key in a request.
type fact struct {
	text    text   // the value; unknown when it, or a part of it, is
	subject []rune // the value with holes for what is unknown
	flag    bool   // the key is a boolean, and true
	perhaps bool   // the request may come without the key
}

// An operator compares one value of a condition with a fact.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
type operator struct {
	compare func(text, fact) Verdict
	flag    bool // it compares booleans
	negated bool
}

const ifExists = "IfExists"

// operators are those that can be proved to hold or not. Not among them are
// ForAllValues and ForAnyValue: AWS warns against them on keys that have one
// value, as all of those above do.
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
var operators = map[string]operator{
	"StringEquals":              {compare: equals},
	"StringNotEquals":           {compare: equals, negated: true},
	"StringEqualsIgnoreCase":    {compare: equalsIgnoreCase},
	"StringNotEqualsIgnoreCase": {compare: equalsIgnoreCase, negated: true},
	"StringLike":                {compare: like},
	"StringNotLike":             {compare: like, negated: true},
	"Bool":                      {compare: isTrue, flag: true},
}

// holds returns whether the condition holds for a request with these facts,
// by key. A negated one is never sure to hold.
func (c condition) holds(facts map[string]fact) Verdict {
	f, known := facts[c.key.value]
	base, optional := strings.CutSuffix(c.operator.value, ifExists)
	op, ok := operators[base]
	if !known || !ok || c.key.unknown || c.operator.unknown || op.flag != f.flag {
		return Maybe
	}
	if f.perhaps && (optional || op.negated) {
		return Maybe // it holds without the key
	}
	v := anyOf(c.values, func(value text) Verdict { return op.compare(value, f) })
	if op.negated {
		return min(not(v), Maybe)
	}
	return v
}

// equals returns Yes also for an opaque value that is the fact's very string.
func equals(value text, f fact) Verdict {
	switch {
	case value.value == f.text.value && f.text.value != "":
		return Yes
	case value.unknown || f.text.unknown:
		return Maybe
	}
	return No
}

func equalsIgnoreCase(value text, f fact) Verdict {
	v := equals(value, f)
	if v == No && lower(value.value) == lower(f.text.value) {
		return Yes
	}
	return v
}

func like(value text, f fact) Verdict {
	v := equals(value, f)
	if !value.unknown && glob(value.value, f.subject) {
		return Yes
	}
	return v
}

func isTrue(value text, _ fact) Verdict {
	switch {
	case value.unknown:
		return Maybe
	case value.value == "true":
		return Yes
	case value.value == "false":
		return No
	}
	return Maybe
}

// fact returns the fact of a string of the target between two known ones.
func (p Policy) fact(before, value, after string) fact {
	f := fact{text: text{value: before + value + after, unknown: !p.known(value)}}
	if !f.text.unknown {
		f.subject = []rune(f.text.value)
		return f
	}
	f.subject = append(append([]rune(before), hole), []rune(after)...)
	if value == "" {
		f.text.value = ""
	}
	return f
}

// throughDynamoDB returns the facts of a KMS call that DynamoDB makes for a
// principal of the account. The name of the service ends in .amazonaws.com in
// every partition; kms:GrantIsForAWSResource belongs to calls about grants.
func (p Policy) throughDynamoDB(t Target, action string) map[string]fact {
	facts := map[string]fact{
		callerAccount:    p.fact("", t.Account, ""),
		principalAccount: p.fact("", t.Account, ""),
		viaService:       p.fact("dynamodb.", t.Region, ".amazonaws.com"),
	}
	if action == createGrant {
		facts[grantForAWS] = fact{flag: true}
	}
	return facts
}

// byDynamoDB returns the facts of a KMS call that DynamoDB makes for itself,
// under its grants: a Deny of the key policy holds for those, too. Whose
// account such a call has is not documented.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-grants
func (p Policy) byDynamoDB(t Target, action string) map[string]fact {
	via := p.fact("dynamodb.", t.Region, ".amazonaws.com")
	via.perhaps = true
	facts := map[string]fact{viaService: via, isAWSService: {flag: true}}
	if action == createGrant {
		facts[grantForAWS] = fact{flag: true}
	}
	return facts
}
