package fix

import (
	"slices"
	"strings"
	"testing"

	"cmkify/detect"
	"cmkify/fix/keys"
)

// TestSettleRest holds that an outcome whose fix cannot be proved takes nothing
// from the others: they are fixed as they would be without it.
func TestSettleRest(t *testing.T) {
	src := []byte(sharedKey + tableNamed("bad") + tableNamed("good"))
	before := judge(src)
	plan, err := Settle(before, everything, options(), func(p *Plan) (*Judged, error) {
		changes, err := p.Changes(map[string][]byte{"main.tf": src})
		if err != nil {
			return nil, err
		}
		after := judge(changes[0].New)
		for i, f := range after.Modules[0].Findings { // as if the fix of this one were in vain
			fixed := func(o *Outcome) bool { return o.Status == detect.Fixable && o.Address() == f.Address() }
			if strings.HasSuffix(f.Address(), ".bad") && slices.ContainsFunc(p.Outcomes, fixed) {
				after.Modules[0].Findings[i] = &detect.Finding{Table: f.Table, Ways: f.Ways, Status: detect.Manual}
			}
		}
		return after, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range plan.Outcomes {
		switch {
		case o.Table.Name == "bad" && (o.Status != detect.Manual || !strings.Contains(o.Reason.Message, "cannot prove")):
			t.Errorf("%s is %s: %v", o.Address(), o.Status, o.Reason)
		case o.Table.Name == "good" && (o.Status != detect.Fixable || o.Keys[0].Action != keys.Reused):
			t.Errorf("%s is %s, its key %v; want the key that is there", o.Address(), o.Status, o.Keys)
		}
	}
}

const sharedKey = `data "aws_caller_identity" "current" {}

resource "aws_kms_key" "dynamodb" {
  enable_key_rotation = true
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "kms:*"
      Resource  = "*"
      Condition = { StringEquals = { "kms:CallerAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}
`

func tableNamed(name string) string {
	return "\nresource \"aws_dynamodb_table\" \"" + name + "\" {\n  name = \"" + name + "\"\n}\n"
}
