package acceptance

import (
	"encoding/json"
	"errors"
	"slices"
)

// root is the principal that stands for the account.
const root = "arn:aws:iam::" + account + ":root"

// defaultPolicy is the one of a key that is made without: IAM decides.
const defaultPolicy = `{"Version":"2012-10-17","Statement":[{"Sid":"Enable IAM User Permissions","Effect":"Allow",` +
	`"Principal":{"AWS":"` + root + `"},"Action":"kms:*","Resource":"*"}]}`

// A policy is a key policy.
type policy struct {
	Version   string
	Statement []statement
}

// A statement is one of a key policy. Of a list, AWS gives one value without
// brackets.
type statement struct {
	Sid       string
	Effect    string
	Principal principals
	Action    oneOrMore
	Resource  oneOrMore
	Condition map[string]map[string]oneOrMore
}

type oneOrMore []string

func (o *oneOrMore) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*o = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(o))
}

// principals are those of a statement, by their kinds. Everybody without a
// kind is every AWS principal.
type principals map[string]oneOrMore

func (p *principals) UnmarshalJSON(data []byte) error {
	if string(data) == `"*"` {
		*p = principals{"AWS": {"*"}}
		return nil
	}
	return json.Unmarshal(data, (*map[string]oneOrMore)(p))
}

// acceptPolicy returns the policy as KMS keeps it: a bare account id becomes
// the account's root. It refuses a policy under which the caller could not
// change it again, as KMS does unless told not to.
func acceptPolicy(text string, bypass bool) (string, error) {
	var document map[string]any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		return "", refusal("MalformedPolicyDocumentException", "%v: %s", err, text)
	}
	statements, _ := document["Statement"].([]any)
	for _, s := range statements {
		if principal, ok := s.(map[string]any)["Principal"].(map[string]any); ok && principal["AWS"] != nil {
			principal["AWS"] = withRoot(principal["AWS"])
		}
	}
	kept, err := json.Marshal(document)
	var p policy
	if err := errors.Join(err, json.Unmarshal(kept, &p)); err != nil {
		return "", refusal("MalformedPolicyDocumentException", "%v: %s", err, text)
	}
	if !bypass && !slices.ContainsFunc(p.Statement, statement.managesKey) {
		return "", refusal("MalformedPolicyDocumentException", "the new key policy will not allow you to update the key policy in the future")
	}
	return string(kept), nil
}

// withRoot returns the principals, one or a list, with the account's root in
// the place of its id.
func withRoot(principals any) any {
	if list, ok := principals.([]any); ok {
		for i := range list {
			list[i] = withRoot(list[i])
		}
		return list
	}
	if principals == account {
		return root
	}
	return principals
}

// managesKey reports whether the statement lets the account put a policy. That
// the caller is of the account is a condition that holds.
func (s statement) managesKey() bool {
	for operator, keys := range s.Condition {
		if len(keys) != 1 || operator != "StringEquals" || !slices.Equal(keys["kms:CallerAccount"], oneOrMore{account}) {
			return false
		}
	}
	return s.Effect == "Allow" && slices.Contains(s.Resource, "*") &&
		slices.ContainsFunc(s.Principal["AWS"], func(p string) bool { return p == root || p == "*" }) &&
		slices.ContainsFunc(s.Action, func(a string) bool { return slices.Contains([]string{"*", "kms:*", "kms:Put*", "kms:PutKeyPolicy"}, a) })
}
