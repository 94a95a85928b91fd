package detect

import (
	"regexp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// A KeyVerdict is what is known about the expression of one key.
type KeyVerdict struct {
	Problem ID        // "" when DynamoDB takes it for a customer managed key
	At      hcl.Range // what is wrong: the expression, or a part of it
	Expr    string    // what shall stand there instead; "" for another key
	Decline ID        // why no rewrite can mend it, else ""
	// Block is the aws_kms_key, aws_kms_replica_key or aws_kms_external_key of
	// the directory that the expression leads to, also when the reference to
	// it is wrong, else nil.
	Block *terraform.Resource
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
// names.
func JudgeKey(m *terraform.Module, e hclsyntax.Expression) KeyVerdict {
	var worst KeyVerdict
	for i, r := range m.Results(e) {
		if v := judgeResult(m, r); i == 0 || worst.Problem == "" {
			worst = v
		}
	}
	if worst.Problem != "" && worst.Expr == "" {
		worst.At = e.Range()
	}
	return worst
}

func judgeResult(m *terraform.Module, r terraform.Result) KeyVerdict {
	switch {
	case r.Value.IsKnown():
		return KeyVerdict{Problem: judgeLiteral(r.Value)}
	case r.Origin == nil:
		return KeyVerdict{}
	}
	return judgeReference(m, r.Origin)
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
	if managed(m, o.Resource, 0) {
		return KeyVerdict{Problem: AWSManagedKey}
	}
	v := KeyVerdict{Block: keyBlock(m, o.Resource, 0)}
	if problem, decline := unusable(v.Block); problem != "" {
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

// managed reports whether a data source looks an AWS managed key up, by name
// or through another lookup.
func managed(m *terraform.Module, r *terraform.Resource, steps int) bool {
	if r == nil || !r.Data || steps > maxSteps {
		return false
	}
	for _, name := range []string{"name", "key_id"} {
		a := r.Attribute(name)
		if a == nil {
			continue
		}
		for _, result := range m.Results(a.Expr) {
			switch {
			case terraform.IsString(result.Value):
				return managedAlias.MatchString(result.Value.AsString())
			case result.Origin != nil:
				return managed(m, result.Origin.Resource, steps+1)
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
	for _, result := range m.Results(a.Expr) {
		if result.Origin != nil {
			return keyBlock(m, result.Origin.Resource, steps+1)
		}
	}
	return nil
}

// unusable tells why DynamoDB cannot use a key of the directory. DynamoDB
// takes symmetric encryption keys that are enabled:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
func unusable(key *terraform.Resource) (problem, decline ID) {
	if key == nil {
		return "", ""
	}
	for _, name := range []string{"is_enabled", "enabled"} {
		if a := key.Attribute(name); a != nil && isFalse(terraform.Literal(a.Expr)) {
			return UnusableKey, KeyDisabled
		}
	}
	wrong := func(name, want string) bool {
		a := key.Attribute(name)
		if a == nil {
			return false
		}
		v := terraform.Literal(a.Expr)
		return terraform.IsString(v) && v.AsString() != want
	}
	if wrong("customer_master_key_spec", "SYMMETRIC_DEFAULT") || wrong("key_usage", "ENCRYPT_DECRYPT") {
		return UnusableKey, ""
	}
	return "", ""
}

// unrotated returns the key of the directory that could rotate by itself and
// does not, nil when there is none. A replica key rotates as its primary does; keys in a custom
// store, imported and unusable ones cannot rotate:
// https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
func unrotated(m *terraform.Module, key *terraform.Resource) *terraform.Resource {
	if key == nil {
		return nil
	}
	switch key.Type {
	case "aws_kms_replica_key":
		if a := key.Attribute("primary_key_arn"); a != nil {
			for _, r := range m.Results(a.Expr) {
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
	if a := key.Attribute("custom_key_store_id"); a != nil && !terraform.Literal(a.Expr).IsNull() {
		return nil
	}
	a := key.Attribute(rotationAttribute)
	if a == nil || terraform.Literal(a.Expr).IsNull() || isFalse(terraform.Literal(a.Expr)) {
		return key
	}
	return nil
}

// isFalse reports whether a value is false, or "false", which Terraform
// converts.
func isFalse(v cty.Value) bool {
	return v.IsKnown() && !v.IsNull() && slices.ContainsFunc([]cty.Value{cty.False, cty.StringVal("false")}, func(f cty.Value) bool { return v.RawEquals(f) })
}
