package acceptance

import (
	"fmt"
	"slices"
	"testing"
)

// TestApply applies configurations, has cmkify rewrite them, and applies the
// result: the tables are switched where they stand, nothing is left to do.
func TestApply(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	tool := buildTool(t)
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

// provider returns a provider block; alias may be "".
func provider(region, alias string) string {
	if alias != "" {
		alias = fmt.Sprintf("  alias  = %q\n", alias)
	}
	return fmt.Sprintf("provider \"aws\" {\n%s  region = %q\n}\n\n", alias, region)
}

// onDemandTable returns a table with more lines in it.
func onDemandTable(name, more string) string {
	return fmt.Sprintf(`resource "aws_dynamodb_table" %[1]q {
  name         = %[1]q
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  %[2]s
}

`, name, more)
}
