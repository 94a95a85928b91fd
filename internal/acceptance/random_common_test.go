package acceptance

import (
	"fmt"
	"slices"
	"strings"
)

const (
	east, west = "us-east-1", "us-west-2"
	arnOf      = `"arn:aws:kms:%s:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"`
	managedOf  = `"arn:aws:kms:%s:111122223333:alias/aws/dynamodb"`
)

// common makes what several tables share: providers, variables, locals, keys.
func (g *generator) common() {
	g.providers()
	g.inputsOf()
	g.keyResources()
	g.aliases()
	g.opens()
	g.pools[east] = &pool{east, map[class][]string{
		good: {
			fmt.Sprintf(arnOf, east), "aws_kms_key.main.arn", "aws_kms_key.main.arn", "aws_kms_key.main.arn", "aws_kms_key.counted[1].arn", `aws_kms_key.each["a"].arn`,
			"aws_kms_key.single[0].arn", "one(aws_kms_key.single[*].arn)", "aws_kms_alias.main.target_key_arn", "data.aws_kms_key.own.arn",
			"data.aws_kms_alias.own.target_key_arn", "data.aws_kms_alias.elsewhere.target_key_arn", "aws_kms_external_key.imported.arn", "aws_kms_replica_key.here.arn", "var.key_arn", "var.object.key",
			`var.keys["orders"]`, "var.list[0].key", "local.key.arn", `aws_kms_alias.each["a"].target_key_arn`,
		},
		unrotated: {"aws_kms_key.weak.arn", "aws_kms_key.weak.arn", "aws_kms_alias.weak.target_key_arn", "aws_kms_key.each[\"b\"].arn", "aws_kms_key.flagged[0].arn", "aws_kms_replica_key.weak.arn"},
		keyless: {
			"null", "null", `""`, "var.key_null", "var.key_empty", "one(aws_kms_key.none[*].arn)", `join("", aws_kms_key.none[*].arn)`,
			"try(aws_kms_key.none[0].arn, null)", "var.object.other", `try(var.keys["none"], "")`, `lookup(var.keys, "none", null)`, "var.list[1].key", "local.no_key",
		},
		managed: {fmt.Sprintf(managedOf, east), "data.aws_kms_alias.managed.target_key_arn", "data.aws_kms_alias.managed.arn", "data.aws_kms_key.managed.arn", "var.key_managed",
			`"arn:aws:kms:us-east-1:111122223333:alias/${var.alias}"`},
		misnamed: {"aws_kms_key.main.key_id", "aws_kms_key.main.id", "aws_kms_alias.main.arn", "aws_kms_key.counted[0].key_id", "data.aws_kms_key.own.key_id", "aws_kms_replica_key.here.key_id"},
		unusable: {"aws_kms_key.off.arn", "aws_kms_key.rsa.arn", fmt.Sprintf(arnOf, west), "aws_kms_key.west.arn"},
	}}
	g.pools[west] = &pool{west, map[class][]string{
		good:      {"aws_kms_key.west.arn", "aws_kms_key.west.arn", fmt.Sprintf(arnOf, west), "aws_kms_alias.west.target_key_arn"},
		unrotated: {"aws_kms_key.west_weak.arn"},
		keyless:   g.pools[east].keys[keyless],
		managed:   {fmt.Sprintf(managedOf, west), "data.aws_kms_alias.west_managed.target_key_arn"},
		misnamed:  {"aws_kms_key.west.key_id", "aws_kms_alias.west.arn"},
		unusable:  {fmt.Sprintf(arnOf, east), "aws_kms_key.main.arn"},
	}}
	if g.reusable {
		g.leave()
	}
	g.shared()
}

// leave takes what callers decide out of the references to keys: they may be
// null.
func (g *generator) leave() {
	keys := g.pools[east].keys
	for _, c := range classes { // in one order: a seed makes one module
		refs := keys[c]
		for _, ref := range refs {
			if strings.HasPrefix(ref, "var.") && c != keyless {
				keys[keyless] = append(keys[keyless], ref)
			}
		}
		keys[c] = slices.DeleteFunc(refs, func(ref string) bool { return strings.HasPrefix(ref, "var.") && c != keyless })
	}
	g.pools[west].keys[keyless] = []string{"null", `""`}
	for _, p := range g.pools { // the region of a table is its callers', so that an ARN may well be of it
		p.keys[unusable] = slices.DeleteFunc(p.keys[unusable], func(ref string) bool { return strings.HasPrefix(ref, `"arn:`) })
	}
}

func (g *generator) providers() {
	const required = "terraform {\n  required_providers {\n    aws = {\n      source  = \"hashicorp/aws\"\n      version = %q\n%s    }\n  }\n}"
	version := g.pick("5.100.0", "~> 5.0", ">= 5.0, < 6.0")
	if g.reusable {
		g.add(required, version, "      configuration_aliases = [aws.west]\n")
		return
	}
	g.add(required, version, "")
	g.add("provider \"aws\" {\n  region = %q\n}", east)
	g.add("provider \"aws\" {\n  alias  = \"west\"\n  region = %q\n}", west)
}

