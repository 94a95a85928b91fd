package fix

import (
	"slices"
	"strings"
	"testing"

	"cmkify/internal/terraform"
)

// provable is a directory with a table that is fixed, and much that must stay
// as it is.
const provable = `terraform {
  required_version = ">= 1.5"
}

provider "aws" {
  region = "us-east-1"
}

locals {
  days = 7
  on   = true
}

resource "aws_dynamodb_table" "plain" {
  name     = "plain"
  hash_key = "id"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "day"
    type = "N"
  }
}

resource "aws_dynamodb_table" "right" {
  count = 2
  name  = "right-${count.index}"

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.key
  }
}

resource "aws_dynamodb_table" "declined" {
  name = "declined"

  server_side_encryption {
    enabled = false
  }

  lifecycle {
    ignore_changes = [server_side_encryption]
  }
}

resource "aws_db_instance" "other" {
  for_each     = { blue = "gp2", green = "gp3" }
  storage_type = each.value

  storage_encrypted = local.on
}

resource "aws_security_group" "other" {
  dynamic "ingress" {
    for_each = [80, 443]
    content {
      from_port = ingress.value
    }
  }
}

module "other" {
  source = "git::https://example.com/other"
  days   = local.days
}

output "days" {
  value = local.days
}

variable "key" {}
`

// TestProve gives the proof what a bad plan would make of a directory, and
// holds that it is refused, by which rule and at whose cost.
func TestProve(t *testing.T) {
	const plain = "main.tf:aws_dynamodb_table.plain"
	for name, c := range map[string]struct {
		old, now string // what is bad in what the plan makes of the directory
		want     string // in the refusal
		guilty   []string
	}{
		"does not parse":                {old: "hash_key = \"id\"\n", now: "hash_key = \"id\n", want: "the new code does not parse: main.tf:"},
		"Terraform refuses":             {old: "kms_key_arn = aws_kms_key.dynamodb.arn", now: "kms_key_arn = aws_kms_key.dynamo.arn", want: "the new code does not parse"},
		"not fixed: no key":             {old: "    kms_key_arn = aws_kms_key.dynamodb.arn\n", want: "aws_dynamodb_table.plain is fixable after its fix", guilty: []string{plain}},
		"not fixed: off":                {old: "enabled     = true\n    kms_key_arn = aws", now: "enabled     = false\n    kms_key_arn = aws", want: "aws_dynamodb_table.plain is fixable after its fix", guilty: []string{plain}},
		"another is wrong now":          {old: "kms_key_arn = var.key", now: "kms_key_arn = null", want: "aws_dynamodb_table.right was compliant and is fixable"},
		"another is not known now":      {old: "enabled     = true\n    kms_key_arn = var.key", now: "enabled     = var.key\n    kms_key_arn = var.key", want: "aws_dynamodb_table.right was compliant and is unknown"},
		"a declined one is open now":    {old: "ignore_changes = [server_side_encryption]", now: "prevent_destroy = true", want: "aws_dynamodb_table.declined was manual and is fixable"},
		"a declined one is unknown now": {old: "enabled = false\n  }\n\n  lifecycle", now: "enabled     = var.key\n    kms_key_arn = var.key\n  }\n\n  lifecycle", want: "aws_dynamodb_table.declined was manual and is unknown"},
		"a table vanishes":              {old: "resource \"aws_dynamodb_table\" \"right\"", now: "resource \"aws_dynamodb_tables\" \"right\"", want: "3 tables have become 2"},
		"a table is not created":        {old: "count = 2", now: "count = 0", want: "3 tables have become 2"},
		"a table has another name":      {old: "resource \"aws_dynamodb_table\" \"right\"", now: "resource \"aws_dynamodb_table\" \"wrong\"", want: "aws_dynamodb_table.wrong is new"},
		"layout":                        {old: "  name     = \"plain\"", now: "  name   = \"plain\"", want: "main.tf: the block resource aws_dynamodb_table plain was canonical"},
		"layout of another block":       {old: "  days = 7\n", now: "  days =  7\n", want: "main.tf: the block locals  was canonical"},
		"layout of a new block":         {old: "description         = \"Enc", now: "description =  \"Enc", want: "main.tf: the new block resource aws_kms_key dynamodb is not canonical"},
		"a provider that is not there": {old: "description         = \"Enc", now: "provider            = aws.ohio\n  description         = \"Enc",
			want: "aws_kms_key.dynamodb uses the provider configuration aws.ohio, which nothing declares", guilty: []string{plain}},
		"a cycle": {old: "  enable_key_rotation = true\n", now: "  enable_key_rotation = true\n  depends_on          = [aws_dynamodb_table.plain]\n",
			want: "Terraform would report a cycle: aws_dynamodb_table.plain, aws_kms_key.dynamodb", guilty: []string{plain}},
		"a cycle through a local":    {old: "  on   = true\n", now: "  on   = aws_db_instance.other != null\n", want: "Terraform would report a cycle: aws_db_instance.other, local.on"},
		"a value":                    {old: "hash_key = \"id\"", now: "hash_key = \"di\"", want: "aws_dynamodb_table.plain.hash_key would change its value"},
		"a value, by a local":        {old: "  days = 7\n", now: "  days = 8\n", want: "main.tf: module other.days would change its value"},
		"a value of one instance":    {old: "storage_type = each.value", now: "storage_type = each.key == \"green\" ? \"io1\" : each.value", want: `aws_db_instance.other["green"].storage_type would change its value`},
		"a value that is not known":  {old: "  on   = true\n", now: "  on   = var.key\n", want: `aws_db_instance.other["blue"].storage_encrypted would change its value`},
		"a value of a nested block":  {old: "type = \"N\"", now: "type = \"S\"", want: "aws_dynamodb_table.plain.attribute.type would change its value"},
		"a value of a dynamic block": {old: "from_port = ingress.value", now: "from_port = ingress.key", want: "aws_security_group.other.ingress.from_port would change its value"},
		"instances":                  {old: "count = 2", now: "count = 3", want: "aws_dynamodb_table.right.count would change its value"},
		"instances of each":          {old: "for_each     = { blue", now: "for_each     = { red", want: "aws_db_instance.other.for_each would change its value"},
		"elements of a block":        {old: "[80, 443]", now: "[80, 443, 8080]", want: "aws_security_group.other.dynamic ingress would change its value"},
		"an output":                  {old: "value = local.days", now: "value = 9", want: "main.tf: output days.value would change its value"},
		"a provider":                 {old: "region = \"us-east-1\"", now: "region = \"us-east-2\"", want: "main.tf: provider aws.region would change its value"},
		"settings":                   {old: "\">= 1.5\"", now: "\">= 1.6\"", want: "main.tf: terraform .required_version would change its value"},
		"an argument is gone":        {old: "\n  storage_encrypted = local.on\n", want: `aws_db_instance.other["blue"].storage_encrypted would be gone`},
		"a block is gone":            {old: "\n\n  attribute {\n    name = \"day\"\n    type = \"N\"\n  }\n", now: "\n", want: "aws_dynamodb_table.plain.attribute.name would be gone"},
		"a resource is gone":         {old: "resource \"aws_db_instance\"", now: "data \"aws_db_instance\"", want: "aws_db_instance.other.for_each would be gone"},
		"an argument is new":         {old: "storage_encrypted = local.on\n", now: "storage_encrypted = local.on\n  kms_key_id        = aws_kms_key.dynamodb.arn\n", want: `aws_db_instance.other["blue"].kms_key_id would be new`},
		"a block is new":             {old: "hash_key = \"id\"\n", now: "hash_key = \"id\"\n\n  ttl {\n    enabled = true\n  }\n", want: "aws_dynamodb_table.plain.ttl.enabled would be new"},
		"good":                       {old: "aws_kms_key.dynamodb.arn", now: "aws_kms_key.dynamodb.arn"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"main.tf": provable}
			before := judgeFiles(files)
			plan := New(before, everything, options())
			made := edited(t, files, plan)
			made["main.tf"] = replaced(t, made["main.tf"], c.old, c.now)
			r := Prove(before, plan, judgeFiles(made), everything, options())
			switch {
			case r == nil && c.want == "":
			case r == nil || c.want == "":
				t.Errorf("refused: %v; want %q", r, c.want)
			case !strings.Contains(r.Message, c.want) || !slices.Equal(r.Tables, c.guilty):
				t.Errorf("refused: %s %q; want %s %q", r.Tables, r.Message, c.guilty, c.want)
			}
		})
	}
}

