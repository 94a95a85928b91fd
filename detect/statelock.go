package detect

import (
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// LocksState reports whether a table is known to lock Terraform's state: who runs
// Terraform anywhere with that backend reads and writes it.
// https://developer.hashicorp.com/terraform/language/backend/s3#dynamodb-state-locking
func LocksState(in *eval.Instance, table *terraform.Resource) bool {
	a := table.Attribute("hash_key")
	if a == nil {
		return false
	}
	v, _ := in.Value(a.Expr, nil).Unmark()
	return v.RawEquals(cty.StringVal("LockID"))
}
