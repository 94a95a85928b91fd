package acceptance

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"cmkify/detect"
)

// TestReplicaVerdicts holds the verdicts on the replicas of testdata/replicas
// to a plan: there, a replica has a key when its ARN is known.
func TestReplicaVerdicts(t *testing.T) {
	t.Parallel()
	files, module := verdictModule(t, "replicas")
	w := newWorkspace(t, newStandIn(t), files)
	for _, d := range w.init() {
		t.Fatalf("terraform init: %+v", d)
	}
	w.plan()
	lacking := w.tablesLackingReplicaKeys()
	findings := judge(module)
	for _, f := range findings {
		_, name, _ := strings.Cut(f.Address(), ".")
		lacks, planned := lacking[name]
		says := slices.ContainsFunc(f.Problems, func(p detect.Problem) bool { return p.ID == detect.ReplicaWithoutKey })
		if !planned || lacks != says || !says && f.Status != detect.Compliant {
			t.Errorf("%s is %s with %v; planned: %v, lacking a key: %v", f.Address(), f.Status, f.Problems, planned, lacks)
		}
	}
	if len(findings) != len(lacking) || len(findings) < 20 {
		t.Errorf("%d verdicts, %d tables", len(findings), len(lacking))
	}
	t.Logf("%d verdicts on replicas are held to a plan", len(findings))
}

// tablesLackingReplicaKeys tells of each table that the last plan makes whether
// some replica of some instance lacks a key.
func (w *workspace) tablesLackingReplicaKeys() map[string]bool {
	w.t.Helper()
	out, _ := w.terraform("show", "-json", "next.tfplan")
	var shown struct {
		Changes []struct {
			Type, Name string
			Change     struct {
				After struct {
					Replica []struct {
						Key string `json:"kms_key_arn"`
					}
				}
			}
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal(out, &shown); err != nil {
		w.t.Fatalf("terraform show: %v: %s", err, out)
	}
	lacking := map[string]bool{}
	for _, c := range shown.Changes {
		if c.Type != "aws_dynamodb_table" {
			continue
		}
		lacks := lacking[c.Name] // in another instance
		for _, r := range c.Change.After.Replica {
			lacks = lacks || r.Key == ""
		}
		lacking[c.Name] = lacks
	}
	return lacking
}
