package acceptance

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

// TestApply applies configurations, has cmkify rewrite them, and applies the
// result: the tables are switched where they stand, nothing is left to do.
func TestApply(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	tool := buildTool(t)
	example, err := os.ReadFile(filepath.Join(goldenFolder, "example", "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		config string
		before map[string]string // the manager of a table's key by region and name
		keys   []string          // addresses of those that are made
	}{
		"plain": {
			config: provider("eu-west-1", "") + onDemandTable("plain", ""),
			before: map[string]string{"eu-west-1/plain": ""},
			keys:   []string{"aws_kms_key.dynamodb"},
		},
		"disabled": {
			config: provider("eu-west-1", "") + onDemandTable("disabled", "server_side_encryption {\n enabled = false\n}"),
			before: map[string]string{"eu-west-1/disabled": ""},
			keys:   []string{"aws_kms_key.dynamodb"},
		},
		"keyless": {
			config: provider("eu-west-1", "") + onDemandTable("keyless", "server_side_encryption {\n enabled = true\n}"),
			before: map[string]string{"eu-west-1/keyless": "AWS"},
			keys:   []string{"aws_kms_key.dynamodb"},
		},
		"two providers": {
			config: provider("eu-west-1", "") + provider("us-west-2", "west") +
				onDemandTable("here", "") + onDemandTable("there", "provider = aws.west"),
			before: map[string]string{"eu-west-1/here": "", "us-west-2/there": ""},
			keys:   []string{"aws_kms_key.dynamodb", "aws_kms_key.dynamodb_west"},
		},
		"the README's example": {
			config: string(example),
			before: map[string]string{"us-east-1/orders": "", "us-east-1/sessions": "AWS"},
			keys:   []string{"aws_kms_key.dynamodb"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			aws := newStandIn(t)
			w := start(t, aws, map[string][]byte{"main.tf": []byte(c.config)})
			for table, manager := range c.before {
				if k := aws.keyOf(table); manager != managerOf(k) {
					t.Fatalf("%s has a key of %q before the rewrite", table, managerOf(k))
				}
			}
			aws.forget()
			if exit, said := w.rewrite(tool); exit != 0 {
				t.Fatalf("cmkify: exit %d\n%s", exit, said)
			}
			planned := w.apply()
			if made := planned.with("create"); !slices.Equal(made, c.keys) {
				t.Errorf("planned to create %v, want %v", made, c.keys)
			}
			if len(planned) != len(c.keys)+len(c.before) || len(planned.with("update")) != len(c.before) {
				t.Errorf("planned %v", planned)
			}
			aws.keptTables(t)
			for table := range c.before {
				aws.usesCustomerKey(t, table)
			}
			if made := len(aws.called("kms.CreateKey")); made != len(c.keys) {
				t.Errorf("%d keys were made, want %d", made, len(c.keys))
			}
			w.settled()
		})
	}
}

// provider returns a provider block.
func provider(region, alias string) string {
	if alias == "" {
		return "provider \"aws\" {\n  region = \"" + region + "\"\n}\n\n"
	}
	return "provider \"aws\" {\n  alias  = \"" + alias + "\"\n  region = \"" + region + "\"\n}\n\n"
}

// onDemandTable returns a table with more lines in it.
func onDemandTable(name, more string) string {
	return "resource \"aws_dynamodb_table\" \"" + name + "\" {\n  name         = \"" + name + `"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  ` + more + "\n}\n\n"
}

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
	if managerOf(k) != "CUSTOMER" || k.region != filepath.Dir(table) || !k.rotates {
		t.Errorf("%s is encrypted with %+v", table, k)
		return
	}
	var got policy
	if err := json.Unmarshal([]byte(k.policy), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, wantPolicy) {
		t.Errorf("the key of %s has the policy\n%s", table, k.policy)
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
			Principal: map[string]oneOrMore{"AWS": {root}},
			Action:    oneOrMore{"kms:*"},
			Resource:  oneOrMore{"*"},
		},
		{
			Sid:       "AccountUsesKeyThroughDynamoDB",
			Effect:    "Allow",
			Principal: map[string]oneOrMore{"AWS": {"*"}},
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
	region, name := filepath.Split(table)
	return s.in(filepath.Clean(region)).tables[name].members[filepath.Clean(region)].key
}

func managerOf(k *key) string {
	if k == nil {
		return ""
	}
	return k.manager
}
