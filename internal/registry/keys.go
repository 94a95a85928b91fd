package registry

import (
	"iter"
	"slices"
)

// A KeyModule is a published module that makes KMS keys.
type KeyModule struct {
	Name    string
	Sources []string // as those of a [Module]
	Doc     string   // URL of its documentation
	From    string   // the first release that has these outputs
	Read    string   // the newest release that was read
	// Model is Terraform code with the module's outputs that name its key, and the
	// inputs that decide them. Its key is a data source: what the module's own says
	// of policy and rotation is not known.
	Model string
}

var keyModules = []KeyModule{
	{ // v1.0.0 to v4.2.0: outputs.tf, main.tf
		Name:    "terraform-aws-modules/kms/aws",
		Sources: []string{"github.com/terraform-aws-modules/terraform-aws-kms"},
		Doc:     "https://registry.terraform.io/modules/terraform-aws-modules/kms/aws",
		From:    "1.0.0",
		Read:    "4.2.0",
		Model: `
variable "create" {
  type    = bool
  default = true
}
variable "region" {
  type    = string
  default = null
}
variable "aliases" {
  type    = list(string)
  default = []
}
variable "computed_aliases" {
  type    = any
  default = {}
}
data "aws_kms_key" "this" {
  region = var.region
}
data "aws_kms_alias" "this" {
  for_each = merge({ for name in var.aliases : name => name }, { for key, alias in var.computed_aliases : key => alias.name })
  name     = "alias/${each.value}"
  region   = var.region
}
output "key_arn" {
  value = var.create ? data.aws_kms_key.this.arn : null
}
output "key_id" {
  value = var.create ? data.aws_kms_key.this.key_id : null
}
output "aliases" {
  value = data.aws_kms_alias.this
}
`,
	},
	{ // 0.1.0 to 0.12.2: output.tf or outputs.tf, main.tf
		Name:    "cloudposse/kms-key/aws",
		Sources: []string{"github.com/cloudposse/terraform-aws-kms-key"},
		Doc:     "https://registry.terraform.io/modules/cloudposse/kms-key/aws",
		From:    "0.1.0",
		Read:    "0.12.2",
		Model: `
variable "enabled" {
  type    = bool
  default = null
}
data "aws_kms_key" "default" {}
resource "aws_kms_alias" "default" {
  target_key_id = data.aws_kms_key.default.key_id
}
output "key_arn" {
  value = var.enabled == false ? "" : data.aws_kms_key.default.arn
}
output "key_id" {
  value = var.enabled == false ? "" : data.aws_kms_key.default.key_id
}
output "alias_arn" {
  value = var.enabled == false ? "" : aws_kms_alias.default.arn
}
output "alias_name" {
  value = var.enabled == false ? "" : aws_kms_alias.default.id
}
`,
	},
}

// Keys returns the modules that make keys, in the order in which they are written.
// What they point to is shared and must not be changed.
func Keys() iter.Seq[*KeyModule] {
	return func(yield func(*KeyModule) bool) {
		for i := range keyModules {
			if !yield(&keyModules[i]) {
				return
			}
		}
	}
}

// LookupKey finds the module of a call among those that make keys, as [Lookup]
// does among those that make tables; nil for any other, and for releases that were
// not read.
func LookupKey(source, constraint string) *KeyModule {
	a, ok := parse(source)
	if !ok || a.folder != "" {
		return nil
	}
	for k := range Keys() {
		releases := Module{Read: k.Read, Versions: []Version{{From: k.From}}}
		if slices.Contains(k.Sources, a.key) && releases.match(a.releases(constraint)).Version != nil {
			return k
		}
	}
	return nil
}
