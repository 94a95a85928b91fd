package acceptance

import (
	"fmt"
	"strings"
)

// A tableForm is a way to write a table's encryption: what repeats it, and its
// blocks.
type tableForm func(g *generator, n int) (repeat, body string)

var tableForms = []tableForm{
	plainTable, plainTable, plainTable, plainTable, bareTable, countedTable, countedTable, eachTable, eachTable, eachTable, setTable, setTable, variableTable,
	dynamicTable, dynamicTable, dynamicTable, overriddenTable, eachDynamicTable,
}

// table adds the n-th table, in a file of its own.
func (g *generator) table(n int) {
	g.file = fmt.Sprintf("t%d.tf", n)
	repeat, body := tableForms[g.IntN(len(tableForms))](g, n)
	suffix := ""
	switch {
	case strings.HasPrefix(repeat, "count"):
		suffix = "-${count.index}"
	case repeat != "":
		suffix = "-${each.key}"
	}
	lines := []string{repeat, fmt.Sprintf("name = \"%s-t%d%s\"", g.name, n, suffix), `billing_mode = "PAY_PER_REQUEST"`, `hash_key = "id"`}
	if g.chance(20) {
		lines = append(lines, "tags = "+g.pick("{ team = \"orders\" }", fmt.Sprintf("{ encrypted = tostring(%s) }", g.flag(true, 1)), "local.settings", "merge(local.settings, { n = \"1\" })"))
	}
	if g.chance(10) {
		lines = append(lines, "deletion_protection_enabled = "+g.flag(g.chance(50), 1))
	}
	lines = append(lines, "\n  attribute {\n    name = \"id\"\n    type = \"S\"\n  }\n", body, g.replicas(), g.extras())
	g.add("resource \"aws_dynamodb_table\" \"t%d\" {\n  %s\n}", n, strings.Join(lines, "\n  "))
}

// extras returns other nested blocks.
func (g *generator) extras() string {
	switch g.IntN(14) {
	case 0:
		return fmt.Sprintf("\n  point_in_time_recovery {\n    enabled = %s\n  }\n", g.flag(g.chance(50), 1))
	case 1:
		return "\n  lifecycle {\n    prevent_destroy = false\n  }\n"
	case 2:
		return "\n  lifecycle {\n    ignore_changes = [" + g.pick("server_side_encryption", "read_capacity") + "]\n  }\n"
	}
	return ""
}

// encryption returns a block, static or the content of a dynamic one.
func encryption(kind, enabled, key string) string {
	if key != "" {
		key = "\n    kms_key_arn = " + key
	}
	return fmt.Sprintf("\n  %s {\n    enabled     = %s%s\n  }\n", kind, enabled, key)
}

func static(enabled, key string) string { return encryption("server_side_encryption", enabled, key) }

// enabled returns an expression for whether encryption is on.
func (g *generator) enabled() string {
	open := g.pick(g.open...)
	switch n := g.IntN(100); {
	case n < 74:
		return g.flag(true, 3)
	case n < 88:
		return g.flag(false, 3)
	case n < 91:
		return open
	case n < 94:
		return fmt.Sprintf(g.pick("%s || true", "(%s ? true : true)", "!(%s && false)", "anytrue([%s, true])"), open)
	case n < 97:
		return fmt.Sprintf("(%s ? %s : %s)", open, g.flag(g.chance(50), 1), g.flag(g.chance(50), 1))
	}
	return g.condition(true, 1)
}

// anyKey returns an expression for a key, which may depend on what only an apply
// can tell.
func (g *generator) anyKey(p *pool) string {
	c := g.class()
	if !g.chance(10) {
		return g.key(p, c, 3)
	}
	other := c
	if g.chance(50) {
		other = g.anyClass()
	}
	sides := fmt.Sprintf("(%s ? %s : %s)", g.pick(g.open...), g.key(p, c, 1), g.key(p, other, 1))
	if g.chance(60) {
		return sides
	}
	return g.fill(g.pick(forms...), "key", 2, func(letter string) string {
		if letter == "@E" {
			return sides
		}
		return g.key(p, g.anyClass(), 1)
	})
}

