package acceptance

import (
	"slices"
	"testing"
)

// TestRefusals holds that one case's error hides no other's, and that what is
// made for a child module changes no verdict.
func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, nil, nil)
	const named = `resource "aws_kms_key" "a" {}` + "\n"
	cases := map[string]string{
		"unparsable":       `resource "aws_kms_key" "a" {`,
		"twice":            named + named,
		"no such argument": "resource \"aws_kms_key\" \"a\" {\n  rotates = true\n}\n",
		"no such key":      "output \"arn\" {\n  value = aws_kms_key.a.arn\n}\n",
		"cycle":            "locals {\n  a = local.b\n  b = local.a\n}\n",
		"other provider":   `resource "null_resource" "a" {}`,
		"remote module":    "module \"a\" {\n  source = \"terraform-aws-modules/dynamodb-table/aws\"\n}\n",
		"good":             named,
		"good: versions and state": `terraform {
  required_version = ">= 99"
  backend "s3" {}
  required_providers { aws = { version = "~> 2.0", source = "hashicorp/aws" } }
}
provider "aws" {
  version = "~> 3.0"
  region  = "eu-west-1"
}
` + named,
		"good: aliases": `variable "key" { type = object({ arn = string }) }
data "aws_caller_identity" "a" { provider = aws.west }
resource "aws_kms_key" "a" {
  provider = aws.west
  region   = "eu-west-1"
}
output "key" { value = var.key.arn }
`,
	}
	var children []*child
	for i, name := range sortedKeys(cases) {
		children = append(children, newChild(name, "case_"+string(rune('a'+i)), map[string][]byte{"sub/main.tf": []byte(cases[name])}))
	}
	want := []string{"cycle", "no such argument", "no such key", "other provider", "remote module", "twice", "unparsable"}
	refused := w.refusals(children)
	if got := sortedKeys(refused); !slices.Equal(got, want) {
		t.Errorf("refused are %v, want %v\n%+v", got, want, refused)
	}
}