// variable declares a variable. In a root module, what is given stands in a
// file of variable values, and may be "".
func (g *generator) variable(name, body, given string) {
	g.add("variable %q {\n%s\n}", name, body)
	if given != "" && !g.reusable {
		g.inputs[name] = given
	}
}

func (g *generator) inputsOf() {
	g.variable("env", `  type = string`+g.pick("\n  default = \"dev\"", ""), `"prod"`)
	g.variable("on", "  type    = bool\n  default = "+g.pick("true", `"true"`), "")
	g.variable("off", "  default = false", "")
	g.variable("set_on", "  type    = bool\n  default = false", g.pick("true", `"true"`))
	g.variable("set_off", "  type = bool", "false")
	g.variable("text_on", "  type    = string\n  default = \"true\"", "")
	g.variable("not_null", "  type     = bool\n  default  = true\n  nullable = false", g.pick("", "null"))
	g.variable("rotate", "  type    = bool\n  default = false", g.pick("", "false"))
	g.variable("nothing", "  default = null", "")
	g.variable("key_null", "  type    = string\n  default = null", g.pick("", "null"))
	g.variable("key_empty", "  type    = string\n  default = \"\"", "")
	g.variable("key_arn", "  type    = string\n  default = "+g.pick("null", fmt.Sprintf(arnOf, east)), fmt.Sprintf(arnOf, east))
	g.variable("key_managed", "  default = "+fmt.Sprintf(managedOf, east), "")
	g.variable("alias", "  default = \"aws/dynamodb\"", "")
	g.variable("names", "  type    = list(string)\n  default = [\"a\", \"b\"]", "")
	g.variable("regions", "  type    = "+g.pick("set(string)", "list(string)")+"\n  default = [\"us-west-2\"]", "")
	g.variable("no_regions", "  type    = list(string)\n  default = []", "")
	g.variable("limits", "  type = object({ low = optional(number, 1) })\n  default = {}", "")
	g.variable("object", "  type = object({\n    encrypt = optional(bool, true)\n    key     = optional(string, "+fmt.Sprintf(arnOf, east)+")\n    other   = optional(string)\n  })\n  default = {}", g.pick("", "{ encrypt = \"true\" }"))
	g.variable("keys", "  type = map(string)\n  default = {\n    orders = "+fmt.Sprintf(arnOf, east)+"\n  }", "")
	g.variable("list", "  type = list(object({\n    encrypt = bool\n    key     = optional(string)\n  }))", fmt.Sprintf("[{ encrypt = true, key = %s }, { encrypt = false }]", fmt.Sprintf(arnOf, east)))
	g.variable("maybe", "  type = object({\n    key = optional(string)\n  })\n  default = "+g.pick("null", "{}"), g.pick("", "null", fmt.Sprintf("{ key = %s }", fmt.Sprintf(arnOf, east))))
	g.variable("anything", "  type    = any\n  default = { deep = [{ on = \"true\", off = false, key = \"\" }] }", "")
	g.variable("tables", "  type = map(object({\n    enabled = optional(bool, true)\n    key     = optional(string)\n  }))\n  default = {}", g.someTables())
	g.flags = map[bool][]string{
		true:  {"true", "true", `"true"`, "var.on", "var.set_on", "var.text_on", "var.not_null", "var.object.encrypt", "var.list[0].encrypt", "var.anything.deep[0].on", "local.base.encrypt"},
		false: {"false", "false", `"false"`, "var.off", "var.set_off", "var.list[1].encrypt", "var.anything.deep[0].off", "var.rotate"},
	}
	g.add("locals {\n  base = { encrypt = true }\n}")
	g.add("locals {\n  settings = { mode = \"on\" }\n}")
}

// someTables returns literal values of a map of tables.
func (g *generator) someTables() string {
	var out []string
	for _, name := range []string{"a", "b"}[:1+g.IntN(2)] {
		key := g.pick(fmt.Sprintf("key = %s", fmt.Sprintf(arnOf, east)), fmt.Sprintf("key = %s", fmt.Sprintf(arnOf, east)), "key = null", "", fmt.Sprintf("key = %s", fmt.Sprintf(managedOf, east)))
		out = append(out, fmt.Sprintf("%s = { %s }", name, strings.Trim(g.pick("", "", "enabled = true", "enabled = false")+", "+key, ", ")))
	}
	return "{ " + strings.Join(out, ", ") + " }"
}

// kms declares a key; lines are its arguments.
func (g *generator) kms(name string, lines ...string) {
	g.add("resource \"aws_kms_key\" %q {\n  %s\n}", name, strings.Join(lines, "\n  "))
}