func bareTable(*generator, int) (string, string) { return "", "" }

func plainTable(g *generator, _ int) (string, string) {
	if g.chance(10) {
		return "", static(g.enabled(), "")
	}
	return "", static(g.enabled(), g.anyKey(g.pools[east]))
}

// around puts an expression that reads each or count into others.
func (g *generator) around(e string) string {
	if g.chance(50) {
		return e
	}
	return g.fill(g.pick(forms...), "key", 1, func(letter string) string {
		if letter == "@E" {
			return e
		}
		return g.key(g.pools[east], g.anyClass(), 1)
	})
}

// aroundFlag is around for a flag.
func (g *generator) aroundFlag(e string) string {
	if g.chance(60) {
		return e
	}
	return g.fill(g.pick(forms...), "flag", 1, func(letter string) string {
		if letter == "@E" {
			return e
		}
		return g.flag(g.chance(50), 1)
	})
}

// several returns keys of one class, or of several.
func (g *generator) several(n int) []string {
	c, mixed := g.class(), g.chance(35)
	var out []string
	for range n {
		if mixed {
			c = g.class()
		}
		out = append(out, g.key(g.pools[east], c, 2))
	}
	return out
}

// mostlyOn returns flags, most of them true.
func (g *generator) mostlyOn(n int) []string {
	var out []string
	for range n {
		out = append(out, g.flag(g.chance(85), 2))
	}
	return out
}

func countedTable(g *generator, _ int) (string, string) {
	keys, on := g.several(2), g.mostlyOn(2)
	list := fmt.Sprintf("[{ enabled = %s, key = %s }, { enabled = %s, key = %s }]", on[0], keys[0], on[1], keys[1])
	if g.chance(50) {
		list = g.local("object", list)
	}
	count := g.pick("2", "length(var.names)", "length("+list+")", g.flagRef(true)+" ? 2 : 0", g.flagRef(false)+" ? 1 : 0", "1", "min(2, 3)")
	key := g.pick(
		fmt.Sprintf("[%s, %s][count.index]", keys[0], keys[1]), fmt.Sprintf("element([%s, %s], count.index)", keys[0], keys[1]),
		list+"[count.index].key", "("+list+"[*].key)[count.index]", fmt.Sprintf("count.index == 0 ? %s : %s", keys[0], keys[1]),
		fmt.Sprintf(`lookup({ "0" = %s }, count.index, %s)`, keys[0], keys[1]), "aws_kms_key.counted[count.index].arn", "(aws_kms_key.counted[*].arn)[count.index]",
		"element(aws_kms_key.flagged[*].arn, count.index)", fmt.Sprintf("try(aws_kms_key.single[count.index].arn, %s)", keys[1]))
	enabled := g.pick(list+"[count.index].enabled", "count.index < 2", on[0], on[1], fmt.Sprintf("count.index == 0 ? %s : %s", on[0], on[1]), `"${count.index}" != "1"`)
	return "count = " + count, static(g.aroundFlag(enabled), g.around(key))
}

// elements returns an object of two tables, and whether both have all
// attributes.
func (g *generator) elements() (text string, uniform bool) {
	keys, on := g.several(2), g.mostlyOn(2)
	a, b := fmt.Sprintf("{ enabled = %s, key = %s }", on[0], keys[0]), fmt.Sprintf("{ enabled = %s, key = %s }", on[1], keys[1])
	switch g.IntN(5) {
	case 0:
		return fmt.Sprintf("{ a = %s, b = { enabled = %s } }", a, on[1]), false
	case 1:
		return fmt.Sprintf("merge({ a = %s }, { b = %s })", a, b), true
	case 2:
		return fmt.Sprintf(`{ for n in ["a", "b"] : n => { enabled = %s, key = n == "a" ? %s : %s } }`, on[0], keys[0], keys[1]), true
	case 3:
		return fmt.Sprintf(`zipmap(["a", "b"], [%s, %s])`, a, b), true
	}
	return fmt.Sprintf("{ a = %s, b = %s }", a, b), true
}

