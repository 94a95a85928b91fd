package detect

import (
	"net/netip"
	"net/url"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// localEndpoint returns a reason if the table's provider, as some instance of its
// module has it, sends requests for DynamoDB to this machine, and those for KMS to
// AWS: DynamoDB Local has no keys, and none of AWS would ever encrypt the table.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/custom-service-endpoints
func (c *combination) localEndpoint() *Reason {
	if !c.concernsKeys() {
		return nil
	}
	for _, s := range c.sights {
		p := s.in.Provider(c.Table)
		if p.Config == nil {
			continue
		}
		if a, local := onlyDynamoDBLocal(p.Config.Merged.Body); local {
			return NewReasonf(Variable, "its provider sends DynamoDB to a local endpoint at %s and has none for kms, so no key can be created; add kms and sts endpoints and rerun, or exclude the directory", p.In.Place(a.SrcRange).Line())
		}
	}
	return nil
}

// onlyDynamoDBLocal returns the endpoint of DynamoDB in the configuration of a
// provider, and whether that is written out as one of this machine, with none for
// KMS beside it.
func onlyDynamoDBLocal(provider *hclsyntax.Body) (dynamodb *hclsyntax.Attribute, only bool) {
	for _, b := range provider.Blocks {
		if b.Type != "endpoints" {
			continue
		}
		if a := b.Body.Attributes["dynamodb"]; a != nil && isLocal(a.Expr) {
			dynamodb = a
		}
		if b.Body.Attributes["kms"] != nil {
			return nil, false
		}
	}
	return dynamodb, dynamodb != nil
}

// isLocal reports whether an expression is the literal URL of something on this
// machine.
func isLocal(e hclsyntax.Expression) bool {
	v := terraform.Literal(eval.Unwrap(e))
	if !terraform.IsString(v) {
		return false
	}
	u, err := url.Parse(v.AsString())
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}
