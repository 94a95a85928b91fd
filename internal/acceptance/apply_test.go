package acceptance

import (
	"fmt"
	"slices"
	"testing"
)

// TestApply applies configurations, has cmkify rewrite them, and applies the
// result: the tables are switched where they stand, and nothing is left to do.
func TestApply(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	tool := buildTool(t)
	for name, c := range map[string]struct {
		config string
		before map[string]string // who manages the key of which table
		keys   []string          // that are made
	}{
		"plain, disabled, keyless": {
			config: provider("eu-west-1", "") +
				onDemandTable("plain", "") +
				onDemandTable("disabled", "server_side_encryption {\n    enabled = false\n  }") +
				onDemandTable("keyless", "server_side_encryption {\n    enabled = true\n  }"),
			before: map[string]string{"eu-west-1/plain": "", "eu-west-1/disabled": "", "eu-west-1/keyless": "AWS"},
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
				if got := managerOf(aws.keyOf(table)); got != manager {
					t.Fatalf("before the rewrite, %q manages the key of %s", got, table)
				}
			}
			aws.forget()
			if exit, said := w.rewrite(tool); exit != 0 {
				t.Fatalf("cmkify: exit %d\n%s", exit, said)
			}
			planned := w.plan()
			if made := planned.with("create"); !slices.Equal(made, c.keys) {
				t.Errorf("planned to create %v, want %v", made, c.keys)
			}
			if updated := planned.with("update"); len(updated) != len(c.before) || len(planned) != len(c.before)+len(c.keys) {
				t.Errorf("planned %v", planned)
			}
			values := w.values()
			for _, k := range c.keys {
				isWantedKey(t, values[k])
			}
			w.applyPlanned()
			aws.keptTables(t)
			for table := range c.before {
				aws.usesCustomerKey(t, table)
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
