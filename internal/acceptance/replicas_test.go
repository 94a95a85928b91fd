package acceptance

import (
	"encoding/json"
	"path"
	"slices"
	"testing"
)

// TestApplyReplicas applies what cmkify makes of a global table whose replicas
// have no keys: of a new table, of a live one, and of a live one by the way
// round that the warning replica-recreated tells.
func TestApplyReplicas(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	i := slices.IndexFunc(goldenCases(t), func(c goldenCase) bool { return path.Base(c.name) == "check-provider-5" })
	if i < 0 {
		t.Fatal("the case is gone")
	}
	c := goldenCases(t)[i]
	t.Run("new", func(t *testing.T) {
		t.Parallel()
		aws := newStandIn(t)
		w := start(t, aws, c.after)
		aws.replicasHaveKeys(t)
		w.settled()
	})
	t.Run("live", func(t *testing.T) {
		t.Parallel()
		aws := newStandIn(t)
		w := start(t, aws, c.before)
		aws.forget()
		w.write(c.after)
		if planned := w.apply(); planned["aws_dynamodb_table.bad_example"] != "update" {
			t.Errorf("planned %v", planned)
		}
		aws.replicasHaveKeys(t)
		if did := aws.replicaUpdates(t); did["Delete"] != 2 || did["Create"] != 2 {
			t.Errorf("with the replicas was done %v; the warning says that each is deleted and made again", did)
		}
		w.settled()
	})
	t.Run("live, the way round", func(t *testing.T) {
		t.Parallel()
		aws := newStandIn(t)
		w := start(t, aws, c.before)
		w.write(c.after)
		w.run("apply", "-json", "-auto-approve", "-target=aws_kms_key.dynamodb", "-target=aws_kms_key.dynamodb_ohio", "-target=aws_kms_key.dynamodb_oregon")
		aws.switchReplicas(t)
		aws.forget()
		if planned := w.apply(); len(planned) != 0 {
			t.Errorf("planned %v", planned)
		}
		if calls := aws.called("dynamodb.UpdateTable"); len(calls) != 0 {
			t.Errorf("the table is changed once more: %v", calls)
		}
		aws.replicasHaveKeys(t)
		w.settled()
	})
}

var replicaRegions = []string{"us-east-1", "us-east-2", "us-west-2"}

// replicasHaveKeys holds that the table has a key in every region.
func (s *standIn) replicasHaveKeys(t *testing.T) {
	t.Helper()
	for _, region := range replicaRegions {
		s.usesCustomerKey(t, region+"/example")
	}
}

// switchReplicas does what the warning's aws command does: every region is
// given its key at once.
func (s *standIn) switchReplicas(t *testing.T) {
	t.Helper()
	var updates []map[string]any
	for _, region := range replicaRegions {
		for id := range s.in(region).keys {
			updates = append(updates, map[string]any{"Update": map[string]string{"RegionName": region, "KMSMasterKeyId": id}})
		}
	}
	body, err := json.Marshal(map[string]any{"TableName": "example", "ReplicaUpdates": updates})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.call("us-east-1", "dynamodb.UpdateTable", body); err != nil {
		t.Fatal(err)
	}
}

// replicaUpdates counts what was asked to be done with replicas.
func (s *standIn) replicaUpdates(t *testing.T) map[string]int {
	t.Helper()
	count := map[string]int{}
	for _, c := range s.called("dynamodb.UpdateTable") {
		var in struct{ ReplicaUpdates []map[string]any }
		if err := json.Unmarshal([]byte(c.body), &in); err != nil {
			t.Fatal(err)
		}
		for _, u := range in.ReplicaUpdates {
			for action := range u {
				count[action]++
			}
		}
	}
	return count
}