// TestProveOnce holds that a plan is refused when the next one would change
// something: here a file that the first one must not.
func TestProveOnce(t *testing.T) {
	files := map[string]string{
		"main.tf": `resource "aws_dynamodb_table" "a" {
  name = "a"
}

resource "aws_dynamodb_table" "b" {
  name = "b"

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.tables.arn
  }
}
`,
		"kms.tf": "resource \"aws_kms_key\" \"tables\" {\n  enable_key_rotation = false\n}\n",
	}
	named := everything
	named.Writable = func(f *terraform.File) bool { return f.Name == "main.tf" }
	before := judgeFiles(files)
	plan := New(before, named, options())
	made := edited(t, files, plan)
	if r := Prove(before, plan, judgeFiles(made), named, options()); r != nil {
		t.Fatalf("the plan itself is refused: %v", r)
	}
	r := Prove(before, plan, judgeFiles(made), everything, options())
	if want := "a second run would change kms.tf again"; r == nil || r.Message != want || !slices.Equal(r.Tables, []string{"main.tf:aws_dynamodb_table.b"}) {
		t.Errorf("refused: %+v; want %q", r, want)
	}
}

// TestProveLayoutOfEach holds that the layout of every module of a unit is
// proved, of every file and every block.
func TestProveLayoutOfEach(t *testing.T) {
	const good, changed, bad = "locals {\n  a = 1\n}\n", "locals {\n  a = 2\n}\n", "locals {\n  a =  2\n}\n"
	unit := func(modules ...map[string]string) *Judged {
		out := &Judged{}
		for _, files := range modules {
			out.Modules = append(out.Modules, judgeFiles(files).Modules...)
		}
		return out
	}
	was := map[string]string{"a.tf": good, "b.tf": good}
	for _, c := range []struct {
		now     []map[string]string
		refused bool
	}{
		{[]map[string]string{was, {"a.tf": changed, "b.tf": changed}}, false},
		{[]map[string]string{{"a.tf": bad, "b.tf": good}, was}, true},
		{[]map[string]string{was, {"a.tf": bad, "b.tf": good}}, true},
		{[]map[string]string{was, {"a.tf": changed, "b.tf": bad}}, true},
		{[]map[string]string{was, {"a.tf": changed, "b.tf": changed + "\n" + bad}}, true},
	} {
		if r := proveLayout(unit(was, was), unit(c.now...)); (r != nil) != c.refused {
			t.Errorf("%q: refused: %v", c.now, r)
		}
	}
}
