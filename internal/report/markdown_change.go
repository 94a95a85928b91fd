package report

import (
	"fmt"
	"slices"
	"strings"

	"cmkify/detect"
)

// A change is what a run does to the tables that it fixes, as far as the page
// tells of it.
type change struct {
	findings []*Finding
	cost     *cost
	// Tables by what they were encrypted with: the AWS owned key, the AWS
	// managed key, a customer managed key that is replaced.
	owned, managed, customer int
	replicas                 int // tables of which only replicas get keys
	rotated                  int // tables of which only the key begins to rotate
}

func newChange(findings []*Finding, c *cost) change {
	out := change{findings: findings, cost: c}
	for _, f := range findings {
		has := func(ids ...detect.ProblemID) bool {
			return slices.ContainsFunc(f.Problems, func(p Problem) bool { return slices.Contains(ids, p.ID) })
		}
		switch {
		case has(detect.NoEncryptionBlock, detect.EncryptionDisabled):
			out.owned++
		case has(detect.NoKey, detect.AWSManagedKey):
			out.managed++
		case has(detect.KeyNotARN, detect.UnusableKey):
			out.customer++
		case has(detect.ReplicaWithoutKey):
			out.replicas++
		default:
			out.rotated++
		}
	}
	return out
}

// title says in a line what is done.
func (c change) title() string {
	tables := plural(len(c.findings), "DynamoDB table", "DynamoDB tables")
	switch len(c.findings) {
	case c.rotated:
		return "Rotate the KMS " + word(len(c.cost.rotated), "key", "keys") + " of " + tables
	case c.rotated + c.replicas:
		return "Encrypt the replicas of " + tables + " with customer managed KMS keys"
	}
	return "Encrypt " + tables + " with customer managed KMS keys"
}

func word(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// money says what keys are made, and what they cost.
func (c change) money() string {
	var out string
	switch n := c.cost.keys(); {
	case n > 0:
		out = c.cost.money() + "."
	case c.owned+c.managed+c.customer+c.replicas > 0:
		out = "No key is made: keys that exist are used, which cost no more than they did."
	default:
		out = "No key is made."
	}
	if rotation := c.cost.rotation(); rotation != "" {
		out += " " + strings.ToUpper(rotation[:1]) + rotation[1:] + "."
	}
	return strings.ToUpper(out[:1]) + out[1:] + "\n"
}

// undo says how to go back without harm. Tables that were encrypted before are
// not to be set to enabled = false.
func (c change) undo() string {
	var steps []string
	if c.owned > 0 {
		steps = append(steps, "tables that had no encryption block, or `enabled = false`: set `enabled = false`\n  in `server_side_encryption`")
	}
	if c.managed > 0 {
		steps = append(steps, "tables that had the AWS managed key: run\n  `aws dynamodb update-table --table-name NAME --sse-specification Enabled=true`,\n  and remove `kms_key_arn`")
	}
	if c.customer+c.replicas > 0 {
		steps = append(steps, "tables and replicas that had another key: set `kms_key_arn` to that key")
	}
	var b strings.Builder
	switch {
	case len(steps) == 0:
		b.WriteString("Revert this change and apply: the keys are no longer rotated. Nothing else changes,\nand data stays readable.\n")
	case c.cost.keys() > 0:
		b.WriteString("Do not revert this change alone: Terraform would delete the new keys, and no one can\nread a table without its key. Instead\n\n")
		fmt.Fprintf(&b, "* %s;\n\nand apply; then remove the new keys, and what else this change added, and apply.\n", strings.Join(steps, ";\n* "))
	default:
		b.WriteString("To revert this change alone changes no table: Terraform keeps the key that a table\nhas when its block is removed. No key is deleted. To go back\n\n")
		fmt.Fprintf(&b, "* %s;\n\nand apply; then revert the rest.\n", strings.Join(steps, ";\n* "))
	}
	b.WriteString("\nThe pre-commit hook and later runs of cmkify would make the change again. To stop that,\nwrite `# cmkify:ignore` with the reason above the table; `SKIP=cmkify git commit` leaves\nthe hook out once.\n")
	return b.String()
}
