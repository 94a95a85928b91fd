package detect

import (
	"regexp"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// A KeyVerdict is what is known about one thing that the expression of a key
// can come to.
type KeyVerdict struct {
	Problem ID        // "" when DynamoDB takes it for a customer managed key
	At      hcl.Range // the part of a reference that is wrong, when Expr shall stand there
	Expr    string    // "" when the table needs another key
	Decline ID        // why no rewrite can mend it, else ""
	// Block is the aws_kms_key, aws_kms_replica_key or aws_kms_external_key of
	// the directory that the expression leads to, also when the reference to
	// it is wrong, else nil.
	Block  *terraform.Resource
	Result terraform.Result
}

var (
	// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
	keyARN = regexp.MustCompile(`^arn:[^:]+:kms:[^:]+:[^:]*:key/.+$`)
	// alias/aws/ is reserved for AWS managed keys, by name and in an ARN.
	managedAlias = regexp.MustCompile(`^(arn:[^:]+:kms:[^:]*:[^:]*:)?alias/aws/`)
)

// keyARNs tells which attribute of what gives the ARN of a key. Source: the
// documentation pages of the AWS provider 5.100.0 and 6.
var keyARNs = map[string]string{
	"aws_kms_key":                  "arn",
	"aws_kms_replica_key":          "arn",
	"aws_kms_external_key":         "arn",
	"aws_kms_replica_external_key": "arn",
	"aws_kms_alias":                "target_key_arn",
	"data.aws_kms_key":             "arn",
	"data.aws_kms_alias":           "target_key_arn",
}

// JudgeKey tells what DynamoDB would do with the key that an expression
// names: the worst of what it can come to.
func JudgeKey(m *terraform.Module, e hclsyntax.Expression) KeyVerdict {
	var worst KeyVerdict
	for i, r := range m.Results(e, nil) {
		if v := judgeResult(m, r); i == 0 || worst.Problem == "" {
			worst = v
		}
	}
	return worst
}

func judgeResult(m *terraform.Module, r terraform.Result) KeyVerdict {
	v := KeyVerdict{}
	switch {
	case r.Value.IsKnown():
		v.Problem = judgeLiteral(r.Value)
	case r.Origin != nil:
		v = judgeReference(m, r.Origin)
	}
	v.Result = r
	return v
}

// judgeLiteral tells the problem of a known value in the place of a key ARN.
func judgeLiteral(v cty.Value) ID {
	switch {
	case v.IsNull():
		return NoKey
	case !terraform.IsString(v):
		return KeyNotARN
	case v.AsString() == "":
		return NoKey
	case managedAlias.MatchString(v.AsString()):
		return AWSManagedKey
	case keyARN.MatchString(v.AsString()):
		return ""
	}
	return KeyNotARN
}

func judgeReference(m *terraform.Module, o *terraform.Origin) KeyVerdict {
	kind := o.Type
	if o.Data {
		kind = "data." + kind
	}
	arn := keyARNs[kind]
	if arn == "" {
		return KeyVerdict{}
	}
	if o.Resource == nil && m.Complete {
		return KeyVerdict{Problem: KeyNotARN} // it does not exist, which is an error of the module
	}
	if managed(m, o, 0) {
		return KeyVerdict{Problem: AWSManagedKey}
	}
	v := KeyVerdict{Block: keyBlock(m, o.Resource, 0)}
	if problem, decline := unusable(m, v.Block); problem != "" {
		v.Problem, v.Decline = problem, decline
		return v
	}
	if o.Attribute != arn && notARN(m, o) {
		v.Problem, v.At, v.Expr = KeyNotARN, o.At, arn
	}
	return v
}

// notARN reports whether an attribute that is not the ARN of a key gives
// something that the provider refuses.
func notARN(m *terraform.Module, o *terraform.Origin) bool {
	switch o.Attribute {
	case "id", "key_id", "arn", "name", "target_key_arn":
		return true
	case "target_key_id":
		// An alias gives back what it was given: perhaps the key's ARN.
		if o.Data || o.Resource == nil || o.Resource.Attribute("target_key_id") == nil {
			return o.Data
		}
		return JudgeKey(m, o.Resource.Attribute("target_key_id").Expr).Problem == KeyNotARN
	}
	return false
}

// maxSteps ends the search along references that go round in a circle, which
// Terraform refuses anyway.
const maxSteps = 8

// managed reports whether an origin is a data source that looks an AWS managed
// key up, by name or through another lookup.
func managed(m *terraform.Module, o *terraform.Origin, steps int) bool {
	r := o.Resource
	if r == nil || !r.Data || steps > maxSteps {
		return false
	}
	for _, name := range []string{"name", "key_id"} {
		a := r.Attribute(name)
		if a == nil {
			continue
		}
		for _, result := range m.Results(a.Expr, m.ScopeOf(o)) {
			switch {
			case terraform.IsString(result.Value):
				return managedAlias.MatchString(result.Value.AsString())
			case result.Origin != nil:
				return managed(m, result.Origin, steps+1)
			}
		}
	}
	return false
}

// keyBlock follows aliases and lookups to the key they stand for, as far as
// the directory declares it.
func keyBlock(m *terraform.Module, r *terraform.Resource, steps int) *terraform.Resource {
	if r == nil || steps > maxSteps {
		return nil
	}
	next := map[string]string{"aws_kms_alias": "target_key_id", "data.aws_kms_key": "key_id"}
	kind := r.Type
	if r.Data {
		kind = "data." + kind
	}
	if next[kind] == "" {
		if r.Data {
			return nil
		}
		return r
	}
	a := r.Attribute(next[kind])
	if a == nil {
		return nil
	}
	for _, result := range m.Results(a.Expr, nil) {
		if result.Origin != nil {
			return keyBlock(m, result.Origin.Resource, steps+1)
		}
	}
	return nil
}

// unusable tells why DynamoDB cannot use a key of the directory. DynamoDB
// takes symmetric encryption keys that are enabled:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
func unusable(m *terraform.Module, key *terraform.Resource) (problem, decline ID) {
	if key == nil {
		return "", ""
	}
	for _, name := range []string{"is_enabled", "enabled"} {
		if on, known := argument(m, key, name); known && terraform.AsBool(on).RawEquals(cty.False) {
			return UnusableKey, KeyDisabled
		}
	}
	wrong := func(name, want string) bool {
		v, known := argument(m, key, name)
		return known && terraform.IsString(v) && v.AsString() != want
	}
	if wrong("customer_master_key_spec", "SYMMETRIC_DEFAULT") || wrong("key_usage", "ENCRYPT_DECRYPT") {
		return UnusableKey, ""
	}
	return "", ""
}

// argument returns the value of an argument of a key, if it is there and
// known.
func argument(m *terraform.Module, key *terraform.Resource, name string) (v cty.Value, known bool) {
	a := key.Attribute(name)
	if a == nil {
		return cty.NilVal, false
	}
	v, _ = m.Value(a.Expr, nil).Unmark()
	return v, v.IsKnown()
}

// unrotated returns the key of the directory that could rotate by itself and
// does not, nil when there is none. A replica key rotates as its primary does; keys in a custom
// store, imported and unusable ones cannot rotate:
// https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
func unrotated(m *terraform.Module, key *terraform.Resource) *terraform.Resource {
	if key == nil || key.Data {
		return nil
	}
	switch key.Type {
	case "aws_kms_replica_key":
		if a := key.Attribute("primary_key_arn"); a != nil {
			for _, r := range m.Results(a.Expr, nil) {
				if o := r.Origin; o != nil && o.Resource != nil && o.Type == "aws_kms_key" {
					return unrotated(m, o.Resource)
				}
			}
		}
		return nil
	case "aws_kms_key":
	default:
		return nil
	}
	if store, known := argument(m, key, "custom_key_store_id"); key.Attribute("custom_key_store_id") != nil && !(known && store.IsNull()) {
		return nil
	}
	rotation, known := argument(m, key, rotationAttribute)
	if key.Attribute(rotationAttribute) == nil || known && (rotation.IsNull() || terraform.AsBool(rotation).RawEquals(cty.False)) {
		return key
	}
	return nil
}

const rotationAttribute = "enable_key_rotation"

// RotationGoal returns what would make a key of the directory rotate; nil
// when it does, cannot, or a comment on it says that it need not. Its Expr is
// empty when that is decided elsewhere.
func RotationGoal(m *terraform.Module, key *terraform.Resource, o Options) *Goal {
	weak := unrotated(m, key)
	if weak == nil || rotationSuppressed(weak, o) {
		return nil
	}
	goal := &Goal{In: weak, Path: []string{rotationAttribute}, Expr: "true"}
	a := weak.Attribute(rotationAttribute)
	if a == nil {
		return goal
	}
	j := &judgement{Finding: &Finding{}, module: m}
	at, ok := j.changeable(m.Results(a.Expr, nil)[0], AtOnce)
	if !ok {
		goal.Expr, at = "", a.Expr.Range()
	}
	goal.At = at
	return goal
}
