package detect

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// arnAttributes tells which attribute of what is the ARN of a key. Source: the
// documentation pages of the AWS provider 5.100.0 and 6.
var arnAttributes = map[string]string{
	"aws_kms_key":                  "arn",
	"aws_kms_replica_key":          "arn",
	"aws_kms_external_key":         "arn",
	"aws_kms_replica_external_key": "arn",
	"aws_kms_alias":                "target_key_arn",
	"data.aws_kms_key":             "arn",
	"data.aws_kms_alias":           "target_key_arn",
}

// ARNAttribute returns the attribute of a resource that is the ARN of a key,
// "" when it has none.
func ARNAttribute(r *terraform.Resource) string { return arnAttributes[r.Kind()] }

// NamesARN reports whether a reference may be to the ARN of a key: to that
// attribute of what has one, or to something else.
func NamesARN(t hcl.Traversal) bool {
	steps := 2
	kind := t.RootName()
	if a, ok := t[min(1, len(t)-1)].(hcl.TraverseAttr); ok && kind == "data" {
		steps, kind = 3, "data."+a.Name
	}
	right := arnAttributes[kind]
	if right == "" || len(t) <= steps {
		return right == ""
	}
	last, ok := t[len(t)-1].(hcl.TraverseAttr)
	return ok && last.Name == right
}

// IsKeyARN reports whether a text is the ARN of a KMS key.
func IsKeyARN(text string) bool { return keyARN.MatchString(text) }

// JudgeValue tells the problem of a value in the place of a key's ARN, as far
// as the value alone tells; "" when it may be a customer managed key.
func JudgeValue(v cty.Value) ProblemID {
	v, _ = v.Unmark()
	switch {
	case !v.IsKnown():
		return ""
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
