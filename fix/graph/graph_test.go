package graph

import (
	"slices"
	"strings"
	"testing"

	"cmkify/internal/terraform"
)

func module(dir, src string) *terraform.Module {
	return terraform.Load(dir, []terraform.Source{{Name: "main.tf", Path: dir + "/main.tf", Bytes: []byte(src)}})
}

// called is a module that another one calls, with one of its own.
const called = `
variable "name" {}

variable "unused" {}

resource "aws_sns_topic" "t" {
  name = var.name
}

output "arn" {
  value = aws_sns_topic.t.arn
}

output "unused" {
  value = var.unused
}

module "inner" {
  source = "./inner"
}
`

const inner = "resource \"aws_sns_topic\" \"t\" {}\n"

const calling = `
locals {
  a = aws_kms_key.k.arn
  b = [local.a]
}

resource "aws_kms_key" "k" {
  provider = aws.other
}

provider "aws" {
  alias  = "other"
  region = local.region
}

module "m" {
  source = "./m"

  count  = length(local.b)
  name   = local.region
  unused = aws_sqs_queue.q.arn
}

resource "aws_sqs_queue" "q" {}

resource "aws_sqs_queue" "after" {
  depends_on = [module.m]
}

output "topic" {
  value = module.m[0].arn
}

locals {
  region = "eu-west-1"
}
`

// both returns the calling module, whose call leads to the other one.
func both(src string) *terraform.Module {
	root, m := module(".", src), module("m", called)
	m.Resolve(func(*terraform.Call) *terraform.Module { return module("m/inner", inner) })
	root.Resolve(func(*terraform.Call) *terraform.Module { return m })
	return root
}

// TestReaches holds what depends on what, as Terraform orders it.
func TestReaches(t *testing.T) {
	g := Of(both(calling))
	for pair, want := range map[string]bool{
		"local.b aws_kms_key.k":                               true,
		"aws_kms_key.k local.b":                               false,
		"aws_kms_key.k local.region":                          true, // which its provider reads
		"output.topic module.m.aws_sns_topic.t":               true,
		"output.topic local.region":                           true, // through the argument
		"output.topic aws_kms_key.k":                          true, // through the count
		"output.topic module.m.output.unused":                 false,
		"output.topic aws_sqs_queue.q":                        false, // of an argument that the output does not read
		"aws_sqs_queue.after aws_sqs_queue.q":                 true,  // the end of a module waits for all of it
		"module.m.aws_sns_topic.t aws_sqs_queue.q":            false,
		"module.m.module.inner.aws_sns_topic.t aws_kms_key.k": true, // through the count of the outer call
		"aws_sqs_queue.q module.m.aws_sns_topic.t":            false,
		"module.m.var.unused aws_sqs_queue.q":                 true,
		"module.m.output.arn module.m.var.name":               true,
		"local.region module.m.aws_sns_topic.t":               false,
		"aws_sqs_queue.after aws_sqs_queue.missing":           false,
	} {
		from, to, _ := strings.Cut(pair, " ")
		if got := g.Reaches(from, to); got != want {
			t.Errorf("%s depends on %s: %v, want %v", from, to, got, want)
		}
	}
}

// TestNewCycle holds which cycles are told: those that were not there before.
func TestNewCycle(t *testing.T) {
	was := strings.Replace(calling, "  region = \"eu-west-1\"", "  region = local.other\n  other  = local.region", 1)
	before := Of(both(was))
	if got := Of(both(was)).NewCycle(before); got != nil {
		t.Errorf("%q was there before", got)
	}
	for now, want := range map[string][]string{
		strings.Replace(was, "  name   = local.region", "  name   = module.m[0].arn", 1): {"module.m.aws_sns_topic.t", "module.m.output.arn", "module.m.var.name"},
		strings.Replace(was, "a = aws_kms_key.k.arn", "a = local.b", 1):                  {"local.a", "local.b"},
		strings.Replace(was, "\"q\" {}", "\"q\" {\n  name = aws_sqs_queue.q.arn\n}", 1):  nil, // Terraform reports it as another mistake
	} {
		if got := Of(both(now)).NewCycle(before); !slices.Equal(got, want) {
			t.Errorf("%q is new, want %q", got, want)
		}
	}
}
