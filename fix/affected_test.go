package fix

import (
	"slices"
	"strings"
	"testing"

	"cmkify/internal/terraform"
)

// changing is a directory with a block of each kind.
const changing = `locals {
  a = 1
  b = 2
}

variable "v" {
  default = 1
}

provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

data "aws_region" "d" {
  name = "eu-west-1"
}

resource "aws_sns_topic" "t" {
  name = "t"
}

module "m" {
  source = "./m"
  count  = 1
  name   = "m"
  other  = "o"
}

output "o" {
  value = 1
}

check "c" {
  assert {
    condition     = true
    error_message = "one"
  }
}
`

// TestChangedAddresses holds what the graph calls that which differs: the whole
// of a block, but of a call the arguments that do, and what says how many there
// are. Where it has no name for it, all may have changed.
func TestChangedAddresses(t *testing.T) {
	const everything = "?"
	for _, c := range []struct{ old, now, want string }{
		{"a = 1", "a = 1", ""},
		{"a = 1", "a = 3", "local.a local.b"},
		{"default = 1", "default = 2", "var.v"},
		{"region = \"eu-west-1\"", "region = \"eu-west-2\"", "provider.aws"},
		{"region = \"us-west-2\"", "region = \"us-west-1\"", "provider.aws.west"},
		{"name = \"eu-west-1\"", "name = \"eu-west-2\"", "data.aws_region.d"},
		{"name = \"t\"", "name = \"u\"", "aws_sns_topic.t"},
		{"resource \"aws_sns_topic\" \"t\"", "resource \"aws_sns_topic\" \"u\"", "aws_sns_topic.t aws_sns_topic.u"},
		{"name   = \"m\"", "name   = \"n\"", "module.m module.m.var.name"},
		{"  name   = \"m\"\n", "", "module.m module.m.var.name"},
		{"count  = 1", "count  = 2", "module.m module.m.(expand)"},
		{"  count  = 1\n", "", "module.m module.m.(expand)"},
		{"source = \"./m\"", "source = \"./n\"", "module.m module.m.(expand)"},
		{"value = 1", "value = 2", "output.o"},
		{"\"one\"", "\"two\"", everything},
		{"variable \"v\"", "variable \"v\" \"w\"", everything},
		{"module \"m\"", "module \"m\" \"n\"", everything},
	} {
		before := judge([]byte(changing)).Modules[0].Module
		after := judge([]byte(replaced(t, changing, c.old, c.now))).Modules[0].Module
		got, known := changedAddresses(before, after)
		slices.Sort(got)
		text := strings.Join(slices.Compact(got), " ")
		if !known {
			text = everything
		}
		if text != c.want {
			t.Errorf("%q becomes %q: %s, want %s", c.old, c.now, text, c.want)
		}
	}
}

// TestChangedFiles holds that of a new file, and of one in JSON, nothing is known.
func TestChangedFiles(t *testing.T) {
	const main = "locals {\n  a = 1\n}\n"
	module := func(name, text string) *terraform.Module {
		return judgeFiles(map[string]string{"main.tf": main, name: text}).Modules[0].Module
	}
	for _, after := range []*terraform.Module{
		module("new.tf", main), module("old.tf.json", `{"locals": {"b": 2}}`), module("terraform.tfvars", "c = 2\n"),
	} {
		for _, before := range []*terraform.Module{module("old.tf.json", `{"locals": {"b": 1}}`), module("terraform.tfvars", "c = 1\n")} {
			if out, known := changedAddresses(before, after); known {
				t.Errorf("%v", out)
			}
		}
	}
}

// TestPassedOn holds whose readers are read where a value changes: those of what
// only passes it on, by the name that they refer to it.
func TestPassedOn(t *testing.T) {
	m := terraform.Load(".", []terraform.Source{{Name: "main.tf", Path: "main.tf", Bytes: []byte("module \"far\" {\n  source = \"git::https://example.com/far\"\n}\n\nmodule \"near\" {\n  source = \"./near\"\n}\n")}})
	m.FindCall("near").Aside = true
	for address, want := range map[string]string{
		"local.a": "local.a", "var.a": "var.a", "aws_sns_topic.t": "", "data.aws_region.d": "", "output.o": "",
		"module.near.output.id": "module.near", "module.near.var.a": "", "module.near": "", "module.far": "module.far", "module.near.local.a": "",
	} {
		if got := passedOn(m, address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
