package policy

import "strings"

// A caller is who makes a request: a principal of the target's account, or
// DynamoDB.
type caller struct {
	kind callerKind
	arn  text // of a named one
}

type callerKind int

const (
	everyone callerKind = iota // any principal of the account
	named                      // the one with the ARN
	account                    // the account itself, which can let its principals in by IAM policies
	dynamoDB                   // the service, under its grants
)

// reaches returns whether the statement's principals include the caller:
// Maybe also when they include some of everyone, and when they are the account
// of the caller, which is denied with it but not allowed with it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam
func (p Policy) reaches(s statement, c caller, t Target) Verdict {
	// What NotPrincipal leaves depends on how AWS lists sessions and accounts.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
	if s.entries == nil || s.except {
		return Maybe
	}
	out := No
	for _, e := range s.entries {
		out = max(out, p.includes(e, c, t))
	}
	return out
}

func (p Policy) includes(e entry, c caller, t Target) Verdict {
	switch {
	case e.kind.unknown:
		return Maybe
	case e.kind.value == "AWS":
		return p.includesAWS(e.value, c, t)
	case e.kind.value == "Service":
		return includesService(e.value, c)
	}
	return Maybe // a session of a role may be federated
}

// includesService judges the name of a service: it is no principal of an
// account, and is DynamoDB if it could be.
func includesService(name text, c caller) Verdict {
	other := !name.unknown && !strings.Contains(name.value, "dynamodb") && !strings.Contains(name.value, "*")
	if c.kind != dynamoDB || other {
		return No
	}
	return Maybe
}

// includesAWS judges a value of AWS: *, an account, or an ARN.
func (p Policy) includesAWS(value text, c caller, t Target) Verdict {
	if value.value == "*" {
		if c.kind == account {
			return Maybe // it delegates nothing to IAM
		}
		return Yes
	}
	if id, ok := accountOf(value, t); ok {
		return p.includesAccount(id, c, t)
	}
	if c.kind == named && value.value == c.arn.value && value.value != "" {
		return Yes
	}
	arn, ok := parseARN(value)
	switch {
	case !ok:
		return Maybe
	case c.kind == dynamoDB || p.sameAccount(arn.account, t) == No:
		return No
	case c.kind == named && differ(value, c.arn):
		return No
	}
	return Maybe
}

// includesAccount judges the account of that id, which is not DynamoDB's.
func (p Policy) includesAccount(id text, c caller, t Target) Verdict {
	switch c.kind {
	case account:
		return p.sameAccount(id, t)
	case dynamoDB:
		return No
	}
	return min(p.sameAccount(id, t), Maybe)
}

// sameAccount returns whether an account is the target's. Two are different
// when both ids are known as what ids are, twelve digits.
func (p Policy) sameAccount(id text, t Target) Verdict {
	switch {
	case id.value == t.Account && t.Account != "":
		return Yes
	case id.unknown || !isAccountID(id.value) || !p.known(t.Account) || !isAccountID(t.Account):
		return Maybe
	}
	return No
}

// accountOf returns the account that a principal stands for: as its id, or as
// the ARN of its root in any partition.
func accountOf(principal text, t Target) (id text, ok bool) {
	if isAccountID(principal.value) || principal.value == t.Account {
		return principal, true
	}
	rest, isARN := strings.CutPrefix(principal.value, "arn:")
	rest, isRoot := strings.CutSuffix(rest, ":root")
	partition, account, isIAM := strings.Cut(rest, ":iam::")
	return text{value: account, unknown: principal.unknown}, isARN && isRoot && isIAM && !strings.Contains(partition, ":")
}

func isAccountID(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

// An entityARN is the ARN of a role, a user or a session.
type entityARN struct {
	service, resource string
	account           text
}

// parseARN reads an ARN that is known in full.
func parseARN(value text) (entityARN, bool) {
	parts := strings.SplitN(value.value, ":", 6)
	if value.unknown || len(parts) < 6 || parts[0] != "arn" {
		return entityARN{}, false
	}
	return entityARN{parts[2], parts[5], text{value: parts[4]}}, true
}

// differ reports whether two ARNs surely belong to two roles or users: their
// names differ in more than case. A session belongs to a role whose path its
// ARN does not give.
func differ(a, b text) bool {
	one, ok := parseARN(a)
	other, known := parseARN(b)
	return ok && known && one.service == "iam" && other.service == "iam" && !strings.EqualFold(one.resource, other.resource)
}
