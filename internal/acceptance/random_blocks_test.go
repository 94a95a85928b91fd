package acceptance

import (
	"fmt"
	"strings"
)

// dynamicBlock returns a dynamic block over a collection. In its content, it is
// written @I for the iterator.
func (g *generator) dynamicBlock(kind, forEach, content string) string {
	iterator, line := kind, ""
	if g.chance(40) {
		iterator, line = "it", "\n    iterator = it"
	}
	return fmt.Sprintf("\n  dynamic %q {\n    for_each = %s%s\n%s  }\n", kind, forEach, line, strings.ReplaceAll(content, "@I", iterator))
}

// dynamicTable has a dynamic block over some sort of collection.
func dynamicTable(g *generator, _ int) (string, string) {
	p := g.pools[east]
	key, on := g.anyKey(p), g.flag(g.chance(85), 2)
	object := fmt.Sprintf("{ enabled = %s, key = %s }", on, key)
	var forEach, enabled, value string
	switch g.IntN(13) {
	case 0:
		forEach, enabled, value = g.flag(g.chance(80), 2)+" ? [1] : []", on, key
	case 1:
		forEach, enabled, value = "["+object+"]", "@I.value.enabled", "@I.value.key"
	case 2:
		forEach, enabled, value = g.local("object", "["+object+"]"), "@I.value.enabled", "@I.value.key"
	case 3:
		forEach, enabled, value = "{ x = "+object+" }", "@I.value.enabled", g.pick("@I.value.key", `@I.value["key"]`)
	case 4:
		forEach, enabled, value = `toset(["x"])`, on, fmt.Sprintf(`@I.value == "x" ? %s : %s`, key, g.key(p, g.anyClass(), 1))
	case 5:
		forEach, enabled, value = "["+key+"]", on, g.pick("@I.value", "@I.key == 0 ? @I.value : null")
	case 6:
		forEach, enabled, value = "var.maybe[*]", on, g.pick("@I.value.key", fmt.Sprintf("coalesce(@I.value.key, %s)", g.key(p, good, 1)))
	case 7:
		forEach, enabled, value = fmt.Sprintf("[for x in [%s, %s] : x if x.enabled == true || x.n == 0]", strings.Replace(object, "{", "{ n = 0,", 1), "{ n = 1, enabled = false, key = null }"), "@I.value.enabled", "@I.value.key"
	case 8:
		forEach, enabled, value = g.pick(g.open...)+" ? [1] : []", on, key
	case 9:
		c := g.class()
		forEach, enabled, value = fmt.Sprintf("compact([%s])", g.key(p, c, 1)), on, "@I.value"
	case 10:
		null := g.pick("var.key_null", "var.key_arn", "null", g.key(p, good, 0))
		forEach, enabled, value = fmt.Sprintf("%[1]s == null ? [] : [%[1]s]", null), on, "@I.value"
	case 11:
		forEach, enabled, value = fmt.Sprintf("tomap({ x = %s })", g.key(p, g.class(), 2)), on, "@I.value"
	default:
		forEach, enabled, value = fmt.Sprintf("{ (%s) = %s }", fmt.Sprintf(arnOf, east), on), "@I.value", "@I.key"
	}
	content := encryption("content", enabled, value)
	return "", g.dynamicBlock("server_side_encryption", forEach, content)
}

// eachDynamicTable has a for_each whose values say which blocks there are.
func eachDynamicTable(g *generator, _ int) (string, string) {
	keys, on := g.several(2), g.mostlyOn(2)
	var second string
	if g.chance(40) {
		second = "[]"
	} else {
		second = fmt.Sprintf("[{ enabled = %s, key = %s }]", on[1], keys[1])
	}
	each := fmt.Sprintf("{ a = { sse = [{ enabled = %s, key = %s }] }, b = { sse = %s } }", on[0], keys[0], second)
	if g.chance(50) {
		each = g.local("object", each)
	}
	return "for_each = " + each, g.dynamicBlock("server_side_encryption", g.pick("each.value.sse", `lookup(each.value, "sse", [])`, "try(each.value.sse, [])"), encryption("content", "@I.value.enabled", g.pick("@I.value.key", "try(@I.value.key, null)")))
}

// replicas returns the replicas of a table: of most, none.
func (g *generator) replicas() string {
	if !g.chance(14) {
		return ""
	}
	p := g.pools[west]
	block := func(kind, region, key string) string {
		if key != "" {
			key = "\n    kms_key_arn = " + key
		}
		return fmt.Sprintf("\n  %s {\n    region_name = %s%s\n  }\n", kind, region, key)
	}
	key := g.key(p, g.class(), 2)
	if g.chance(25) {
		key = ""
	}
	streams := "stream_enabled   = true\n  stream_view_type = \"NEW_AND_OLD_IMAGES\"\n"
	switch g.IntN(5) {
	case 0:
		return streams + g.dynamicBlock("replica", g.pick("var.regions", `["us-west-2"]`, `toset(["us-west-2"])`, "var.no_regions", "toset(var.regions)"), block("content", "@I.value", key))
	case 1:
		if key == "" {
			key = "null"
		}
		return streams + g.dynamicBlock("replica", fmt.Sprintf(`{ "us-west-2" = %s }`, key), block("content", "@I.key", "@I.value"))
	case 2:
		if key == "" {
			key = "null"
		}
		list := fmt.Sprintf(`[{ region = "us-west-2", key = %s }]`, key)
		if g.chance(50) {
			list = g.local("object", list)
		}
		return streams + g.dynamicBlock("replica", list, block("content", "@I.value.region", "@I.value.key"))
	}
	return streams + block("replica", g.pick(`"us-west-2"`, `"us-west-2"`, `one(var.regions)`), key)
}
