package acceptance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

// keptTables holds that no table was made or deleted.
func (s *standIn) keptTables(t *testing.T) {
	t.Helper()
	for _, operation := range []string{"dynamodb.CreateTable", "dynamodb.DeleteTable"} {
		if calls := s.called(operation); len(calls) > 0 {
			t.Errorf("%v", calls)
		}
	}
}

// usesCustomerKey holds that the table, as region/name, is encrypted with a
// key of its region that rotates and has the policy of facts 2.1.
func (s *standIn) usesCustomerKey(t *testing.T, table string) {
	t.Helper()
	k := s.keyOf(table)
	if managerOf(k) != "CUSTOMER" || !strings.HasPrefix(table, k.region+"/") || !k.rotates {
		t.Errorf("%s is encrypted with %+v", table, k)
		return
	}
	isWantedPolicy(t, k.policy)
}

// isWantedKey holds that a planned key will rotate and have the policy and the
// tags: all of it is known before anything is made.
func isWantedKey(t *testing.T, planned map[string]any, tags map[string]string) {
	t.Helper()
	got, _ := planned["tags"].(map[string]any)
	if fmt.Sprint(got) != fmt.Sprint(tags) {
		t.Errorf("planned the tags %v, want %v", got, tags)
	}
	text, _ := planned["policy"].(string)
	kept, err := acceptPolicy(text, false)
	if planned["enable_key_rotation"] != true || err != nil {
		t.Errorf("planned %v: %v", planned, err)
		return
	}
	isWantedPolicy(t, kept)
}

// isWantedPolicy holds that the policy, as KMS keeps it, is wantPolicy.
func isWantedPolicy(t *testing.T, text string) {
	t.Helper()
	var got policy
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, wantPolicy) {
		t.Errorf("the key has the policy\n%s", text)
	}
}

// wantPolicy lets the account manage the key, and its callers use it through
// DynamoDB: what alias/aws/dynamodb lets them do.
var wantPolicy = policy{
	Version: "2012-10-17",
	Statement: []statement{
		{
			Sid:       "AccountManagesKey",
			Effect:    "Allow",
			Principal: principals{"AWS": {root}},
			Action:    oneOrMore{"kms:*"},
			Resource:  oneOrMore{"*"},
		},
		{
			Sid:       "AccountUsesKeyThroughDynamoDB",
			Effect:    "Allow",
			Principal: principals{"AWS": {"*"}},
			Action: oneOrMore{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*",
				"kms:CreateGrant", "kms:DescribeKey"},
			Resource: oneOrMore{"*"},
			Condition: map[string]map[string]oneOrMore{
				"StringEquals": {"kms:CallerAccount": {account}},
				"StringLike":   {"kms:ViaService": {"dynamodb.*.amazonaws.com"}},
			},
		},
	},
}

// keyOf returns the key that encrypts the table, as region/name; nil is one
// that AWS owns.
func (s *standIn) keyOf(table string) *key {
	s.mu.Lock()
	defer s.mu.Unlock()
	region, name, _ := strings.Cut(table, "/")
	return s.in(region).tables[name].members[region].key
}

func managerOf(k *key) string {
	if k == nil {
		return ""
	}
	return k.manager
}

// documentsActions holds that the page about keys names the KMS actions that the
// provider was seen to use.
func (s *standIn) documentsActions(t *testing.T) {
	t.Helper()
	page, err := os.ReadFile("../docs/keys.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range s.calls {
		if name, ok := strings.CutPrefix(c.operation, "kms."); ok && !bytes.Contains(page, []byte("`kms:"+name+"`")) {
			t.Errorf("keys.md does not say that kms:%s is needed", name)
		}
	}
}
