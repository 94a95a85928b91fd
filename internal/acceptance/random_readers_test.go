package acceptance

import (
	"fmt"
	"strings"
)

// readers adds resources and outputs that read what tables read, too.
func (g *generator) readers(n int) {
	g.file = "readers.tf"
	for range n {
		if len(g.named) == 0 {
			return
		}
		of := g.named[g.IntN(len(g.named))]
		if g.chance(30) { // a variable
			of = []named{
				{"var.on", "flag", true}, {"var.off", "flag", true}, {"var.set_on", "flag", true}, {"var.set_off", "flag", true}, {"var.rotate", "flag", true},
				{"var.key_null", "key", !g.reusable}, {"var.key_empty", "key", !g.reusable}, {"var.key_managed", "key", !g.reusable}, {"var.object", "object", true}, {"var.tables", "object", true},
			}[g.IntN(10)]
		}
		name := g.fresh("r")
		if g.chance(25) {
			g.add("output %q {\n  value = %s\n}", name, of.ref)
			continue
		}
		switch of.kind {
		case "flag":
			g.flagReader(name, of)
		case "key":
			g.keyReader(name, of)
		default:
			g.add("resource \"terraform_data\" %q {\n  input = %s\n}", name, g.pick(of.ref, "jsonencode("+of.ref+")", "["+of.ref+"]"))
		}
	}
}

func (g *generator) flagReader(name string, of named) {
	switch g.IntN(8) {
	case 0:
		g.add("resource \"aws_db_instance\" %q {\n  instance_class = \"db.t3.micro\"\n  engine = \"postgres\"\n  allocated_storage = 10\n  username = \"someone\"\n  password = \"something\"\n  storage_encrypted = %s\n}", name, of.ref)
	case 1:
		g.add("resource \"aws_s3_bucket\" %q {\n  bucket = \"%s-%s\"\n  force_destroy = %s\n  tags = { encrypted = tostring(%s) }\n}", name, g.name, name, of.ref, of.ref)
	case 2:
		g.add("resource \"terraform_data\" %q {\n  count = %s ? 1 : 0\n}", name, of.ref)
	case 3:
		g.add("resource \"terraform_data\" %q {\n  lifecycle {\n    precondition {\n      condition = %s == %s\n      error_message = \"changed\"\n    }\n  }\n}", name, of.ref, of.ref)
	case 4:
		g.add("resource \"aws_dynamodb_table\" %q {\n  name = \"%s-%s\"\n  billing_mode = \"PAY_PER_REQUEST\"\n  hash_key = \"id\"\n  deletion_protection_enabled = %s\n\n  attribute {\n    name = \"id\"\n    type = \"S\"\n  }\n\n  server_side_encryption {\n    enabled = %s\n    kms_key_arn = %s\n  }\n}", name, g.name, name, of.ref, g.pick(of.ref, "true"), g.pick("aws_kms_key.main.arn", "null"))
	case 5:
		g.add("resource \"aws_kms_key\" %q {\n  description = %s ? \"a\" : \"b\"\n  enable_key_rotation = %s\n}", name, of.ref, of.ref)
	case 6:
		g.add("check %q {\n  assert {\n    condition = tostring(%s) != \"x\"\n    error_message = \"changed\"\n  }\n}", name, of.ref)
	default:
		g.add("resource \"terraform_data\" %q {\n  input = { for k, v in { a = %s } : k => v if v }\n}", name, of.ref)
	}
}

func (g *generator) keyReader(name string, of named) {
	switch n := g.IntN(6); {
	case n == 0:
		g.add("resource \"aws_sns_topic\" %q {\n  name = \"%s-%s\"\n  kms_master_key_id = %s\n}", name, g.name, name, of.ref)
	case n == 1:
		g.add("resource \"aws_s3_bucket\" %q {\n  bucket = \"%s-%s\"\n  tags = { key = try(coalesce(%s), \"none\") }\n}", name, g.name, name, of.ref)
	case n == 2 && of.known:
		g.add("resource \"terraform_data\" %q {\n  count = try(length(%s), 0) > 0 ? 1 : 2\n}", name, of.ref)
	case n == 3:
		g.add("resource \"aws_sqs_queue\" %q {\n  name = \"%s-%s\"\n  kms_master_key_id = %s\n}", name, g.name, name, of.ref)
	case n == 4:
		g.add("resource \"aws_kms_alias\" %q {\n  name = \"alias/%s-%s\"\n  target_key_id = try(coalesce(%s), aws_kms_key.main.key_id)\n}", name, g.name, name, of.ref)
	default:
		g.add("resource \"terraform_data\" %q {\n  input = { key = %s }\n}", name, of.ref)
	}
}

