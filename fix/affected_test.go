package fix

import (
	"slices"
	"strings"
	"testing"

	"cmkify/internal/terraform"

	"github.com/zclconf/go-cty/cty"
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

// TestRequireReaders holds that who reads a value is read when that differs from
// the one in the other plan, or is in one of them only.
func TestRequireReaders(t *testing.T) {
	const text = "locals {\n  a = 1\n}\n\nresource \"aws_sns_topic\" \"t\" {\n  name = local.a\n}\n"
	at := slot{block: "local.a"}
	one, two := cty.NumberIntVal(1), cty.NumberIntVal(2)
	for name, c := range map[string]struct {
		now, was map[slot]cty.Value
		argument bool
		want     bool
	}{
		"the same":          {map[slot]cty.Value{at: one}, map[slot]cty.Value{at: one}, false, false},
		"another":           {map[slot]cty.Value{at: one}, map[slot]cty.Value{at: two}, false, true},
		"new":               {map[slot]cty.Value{at: one}, nil, false, true},
		"both unknown":      {map[slot]cty.Value{at: cty.UnknownVal(cty.String)}, map[slot]cty.Value{at: cty.UnknownVal(cty.String)}, false, false},
		"no longer known":   {map[slot]cty.Value{at: cty.DynamicVal}, map[slot]cty.Value{at: one}, false, true},
		"another argument":  {map[slot]cty.Value{at: one}, map[slot]cty.Value{at: two}, true, true},
		"the same argument": {map[slot]cty.Value{at: one}, map[slot]cty.Value{at: one}, true, false},
		"an argument gone":  {nil, map[slot]cty.Value{at: two}, true, true},
		"of no value":       {nil, nil, true, false},
	} {
		d := terraform.NewDemand(func(terraform.Outlined) bool { return false })
		m := terraform.LoadFor(".", []terraform.Source{{Name: "main.tf", Path: "main.tf", Bytes: []byte(text)}}, d)
		now, was := &planned{passed: c.now, readers: map[slot][]reading{at: {{m, "local.a"}}}}, &planned{passed: c.was}
		if c.argument {
			now.passed, now.arguments, was.passed, was.arguments = nil, c.now, nil, c.was
		}
		if requireReaders(now, was); d.Grown() != c.want {
			t.Errorf("%s: want %v", name, c.want)
		}
	}
}
