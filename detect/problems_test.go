package detect

import (
	"strings"
	"testing"
	"time"

	"cmkify/internal/eval"
	"cmkify/internal/suppress"
	"cmkify/internal/terraform"
)

// TestChecksApart adds a check, and holds that comments suppress each by its own
// name, that its wants go into a block of its own, and that it has nothing to do
// with keys.
func TestChecksApart(t *testing.T) {
	const off ProblemID = "ttl-off"
	before := checks
	defer func() { checks = before }()
	checks = append([]*check{}, append(before, &check{
		suppressedBy: suppress.Check{Tfsec: []string{"ttl"}}, block: "ttl",
		judge: func(j *judgement) {
			if static, _ := j.table.Nested("ttl"); len(static) == 0 {
				j.add(fact{argument: j.argument(nil, "ttl", "enabled"), problem: off, at: j.tablePlace(), value: on})
			}
		},
	})...)
	const encrypted = "  server_side_encryption {\n    enabled     = true\n    kms_key_arn = \"arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\"\n  }\n"
	open := strings.Replace(encrypted, "= true", "= var.on", 1)
	for name, c := range map[string]struct {
		comment, body string
		status        Status
		problems      string // of what is left
	}{
		"both":                         {"", "", Fixable, "no-encryption-block ttl-off"},
		"one suppressed":               {"#tfsec:ignore:ttl", "", Fixable, "no-encryption-block"},
		"the other suppressed":         {"#tfsec:ignore:aws-dynamodb-table-customer-key", "", Fixable, "ttl-off"},
		"both suppressed":              {"#tfsec:ignore:aws-dynamodb-table-customer-key tfsec:ignore:ttl", "", Suppressed, "no-encryption-block ttl-off"},
		"one right":                    {"", encrypted, Fixable, "ttl-off"},
		"one right, the other not":     {"#tfsec:ignore:ttl", encrypted, Suppressed, "ttl-off"},
		"ignored, and suppressed":      {"#tfsec:ignore:aws-dynamodb-table-customer-key", "  lifecycle {\n    ignore_changes = [server_side_encryption]\n  }\n", Fixable, "ttl-off"},
		"ignored":                      {"#tfsec:ignore:aws-dynamodb-table-customer-key", "  lifecycle {\n    ignore_changes = [ttl]\n  }\n", Manual, "ttl-off"},
		"replicas of strong tables":    {"#tfsec:ignore:aws-dynamodb-table-customer-key", "  replica {\n    region_name      = \"us-west-2\"\n    consistency_mode = \"STRONG\"\n  }\n", Fixable, "ttl-off"},
		"undecided, and suppressed":    {"#tfsec:ignore:aws-dynamodb-table-customer-key", open, Fixable, "ttl-off"},
		"undecided, and nothing to do": {"#tfsec:ignore:ttl", open, Unknown, ""},
	} {
		t.Run(name, func(t *testing.T) {
			src := "terraform {\n  backend \"s3\" {}\n}\n\nvariable \"on\" {\n  type = bool\n}\n\nresource \"aws_dynamodb_table\" \"t\" { " + c.comment + "\n" + c.body + "}\n"
			m := terraform.Load(".", []terraform.Source{{Name: "main.tf", Path: "main.tf", Bytes: []byte(src)}})
			in := eval.New(eval.Options{}).Top(m)
			f := Check(func(int) []*eval.Instance { return []*eval.Instance{in} }, Options{Comments: suppress.NewReader(time.Now(), nil)}).Findings[0]
			var problems []string
			for _, p := range f.Problems {
				problems = append(problems, string(p.ID))
			}
			if f.Status != c.status || strings.Join(problems, " ") != c.problems {
				t.Errorf("%s, %s; want %s, %s", f.Status, problems, c.status, c.problems)
			}
			for _, w := range f.Wants {
				if w.For == off && (w.Argument.Nested != "ttl" || w.KeyFor != "") {
					t.Errorf("%+v", w)
				}
			}
		})
	}
}
