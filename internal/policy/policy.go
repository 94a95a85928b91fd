// Package policy evaluates AWS policies that may be known only in part. In go
// the JSON text of a KMS key policy or an IAM identity policy and a function
// that tells what of its strings is unknown; out come answers
// about DynamoDB tables: whether their callers may use the key, and what an
// identity policy allows. What is unknown never makes a yes: an answer is
// proved, or it is no. The package reads no file, knows no Terraform, and
// never guesses the value of an unknown string.
package policy

import (
	"fmt"
	"slices"
	"strings"
)

// A Policy is one policy document. Its zero value allows nothing.
type Policy struct {
	statements []statement
	blank      func(string) string
}

// A Target is the table whose key is judged. The callers that the questions
// are about belong to its account.
type Target struct {
	// Account is the id of the table's account, "" when it is unknown. An
	// opaque string is equal to itself only, so two accounts that may differ
	// must have two strings.
	Account string
	// Region is the table's region, "" when it is unknown. It must be ""
	// for a table with replicas: DynamoDB then calls KMS across regions, and
	// only a condition that holds in every region is sure to hold.
	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-customer-cmk-policy
	Region string
	// Key is the string that a policy of the key would have as the key's own
	// ARN, "" when there is none.
	Key string
}

// A Verdict is the answer to a question about something that may be unknown.
// The order is one of certainty: the least of several is what is sure of all
// of them, the greatest what is sure of one of them.
type Verdict int

const (
	No Verdict = iota
	Maybe
	Yes
)

// String returns "no", "maybe" or "yes".
func (v Verdict) String() string { return [...]string{"no", "maybe", "yes"}[v] }

func not(v Verdict) Verdict { return Yes - v }

// A text is a string of a policy. It is unknown when it holds an opaque part
// or a policy variable, which AWS fills in at each request.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
type text struct {
	value   string
	unknown bool
	known   string // what is known of it, with * for the rest; "" for nothing
}

// A statement is one of a policy.
type statement struct {
	number int    // from 1, as in the document
	sid    string // "" when it has none, or an unknown one
	effect text

	entries   []entry // of Principal or NotPrincipal; nil when it has neither
	except    bool    // they are those of NotPrincipal
	actions   []text
	notAction bool

	resources   []text // nil when it has neither Resource nor NotResource
	notResource bool
	conditions  []condition

	unknown bool // nothing else is known of it
}

// An entry is one value of a Principal element.
type entry struct {
	kind  text // AWS, Service, Federated, CanonicalUser
	value text
}

// name is how messages call the statement.
func (s statement) name() string {
	if s.sid == "" {
		return fmt.Sprintf("statement %d", s.number)
	}
	return fmt.Sprintf("statement %d (%s)", s.number, s.sid)
}

// has returns whether the effect is the wanted one.
func (s statement) has(effect string) Verdict {
	switch {
	case s.unknown || s.effect.unknown:
		return Maybe
	case s.effect.value == effect:
		return Yes
	}
	return No
}

// known reports whether a string of the caller is known in full.
func (p Policy) known(s string) bool { return s != "" && (p.blank == nil || p.blank(s) == s) }

// A Principal is one principal that a statement names.
type Principal struct {
	Kind   string // AWS, Service, Federated or CanonicalUser; "" when unknown
	Value  string // as written: "*", an account id, an ARN, a name, an opaque string
	Opaque bool   // the value or its kind is not known
	Except bool   // named by NotPrincipal: the statement is about all others
	Effect string // Allow or Deny, "" when unknown
}

// Principals returns the principals that the statements name, in their order.
// A statement whose principals are not known at all counts as one opaque one.
func (p Policy) Principals() []Principal {
	var out []Principal
	for _, s := range p.statements {
		effect := s.effect.value
		if s.has("Allow") == Maybe {
			effect = ""
		}
		if s.unknown {
			out = append(out, Principal{Opaque: true})
		}
		for _, e := range s.entries {
			out = append(out, Principal{e.kind.value, e.value.value, e.kind.unknown || e.value.unknown, s.except, effect})
		}
	}
	return out
}

// MeantForDynamoDB reports whether a statement singles out calls through
// DynamoDB: it allows those, or denies the others.
func (p Policy) MeantForDynamoDB() bool {
	return slices.ContainsFunc(p.statements, func(s statement) bool {
		return slices.ContainsFunc(s.conditions, func(c condition) bool {
			op, ok := operators[strings.TrimSuffix(c.operator.value, ifExists)]
			wanted := "Allow"
			if op.negated {
				wanted = "Deny"
			}
			return ok && c.key.value == viaService && s.has(wanted) == Yes && slices.ContainsFunc(c.values, func(v text) bool {
				return strings.HasPrefix(v.value, "dynamodb.")
			})
		})
	})
}
