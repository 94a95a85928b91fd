package eval

import (
	"strings"
	"testing"

	"cmkify/internal/terraform"
)

func top(t *testing.T, src string, o Options) *Instance {
	t.Helper()
	m := terraform.Load(".", []terraform.Source{{Name: "main.tf", Path: "main.tf", Bytes: []byte(src)}})
	for _, e := range m.Errors {
		t.Fatal(e)
	}
	return New(o).Top(m)
}

// worlds evaluates local.x in each world and returns what it is there.
func worlds(i *Instance) []string {
	var out []string
	i.ev.Explore(func() {
		v := i.local("x")
		text := valueText(v)
		if s := i.ev.StandIn(v); s != nil {
			text = s.Resource.Address() + s.Expansion.Key + "." + s.Attribute
		}
		for _, d := range i.ev.Decisions() {
			text += " | " + d.Text
		}
		out = append(out, text)
	})
	return out
}

const keys = `
resource "aws_kms_key" "a" {}
resource "aws_kms_key" "b" {
  count = 2
}
resource "aws_kms_key" "c" {
  for_each = toset(["x", "y"])
}
resource "aws_kms_key" "some" {
  count = var.n
}
resource "aws_kms_key" "each" {
  for_each = var.set
}
variable "own" { type = bool }
variable "env" { type = string }
variable "key" { 
  type = string
  default = null 
}
variable "n" { type = number }
variable "set" { type = set(string) }
variable "map" { type = map(string) }
`

func TestWorlds(t *testing.T) {
	for _, c := range []struct{ x, want string }{
		{`aws_kms_key.a.arn`, `aws_kms_key.a.arn`},
		{`"${aws_kms_key.a.arn}"`, `aws_kms_key.a.arn`},
		{`join("", [aws_kms_key.a.key_id])`, `aws_kms_key.a.key_id`},
		{`element(concat(aws_kms_key.b[*].arn, [""]), 0)`, `aws_kms_key.b[0].arn`},
		{`{ for k, v in aws_kms_key.c : k => v.arn }["y"]`, `aws_kms_key.c["y"].arn`},
		{`values(aws_kms_key.c)[1].arn`, `aws_kms_key.c["y"].arn`},
		{`jsondecode(jsonencode({ a = aws_kms_key.a.arn })).a`, `aws_kms_key.a.arn`},
		{`merge({ a = "x" }, { a = aws_kms_key.a.arn })["a"]`, `aws_kms_key.a.arn`},
		{`aws_kms_key.a.arn != "" ? 1 : 2`, `1`},
		{`var.own ? aws_kms_key.a.arn : null`, `aws_kms_key.a.arn | var.own is true; null | var.own is false`},
		{`var.own == false ? "n" : (!var.own ? "impossible" : "y")`, `"y" | var.own is true; "n" | var.own is false`},
		{`var.env == "prod" ? "p" : var.env == "dev" ? "d" : "o"`, `"p" | var.env is "prod"; "d" | var.env is not "prod" | var.env is "dev"; "o" | var.env is not "prod" | var.env is not "dev"`},
		{`var.env == "prod" ? (var.env != "prod" ? "impossible" : "p") : "o"`, `"p" | var.env is "prod"; "o" | var.env is not "prod"`},
		{`{ dev = "d", prod = "p" }[var.env]`, `"d" | var.env is "dev"; "p" | var.env is not "dev"`},
		{`lookup({ dev = "d" }, var.env, "o")`, `"d" | var.env is "dev"; "o" | var.env is not "dev"`},
		{`contains(["a", "b"], var.env) ? "in" : "out"`, `"in" | var.env is "a"; "in" | var.env is not "a" | var.env is "b"; "out" | var.env is not "a" | var.env is not "b"`},
		{`coalesce(var.key, aws_kms_key.a.arn)`, `aws_kms_key.a.arn | var.key is null or empty; (unknown) | var.key is set`},
		{`var.key == null ? "n" : "s"`, `"n" | var.key is null; "s" | var.key is not null`},
		{`var.key != null ? var.key : "d"`, `"d" | var.key is null; (unknown) | var.key is not null`},
		{`one(aws_kms_key.some[*].arn)`, `aws_kms_key.some.arn | there is a aws_kms_key.some; null | there is no aws_kms_key.some`},
		{`try(aws_kms_key.some[0].arn, "d")`, `aws_kms_key.some.arn | there is a aws_kms_key.some; "d" | there is no aws_kms_key.some`},
		{`aws_kms_key.each["q"].arn`, `aws_kms_key.each.arn`},
		{`aws_kms_key.each[var.env].arn`, `aws_kms_key.each.arn`},
		{`{ for k, v in aws_kms_key.each : k => v.arn }[var.env]`, `aws_kms_key.each.arn`},
		{`startswith(var.env, "prod") ? "p" : (startswith(var.env, "prod") ? "impossible" : "o")`, `"p" | startswith(var.env, "prod") is true; "o" | startswith(var.env, "prod") is false`},
		{`[for s in ["a", "b"] : s if s == var.env]`, ``},
		{`terraform.workspace == "prod" ? 1 : 2`, `1 | terraform.workspace is "prod"; 2 | terraform.workspace is not "prod"`},
		{`data.aws_thing.x.flag ? 1 : 2`, `1 | data.aws_thing.x.flag is true; 2 | data.aws_thing.x.flag is false`},
		{`var.own && var.env == "x" ? 1 : 2`, `1 | var.own is true | var.env is "x"; 2 | var.own is true | var.env is not "x"; 2 | var.own is false`},
	} {
		i := top(t, keys+"locals {\n  x = "+c.x+"\n}\n", Options{})
		if got := strings.Join(worlds(i), "; "); got != c.want && c.want != "" {
			t.Errorf("%s\n got %s\nwant %s", c.x, got, c.want)
		}
	}
}

// TestOnly holds that an expression evaluates what it asks for of a resource,
// and the others of its attributes where it asks for the resource as a whole.
func TestOnly(t *testing.T) {
	const src = `
resource "aws_sns_topic" "t" {
  name   = "n"
  policy = file("${path.module}/policy.json")
}

locals {
  policy = aws_sns_topic.t.policy
  name   = aws_sns_topic.t.name
  both   = "${aws_sns_topic.t.name} ${[for k, v in aws_sns_topic.t : v if k == "name"][0]}"
}
`
	for name, want := range map[string]struct {
		value string
		reads int
	}{"name": {"n", 0}, "policy": {"p", 1}, "both": {"n n", 1}} {
		reads := 0
		in := top(t, src, Options{File: func(*terraform.Module, string) ([]byte, bool) {
			reads++
			return []byte("p"), true
		}})
		if got := in.local(name); !terraform.IsString(got) || got.AsString() != want.value || reads != want.reads {
			t.Errorf("local.%s is %#v, with %d files read; want %q with %d", name, got, reads, want.value, want.reads)
		}
	}
}
