package detect

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// byAlias judges a text that is no ARN of a key: it may be the name or the ARN of an
// alias, perhaps of one that the module declares. DynamoDB takes the ARN of an
// alias, so that the table has that key; a new one must not take its place.
func (j *judgement) byAlias(v keyVerdict, a *hclsyntax.Attribute, text, region string) keyVerdict {
	name, arn := text, aliasARN.FindStringSubmatch(text)
	here := true
	if arn != nil {
		name = arn[1]
		in := strings.SplitN(text, ":", 6)[3]
		here = region == "" || in == region || eval.IsOpaque(in)
	}
	if alias := j.ownAlias(j.in, name); alias != nil && here {
		if _, literal := eval.Unwrap(a.Expr).(*hclsyntax.TemplateExpr); literal {
			return j.standIn(&eval.StandIn{In: j.in, Resource: alias, Attribute: "name"}, region)
		}
	}
	if arn != nil {
		v.declined = NewReasonf(Variable, "kms_key_arn names an alias; look up its key with data \"aws_kms_alias\" \"tables\" { name = %q }, and set kms_key_arn = data.aws_kms_alias.tables.target_key_arn", eval.Glob(name))
	}
	return v
}

// ownAlias returns the alias of the module that has a name, for the table.
func (j *judgement) ownAlias(in *eval.Instance, name string) *terraform.Resource {
	return aliasNamed(in, name, j.table)
}

// aliasNamed returns the alias of a module that has a name, of the provider and
// region of another resource; nil for none.
func aliasNamed(in *eval.Instance, name string, like *terraform.Resource) *terraform.Resource {
	for _, alias := range in.OfType("aws_kms_alias") {
		a := alias.Attribute("name")
		if a == nil || !alias.Single() || alias.ProviderRegion() != like.ProviderRegion() {
			continue
		}
		if v, _ := in.Value(a.Expr, nil).Unmark(); terraform.IsString(v) && v.AsString() == name {
			return alias
		}
	}
	return nil
}
