package bulk

import (
	"slices"
	"strings"
	"testing"
)

const table = `resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
`

// imported is a table whose fix has a warning.
const imported = table + `
import {
  to = aws_dynamodb_table.orders
  id = "orders"
}
`

const broken = "resource \"aws_dynamodb_table\" \"a\" {\n"

var (
	left = strings.Replace(strings.ReplaceAll(table, "orders", "left"), "  }\n}\n", "  }\n\n  lifecycle {\n    ignore_changes = [server_side_encryption]\n  }\n}\n", 1)
	// A global table is left to people, unless REPLICAS=fix.
	global = strings.Replace(table, "  attribute", "  stream_enabled = true\n\n  replica {\n    region_name = \"eu-west-1\"\n  }\n\n  attribute", 1) +
		"\nprovider \"aws\" {\n  region = \"us-east-1\"\n}\n"
)

// contents are the files of each repository of a fleet; that without any has
// no commit.
var contents = map[string]map[string]string{
	"team/plain":  {"main.tf": table},
	"team/clean":  {"main.tf": "locals {\n  a = 1\n}\n"},
	"team/left":   {"main.tf": table, "left.tf": left},
	"team/broken": {"main.tf": broken},
	"team/half":   {"good/main.tf": table, "bad/main.tf": broken},
	"other/plain": {"infra/main.tf": table},
	"team/docs":   {"README.md": "Nothing of Terraform\n"},
	"team/global": {"main.tf": global},
	"team/warned": {"main.tf": imported},
	"team/a-b":    {"main.tf": table},
	"team-a/b":    {"in fra/ma in.tf": table},
	"team/empty":  {},
}

// changed are those in which there is something to fix.
var changed = []string{"other/plain", "team-a/b", "team/a-b", "team/half", "team/left", "team/plain", "team/warned"}

// newFleet returns a world with all of contents.
func newFleet(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	for name, files := range contents {
		w.publish(name, files)
	}
	return w
}

// isPage holds that a commit's message is a pull request's title and body,
// with what a reviewer must know.
func (w *world) isPage(name, message string) {
	w.t.Helper()
	title, body, _ := strings.Cut(message, "\n\n")
	if title != "Encrypt 1 DynamoDB table with customer managed KMS keys" {
		w.t.Errorf("%s: the title is %q", name, title)
	}
	w.isBody(name, body)
}

func (w *world) isBody(name, body string) {
	w.t.Helper()
	want := []string{"\n## Tables\n", "`aws_dynamodb_table.orders`", "\n## How to undo it\n", "\n```diff\n", "+    kms_key_arn = aws_kms_key.dynamodb.arn"}
	if slices.Contains([]string{"team/left", "team/half"}, name) {
		want = append(want, "\n## Left to you\n")
	}
	if name == "team/warned" {
		want = append(want, "\n## Before you apply\n\n* **imported** `aws_dynamodb_table.orders`: ")
	}
	if !strings.HasPrefix(strings.TrimLeft(body, "\n"), "cmkify looked at ") {
		w.t.Errorf("%s: the body begins with %.100s", name, body)
	}
	for _, part := range want {
		if !strings.Contains(body, part) {
			w.t.Errorf("%s: %q is not in the body\n%s", name, part, body)
		}
	}
}
