package policy

import (
	"fmt"
	"strings"
)

const (
	createGrant = "kms:CreateGrant"
	decrypt     = "kms:Decrypt"
)

// needed are the KMS actions that DynamoDB must be allowed on a customer
// managed key on behalf of its callers: ReEncrypt* stands for ReEncryptFrom
// and ReEncryptTo there, GenerateDataKey* for GenerateDataKey and
// GenerateDataKeyWithoutPlaintext, not for those that make key pairs.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-customer-cmk-policy
var needed = []string{
	"kms:Encrypt", decrypt, "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey",
	"kms:GenerateDataKeyWithoutPlaintext", "kms:DescribeKey", createGrant,
}

// OpenToAccount reports whether every principal of the target's account may
// use the key through DynamoDB, for all that DynamoDB needs, without any
// permission of its own. why is the statements that let them, or what is in
// the way. What other policies forbid, as those of an organization, is not
// part of the answer.
func (p Policy) OpenToAccount(t Target) (open bool, why string) {
	return p.open(t, caller{kind: everyone}, "every principal of the account")
}

// OpenTo reports whether each of the principals may use the key through
// DynamoDB, for all that DynamoDB needs, by this policy alone. They are ARNs
// of roles and users of the target's account; for a table with replicas, that
// of its role AWSServiceRoleForDynamoDBReplication belongs to them. It is
// false when there are none.
func (p Policy) OpenTo(t Target, principals []string) (open bool, why string) {
	if len(principals) == 0 {
		return false, "no principals are given"
	}
	for _, arn := range principals {
		c := caller{named, text{value: arn, unknown: !p.known(arn)}}
		if e, ok := parseARN(c.arn); ok && p.sameAccount(e.account, t) == No {
			return false, arn + " belongs to another account and needs permission there, too"
		}
		if open, why = p.open(t, c, arn); !open {
			return false, why
		}
	}
	return true, why
}

// DelegatesToIAM reports whether the policy allows the account itself all
// that DynamoDB needs, so that an IAM policy which allows it counts. A policy
// that does not name the account is not helped by IAM policies, and * does
// not name it.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam
func (p Policy) DelegatesToIAM(t Target) (delegates bool, why string) {
	return p.open(t, caller{kind: account}, "the account")
}

// open reports whether the caller may do all that is needed, and DynamoDB is
// not kept from it. A denial holds against any allowance.
func (p Policy) open(t Target, c caller, who string) (bool, string) {
	for _, action := range needed {
		users := request{c, t, action, p.throughDynamoDB(t, action)}
		itself := request{caller{kind: dynamoDB}, t, action, p.byDynamoDB(t, action)}
		for _, s := range p.statements {
			u, _ := p.applies(s, "Deny", users)
			i, _ := p.applies(s, "Deny", itself)
			if max(u, i) > No {
				return false, fmt.Sprintf("%s may deny %s", s.name(), action)
			}
		}
	}
	used := map[int]bool{}
	for _, action := range needed {
		by, limits := p.allowing(request{c, t, action, p.throughDynamoDB(t, action)})
		if by == 0 {
			return false, fmt.Sprintf("%s is not surely allowed to %s%s", action, who, limits)
		}
		used[by] = true
	}
	var names []string
	for _, s := range p.statements {
		if used[s.number] {
			names = append(names, s.name())
		}
	}
	return true, "allowed by " + strings.Join(names, ", ")
}

// A request is a call of KMS.
type request struct {
	by     caller
	target Target
	action string
	facts  map[string]fact
}

// allowing returns the number of the first statement that surely allows a
// request; 0 when none does, and then what keeps those about the action from
// it.
func (p Policy) allowing(r request) (number int, limits string) {
	for _, s := range p.statements {
		v, element := p.applies(s, "Allow", r)
		if v == Yes {
			return s.number, ""
		}
		if s.has("Allow") > No && s.covers(r.action) > No {
			limits += fmt.Sprintf("; %s is limited by its %s", s.name(), element)
		}
	}
	return 0, limits
}

// applies returns whether a statement of a key policy has that effect on a
// request, and the element that keeps it from being sure.
func (p Policy) applies(s statement, effect string, r request) (v Verdict, limit string) {
	v = Yes
	bound := func(by Verdict, element string) {
		if by < v {
			v, limit = by, element
		}
	}
	bound(s.has(effect), "Effect")
	if s.unknown {
		return v, "unknown content"
	}
	bound(s.covers(r.action), "Action")
	bound(p.reaches(s, r.by, r.target), "Principal")
	bound(s.concernsKey(r.target.Key), "Resource")
	for _, c := range s.conditions {
		bound(c.holds(r.facts), strings.TrimSpace("condition "+c.operator.value+" "+c.name))
	}
	return v, limit
}
