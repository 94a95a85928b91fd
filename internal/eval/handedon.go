package eval

import (
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// HandedOn is the attribute that holds the key of a table: the provider reads it
// back, and another table may take its key from there.
const HandedOn = "server_side_encryption[0].kms_key_arn"

// handedOn returns the block of a table in which a stand-in has the place of the
// key; NilVal for anything else. Where policies are read, the key is not known: it
// is the same as one that has a stand-in of its own.
func (i *Instance) handedOn(r *terraform.Resource, e Expansion, name string) cty.Value {
	if r.Kind() != "aws_dynamodb_table" || name != "server_side_encryption" || i.ev.opaque || i.ev.options.Plan {
		return cty.NilVal
	}
	key := i.ev.standIns.text(i, r, e, HandedOn, "arn:<partition>:kms:<region>:<account>:key/%s")
	return cty.TupleVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{
		"enabled":     cty.UnknownVal(cty.Bool),
		"kms_key_arn": cty.StringVal(key),
	})})
}
