package detect

import "cmkify/internal/eval"

// handedOn judges the key that a table takes from the block of another one: it is
// what that has. Of a table that is encrypted without a customer key this is empty,
// or the ARN of the AWS managed one. Source: the AWS provider's
// flattenTableServerSideEncryption and clearSSEDefaultKey.
func (j *judgement) handedOn(s *eval.StandIn, region string) keyVerdict {
	v := keyVerdict{ref: s.In.Address() + s.Resource.Address() + s.Expansion.Key + "." + s.Attribute}
	own := &judgement{view: &view{}, in: s.In, home: s.In, table: s.Resource, instance: s.Expansion.Key, scope: s.Expansion.Scope, steps: j.steps + 1}
	if own.steps <= maxSteps {
		own.encryption()
	}
	if own.steps > maxSteps || own.undecided != nil || own.impossible {
		v.undecided = NewReason(UnknownKeyBranch, ": "+v.ref+" cannot be determined")
		return v
	}
	for _, f := range own.facts {
		v.take(f)
	}
	if v.problem == "" && j.away(s, region) {
		v.problem = UnusableKey
	}
	return v
}

// take takes in what an argument of a table comes to whose key is handed on. A key
// that is wrongly named there is known by its ARN once it is applied.
func (v *keyVerdict) take(f fact) {
	switch f.problem {
	case "", KeyNotARN:
		for _, k := range f.keys {
			v.key, v.in = k.Resource, k.In
		}
	case NoEncryptionBlock, EncryptionDisabled:
		v.problem = NoKey
	case NoKey, AWSManagedKey:
		v.problem = AWSManagedKey
	case UnusableKey:
		v.problem, v.declined = f.problem, f.declined
	}
}