// newModule makes a root module.
func newModule(seed, number uint64, name string) *randomModule {
	g := newGenerator(seed, number, name)
	g.blocks()
	g.file = g.pick("terraform.tfvars", "values.auto.tfvars")
	for _, name := range sortedKeys(g.inputs) {
		g.pieces = append(g.pieces, piece{g.file, fmt.Sprintf("%s = %s", name, g.inputs[name])})
	}
	g.prune()
	return &randomModule{name: name, pieces: g.pieces, calls: make([]map[string]string, 1)}
}

// newReusable makes a module that is called several times, and shows no sign of
// being run by itself.
func newReusable(seed, number uint64, name string) *randomModule {
	g := newGenerator(seed, number, name)
	g.reusable = true
	g.blocks()
	g.prune()
	m := &randomModule{name: name, pieces: g.pieces, reusable: true}
	for call := range 4 {
		m.calls = append(m.calls, g.arguments(call))
	}
	return m
}

func (g *generator) blocks() {
	g.common()
	for n := range tablesOfModule {
		g.table(n)
	}
	g.readers(tablesOfModule / 2)
}

// prune leaves out, of most modules, what nothing refers to.
func (g *generator) prune() {
	if g.chance(80) {
		g.pieces = reachable(g.pieces, func(p piece) bool { return p.file != "common.tf" && !strings.HasSuffix(p.file, ".tfvars") })
	}
}

// callers' arguments for variables, by what a call may give; "" is left out.
var callerArguments = map[string][]string{
	"env": {`"prod"`, `"dev"`}, "on": {"", "true", "false"}, "off": {"", "true", "false"}, "set_on": {"", "true", "false"}, "set_off": {"true", "false"},
	"text_on": {"", `"true"`, "false"}, "not_null": {"", "null", "true", "false"}, "rotate": {"", "true", "false"}, "nothing": {"", "null", `"x"`},
	"key_null": {"", "null", `""`, "@ARN", "@KEY"}, "key_empty": {"", "null", "@ARN", "@KEY"}, "key_arn": {"", "null", "@ARN", "@KEY"}, "key_managed": {"", "@KEY", "@ARN"},
	"names": {"", `["a", "b"]`, `["b"]`}, "regions": {"", `["us-west-2"]`}, "no_regions": {"", `["us-west-2"]`}, "limits": {"", "{ low = 3 }"},
	"object": {"", "{ encrypt = false }", "{ encrypt = true, key = @KEY }", "{ key = null, other = @ARN }"}, "keys": {"", "{ orders = @KEY }", "{ orders = @ARN, none = @ARN }"},
	"list":     {"[{ encrypt = true, key = @ARN }, { encrypt = false }]", "[{ encrypt = true }, { encrypt = true, key = @KEY }]"},
	"maybe":    {"", "null", "{}", "{ key = @ARN }", "{ key = @KEY }"},
	"anything": {"", `{ deep = [{ on = true, off = true, key = "" }] }`},
	"tables":   {"", "{}", "{ a = {} }", "{ a = { key = @ARN }, b = { enabled = false } }", "{ b = { key = @KEY } }"},
}

// arguments returns what a call gives; the first one leaves out what it can.
func (g *generator) arguments(call int) map[string]string {
	out := map[string]string{}
	for _, name := range sortedKeys(callerArguments) {
		of := callerArguments[name]
		value := of[0]
		if call > 0 {
			value = g.pick(of...)
		}
		if value != "" {
			out[name] = strings.NewReplacer("@ARN", fmt.Sprintf(arnOf, east), "@KEY", "aws_kms_key.root.arn").Replace(value)
		}
	}
	return out
}