func eachTable(g *generator, _ int) (string, string) {
	elements, uniform := g.elements()
	switch g.IntN(5) {
	case 0: // of keys alone
		keys := g.several(2)
		return "for_each = " + fmt.Sprintf("{ a = %s, b = %s }", keys[0], keys[1]), static(g.enabled(), g.around("each.value"))
	case 1:
		elements = fmt.Sprintf(`{ for k, v in %s : k => v if k != "c" }`, elements)
	case 2:
		elements = fmt.Sprintf(`{ for k, v in %s : "x-${k}" => v if v.enabled == true || k == "b" }`, g.local("object", elements))
	case 3:
		elements = g.local("object", elements)
	}
	key := g.pick(`lookup(each.value, "key", null)`, `try(each.value.key, null)`, `(can(each.value.key) ? each.value.key : "")`, fmt.Sprintf(`lookup(each.value, "key", %s)`, g.key(g.pools[east], g.class(), 1)))
	if uniform && g.chance(60) {
		key = g.pick("each.value.key", "each.value.key", `each.value["key"]`)
	}
	return "for_each = " + elements, static(g.aroundFlag("each.value.enabled"), g.around(key))
}

func setTable(g *generator, _ int) (string, string) {
	keys, on := g.several(2), g.mostlyOn(2)
	byName := fmt.Sprintf("{ a = %s, b = %s }", keys[0], keys[1])
	if g.chance(60) {
		byName = g.local("object", byName)
	}
	names := g.pick(`toset(["a", "b"])`, "toset(var.names)", `toset(keys({ a = 1, b = 2 }))`, `toset([for n in var.names : n if n != "c"])`, `{ a = "b", b = "a" }`, `tomap({ a = "b" })`, `setunion(["a"], ["b"])`, `setsubtract(var.names, ["b"])`)
	key := g.pick(byName+"[each.key]", fmt.Sprintf("lookup(%s, each.key, null)", byName), fmt.Sprintf("try(%s[each.key], null)", byName), fmt.Sprintf(`each.key == "a" ? %s : %s`, keys[0], keys[1]),
		"aws_kms_key.each[each.key].arn", byName+"[each.value]", `{ for k, v in aws_kms_key.each : k => v.arn }[each.key]`, `aws_kms_alias.each[each.value].target_key_arn`)
	enabled := g.pick(on[0], `each.key != "b"`, `contains(["a", "b"], each.key)`, fmt.Sprintf("{ a = %s, b = %s }[each.key]", on[0], on[1]))
	return "for_each = " + names, static(g.aroundFlag(enabled), g.around(key))
}

func variableTable(g *generator, _ int) (string, string) {
	return "for_each = " + g.pick("var.tables", "var.tables", "{ for k, v in var.tables : k => v if v.enabled }", "merge(var.tables, {})"),
		static("each.value.enabled", g.pick("each.value.key", g.around("each.value.key"), fmt.Sprintf("each.value.key != null ? each.value.key : %s", g.key(g.pools[east], g.class(), 1)), fmt.Sprintf("coalesce(each.value.key, %s)", g.key(g.pools[east], good, 1))))
}

func overriddenTable(g *generator, n int) (string, string) {
	block := static(g.flag(g.chance(85), 1), g.key(g.pools[east], g.class(), 2))
	g.pieces = append(g.pieces, piece{g.pick("z_override.tf", "override.tf"), fmt.Sprintf("resource \"aws_dynamodb_table\" \"t%d\" {%s}", n, block)})
	if g.chance(30) {
		return "", ""
	}
	return "", static(g.flag(g.chance(50), 1), g.key(g.pools[east], g.anyClass(), 1))
}
