package acceptance

import (
	"slices"
	"testing"
)

// TestPlan plans a rewritten configuration of which nothing exists yet: what
// will be made can be told before, the policy of the keys to its last word.
func TestPlan(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	config := provider("eu-west-1", "") + provider("us-west-2", "west") +
		onDemandTable("here", "") + onDemandTable("there", "provider = aws.west")
	w := newWorkspace(t, newStandIn(t), map[string][]byte{"main.tf": []byte(config)})
	if exit, said := w.rewrite(buildTool(t)); exit != 0 {
		t.Fatalf("cmkify: exit %d\n%s", exit, said)
	}
	if failed := w.init(); len(failed) > 0 {
		t.Fatalf("terraform init: %+v", failed)
	}
	planned := w.plan()
	want := []string{"aws_dynamodb_table.here", "aws_dynamodb_table.there", "aws_kms_key.dynamodb", "aws_kms_key.dynamodb_west"}
	if made := planned.with("create"); !slices.Equal(made, want) || len(planned) != len(want) {
		t.Errorf("planned %v, want to create %v", planned, want)
	}
	values := w.values()
	for _, address := range want[2:] {
		k := values[address]
		if k["enable_key_rotation"] != true {
			t.Errorf("%s will not rotate: %v", address, k)
		}
		text, _ := k["policy"].(string)
		kept, err := acceptPolicy(text, false)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		isWantedPolicy(t, kept)
	}
}
