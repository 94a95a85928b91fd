package acceptance

import (
	"encoding/json"
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
	Sid       string `json:",omitempty"`
	Effect    string
	Principal map[string]oneOrMore
	Action    oneOrMore
	Resource  oneOrMore
	Condition map[string]map[string]oneOrMore `json:",omitempty"`
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

func (o oneOrMore) MarshalJSON() ([]byte, error) {
	if len(o) == 1 {
		return json.Marshal(o[0])
	}
	return json.Marshal([]string(o))
}

// acceptPolicy returns the policy as KMS keeps it: a bare account id becomes
// the account's root. It refuses a policy under which the caller could not
// change it again, as KMS does unless told not to.
func acceptPolicy(text string, bypass bool) (string, error) {
	var p policy
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return "", refusal("MalformedPolicyDocumentException", "%v: %s", err, text)
	}
	manageable := bypass
	for _, s := range p.Statement {
		for i, principal := range s.Principal["AWS"] {
			if principal == account {
				s.Principal["AWS"][i] = root
			}
		}
		manageable = manageable || s.managesKey()
	}
	if !manageable {
		return "", refusal("MalformedPolicyDocumentException", "the new key policy will not allow you to update the key policy in the future")
	}
	out, err := json.Marshal(p)
	return string(out), err
}

// managesKey reports whether the statement lets the account put a policy.
func (s statement) managesKey() bool {
	return s.Effect == "Allow" && len(s.Condition) == 0 && slices.Contains(s.Resource, "*") &&
		slices.ContainsFunc(s.Principal["AWS"], func(p string) bool { return p == root || p == "*" }) &&
		slices.ContainsFunc(s.Action, func(a string) bool { return slices.Contains([]string{"*", "kms:*", "kms:Put*", "kms:PutKeyPolicy"}, a) })
}
