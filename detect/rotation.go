package detect

import (
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

const rotationAttribute = "enable_key_rotation"

// unrotated returns the key that could rotate by itself and does not, nil when
// there is none. A replica key rotates as its primary does; keys in a custom
// store, imported and unusable ones cannot rotate:
// https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
func unrotated(s *eval.StandIn) *eval.StandIn {
	switch {
	case s.Resource.Data:
		return nil
	case s.Resource.Type == "aws_kms_replica_key":
		if primary := s.In.Evaluator().StandIn(lookup(s, "primary_key_arn")); primary != nil && primary.Resource.Kind() == "aws_kms_key" {
			return unrotated(primary)
		}
		return nil
	case s.Resource.Type != "aws_kms_key":
		return nil
	}
	if stored(s) {
		return nil
	}
	a := s.Resource.Attribute(rotationAttribute)
	if a == nil {
		return s
	}
	if rotates := s.In.Truth(a.Expr, s.Expansion.Scope); rotates.IsKnown() && (rotates.IsNull() || rotates.False()) {
		return s
	}
	return nil
}

// stored reports whether a key is, or may be, in a custom key store.
func stored(s *eval.StandIn) bool {
	a := s.Resource.Attribute("custom_key_store_id")
	if a == nil {
		return false
	}
	v, _ := s.In.Value(a.Expr, s.Expansion.Scope).Unmark()
	return !v.IsKnown() || !v.IsNull()
}

// RotatesInVain reports whether an aws_kms_key is set to rotate, and cannot. Where
// one block makes several, what is not known of the kind of one may be any.
func RotatesInVain(s *eval.StandIn) bool {
	a := s.Resource.Attribute(rotationAttribute)
	if a == nil || !eval.AsBool(s.In.Value(a.Expr, s.Expansion.Scope)).RawEquals(cty.True) {
		return false
	}
	encrypts := forEncryption(s)
	return stored(s) || encrypts.RawEquals(cty.False) || s.Resource.Counted() && !encrypts.IsKnown()
}

// rotation notes that a key which the table uses could rotate, and does not.
func (j *judgement) rotation(v keyVerdict) {
	if v.key == nil {
		return
	}
	if f := rotationFact(&eval.StandIn{In: v.in, Resource: v.key, Expansion: v.expansion}, j.options); f != nil {
		j.add(*f)
	}
}

// rotationFact returns what would make a key rotate; nil when it does, cannot,
// or a comment on it, or on a call that leads to it, says that it need not.
func rotationFact(s *eval.StandIn, o Options) *fact {
	weak := unrotated(s)
	if weak == nil || o.Comments.Find(weak.Resource, &rotationCheck, addressOf(weak.In, weak.Resource, weak.Expansion.Key)...) != nil {
		return nil
	}
	key := weak.Resource
	f := &fact{
		argument: Argument{In: weak.In.Module, Resource: key, Block: key.Merged, Name: rotationAttribute},
		problem:  KeyNotRotated, repair: true, at: weak.In.Place(key.Block.Range()), value: on, branch: Sentence(ProblemKind, KeyNotRotated),
	}
	if Ignores(key, rotationAttribute) {
		f.declined = NewReasonf(IgnoreChanges, "the lifecycle of %s ignores changes of %s, so a fix would have no effect; remove the argument from ignore_changes and rerun", key.Address(), rotationAttribute)
	}
	if a := key.Attribute(rotationAttribute); a != nil {
		o := weak.In.Trace(a.Expr, weak.Expansion.Scope)
		j := &judgement{in: weak.In, home: weak.In, table: key}
		j.from(f, a, o, "true")
		f.open = f.open || perhapsRotates(weak)
		f.repair = !f.open
		f.at = weak.In.Place(a.Expr.Range())
		if f.source != nil && !f.source.At.IsZero() {
			f.at = f.source.At
		}
	}
	return f
}

// Unrotated returns the instances of a key that could rotate and do not, each by a
// name that no other one has, and whether all instances are known.
func Unrotated(in *eval.Instance, key *terraform.Resource) (names []string, known bool) {
	list, known := in.Expand(key)
	for _, e := range list {
		if s := (&eval.StandIn{In: in, Resource: key, Expansion: e}); unrotated(s) == s {
			names = append(names, in.Root().Dir+"\x00"+in.Address()+key.Address()+e.Key)
		}
	}
	return names, known
}

// perhapsRotates reports whether a key that does not rotate in the world that
// is being tried does so in others: then it is no mistake of the key, and to
// write true for it would decide what is not to be decided here.
func perhapsRotates(weak *eval.StandIn) bool {
	type rotates struct {
		in       *eval.Instance
		key      *terraform.Resource
		instance string
	}
	ev := weak.In.Evaluator()
	return len(ev.Decisions()) > 0 && ev.Ever(rotates{weak.In, weak.Resource, weak.Expansion.Key}, func() bool { return unrotated(weak) == nil })
}

// Rotation returns what would make a key rotate, nil when nothing is to be
// done. It is open when the key rotates in some cases and not in others.
func Rotation(in *eval.Instance, key *terraform.Resource, o Options) *Want {
	var facts []*fact
	complete := in.Evaluator().Explore(func() {
		if f := rotationFact(&eval.StandIn{In: in, Resource: key}, o); f != nil {
			facts = append(facts, f)
		}
	})
	if len(facts) == 0 {
		return nil
	}
	w := facts[0].want()
	w.Open = w.Open || !complete
	return &w
}