func (g *generator) keyResources() {
	const rotates = "enable_key_rotation = true"
	g.kms("main", "description = \"main\"", "enable_key_rotation = "+g.flag(true, 1))
	g.kms("weak", "description = \"weak\"", g.pick("", "enable_key_rotation = false", "enable_key_rotation = var.rotate", "enable_key_rotation = "+g.flag(false, 1)))
	g.kms("none", "count = 0", rotates)
	g.kms("counted", "count = 2", rotates)
	g.kms("single", "count = "+g.decided(true)+" ? 1 : 0", rotates)
	g.kms("flagged", "count = 2", "enable_key_rotation = "+g.pick("count.index == 1", "[false, true][count.index]"))
	g.kms("each", "for_each = toset([\"a\", \"b\"])", "enable_key_rotation = "+g.pick(`each.key == "a"`, `each.value != "b"`, `{ a = true, b = false }[each.key]`))
	g.kms("off", "is_enabled = "+g.decided(false), rotates)
	g.kms("rsa", `customer_master_key_spec = "RSA_2048"`, `key_usage = "SIGN_VERIFY"`)
	g.kms("west", "provider = aws.west", "multi_region = true", rotates)
	g.kms("west_weak", "provider = aws.west", "multi_region = true")
	g.add("resource \"aws_kms_external_key\" \"imported\" {\n  enabled = true\n}")
	g.add("resource \"aws_kms_replica_key\" \"here\" {\n  primary_key_arn = aws_kms_key.west.arn\n}")
	g.add("resource \"aws_kms_replica_key\" \"weak\" {\n  primary_key_arn = aws_kms_key.west_weak.arn\n}")
}

// decided returns a flag that no caller decides.
func (g *generator) decided(want bool) string {
	if g.reusable {
		return fmt.Sprint(want)
	}
	return g.flagRef(want)
}

// flagRef returns a plain reference to a flag, or a literal.
func (g *generator) flagRef(want bool) string { return g.pick(g.flags[want]...) }

func (g *generator) aliases() {
	alias := func(name, more, target string) {
		g.add("resource \"aws_kms_alias\" %q {\n  %s\n  target_key_id = %s\n}", name, more, target)
	}
	aliasName := fmt.Sprintf("name = \"alias/%s-%%s\"", g.name)
	alias("main", fmt.Sprintf(aliasName, "main"), g.pick("aws_kms_key.main.key_id", "aws_kms_key.main.arn", "aws_kms_key.main.id"))
	alias("weak", fmt.Sprintf(aliasName, "weak"), "aws_kms_key.weak.key_id")
	alias("west", "provider = aws.west\n  "+fmt.Sprintf(aliasName, "west"), "aws_kms_key.west.key_id")
	alias("each", "for_each = aws_kms_key.each\n  "+fmt.Sprintf(aliasName, "${each.key}"), g.pick("each.value.key_id", "aws_kms_key.each[each.key].arn"))
	lookUp := func(kind, name, argument string) {
		g.add("data \"aws_kms_%s\" %q {\n  %s\n}", kind, name, argument)
	}
	lookUp("alias", "managed", `name = `+g.pick(`"alias/aws/dynamodb"`, `"alias/${var.alias}"`))
	lookUp("alias", "elsewhere", `name = "alias/elsewhere"`)
	own := g.pick("name = aws_kms_alias.main.name", fmt.Sprintf(aliasName, "main"))
	if g.reusable { // of which there are several, with one name
		own = `name = "alias/elsewhere"`
	}
	lookUp("alias", "own", own)
	lookUp("alias", "west_managed", "provider = aws.west\n  name = \"alias/aws/dynamodb\"")
	lookUp("key", "managed", `key_id = "alias/aws/dynamodb"`)
	lookUp("key", "own", "key_id = "+g.pick("aws_kms_key.main.key_id", "aws_kms_key.main.arn", "aws_kms_alias.main.arn"))
	g.add("locals {\n  key = aws_kms_key.main\n}")
	g.add("locals {\n  no_key = %s\n}", g.pick("null", `""`, "var.key_null"))
}

// opens declares what only an apply can tell.
func (g *generator) opens() {
	g.add("resource \"terraform_data\" \"env\" {\n  input = \"x\"\n}")
	g.add("resource \"terraform_data\" \"flag\" {\n  input = \"x\"\n}")
	g.add("resource \"aws_sns_topic\" \"open\" {\n  name = \"%s-open\"\n}", g.name)
	g.open = []string{`terraform_data.env.output == "prod"`, `terraform_data.env.output != "dev"`, `tobool(terraform_data.flag.output)`, `terraform_data.flag.output == "true"`,
		`aws_sns_topic.open.owner == "111122223333"`, `contains(["prod", "stage"], terraform_data.env.output)`, `startswith(terraform_data.env.output, "p")`}
}

// shared declares locals that several tables and others read.
func (g *generator) shared() {
	for range 5 {
		c := g.class()
		g.pools[east].keys[c] = append(g.pools[east].keys[c], g.local("key", g.key(g.pools[east], c, 2)))
	}
	for range 4 {
		want := g.chance(50)
		g.flags[want] = append(g.flags[want], g.local("flag", g.flag(want, 2)))
	}
}
