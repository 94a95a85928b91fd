package detect

import (
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// maxSteps ends the search along references that go round in a circle, which
// Terraform refuses anyway.
const maxSteps = 8

// lookup returns what the argument of a data source or alias says of which key
// it looks up.
func lookup(s *eval.StandIn, names ...string) cty.Value {
	for _, name := range names {
		if a := s.Resource.Attribute(name); a != nil {
			v, _ := s.In.SettleRequired(a.Expr, s.Expansion.Scope, s.In.Value(a.Expr, s.Expansion.Scope)).Unmark()
			return v
		}
	}
	return cty.DynamicVal
}

// managed reports whether a data source looks an AWS managed key up, by name
// or through another lookup.
func managed(s *eval.StandIn, steps int) bool {
	if !s.Resource.Data || steps > maxSteps {
		return false
	}
	v := lookup(s, "name", "key_id")
	if next := s.In.Evaluator().StandIn(v); next != nil {
		return managed(next, steps+1)
	}
	return terraform.IsString(v) && managedAlias.MatchString(v.AsString())
}

// targets are the arguments of aliases and lookups that name a key.
var targets = map[string]string{"aws_kms_alias": "target_key_id", "data.aws_kms_key": "key_id", "data.aws_kms_alias": "name"}

// target returns what an alias or lookup names as its key, nil when that is not
// an attribute of a resource or data source.
func target(s *eval.StandIn) *eval.StandIn {
	next := targets[s.Resource.Kind()]
	if next == "" {
		return nil
	}
	return s.In.Evaluator().StandIn(lookup(s, next))
}

// keyOf follows aliases and lookups to the key that they stand for, as far as
// the configuration declares it.
func keyOf(s *eval.StandIn, steps int) *eval.StandIn {
	next := targets[s.Resource.Kind()]
	switch {
	case arnAttributes[s.Resource.Kind()] == "":
		return nil
	case next == "":
		return s
	}
	if steps > maxSteps {
		return nil
	}
	if to := target(s); to != nil {
		return keyOf(to, steps+1)
	}
	if v := lookup(s, next); terraform.IsString(v) && s.Resource.Data {
		if alias := aliasNamed(s.In, v.AsString(), s.Resource); alias != nil {
			return keyOf(&eval.StandIn{In: s.In, Resource: alias}, steps+1)
		}
	}
	return nil
}

// unusable tells why DynamoDB cannot use a key of the configuration. DynamoDB
// takes symmetric encryption keys that are enabled:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
func unusable(s *eval.StandIn) (ProblemID, *Reason) {
	for _, name := range []string{"is_enabled", "enabled"} {
		if a := s.Resource.Attribute(name); a != nil && eval.AsBool(s.In.Value(a.Expr, s.Expansion.Scope)).RawEquals(cty.False) {
			return UnusableKey, NewReason(KeyDisabled, "")
		}
	}
	if forEncryption(s).RawEquals(cty.False) {
		return UnusableKey, nil
	}
	return "", nil
}

// forEncryption tells whether a key of the configuration is a symmetric one for
// encryption, which is what an argument that is left out, or null, says.
func forEncryption(s *eval.StandIn) cty.Value {
	out := cty.True
	for name, want := range map[string]string{"customer_master_key_spec": "SYMMETRIC_DEFAULT", "key_usage": "ENCRYPT_DECRYPT"} {
		a := s.Resource.Attribute(name)
		if a == nil {
			continue
		}
		switch v, _ := s.In.Value(a.Expr, s.Expansion.Scope).Unmark(); {
		case terraform.IsString(v) && v.AsString() != want:
			return cty.False
		case !v.IsKnown():
			out = cty.UnknownVal(cty.Bool)
		}
	}
	return out
}

// Unusable tells whether DynamoDB cannot use a key of an instance.
func Unusable(in *eval.Instance, key *terraform.Resource) bool {
	s := keyOf(&eval.StandIn{In: in, Resource: key}, 0)
	if s == nil {
		return false
	}
	problem, _ := unusable(s)
	return problem != ""
}

// Managed tells whether a data source of an instance looks an AWS managed key
// up.
func Managed(in *eval.Instance, r *terraform.Resource) bool {
	return managed(&eval.StandIn{In: in, Resource: r}, 0)
}
