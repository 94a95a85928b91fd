package keys

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// namedHolders returns the resources and calls that are given the name of a table
// without a reference to it: both read one variable or local, or write it out.
func (c *Chooser) namedHolders(table *terraform.Resource) []holder {
	c.In.RequireAll()
	names := c.tableTexts(table)
	var out []holder
	for _, r := range c.In.Resources {
		if r.Type != detect.TableType && !isBystander(r) && c.isGiven(r.Merged, isOwnName, names) {
			out = append(out, holder{c.In.Place(r.Block.TypeRange), r})
		}
	}
	for _, call := range c.In.Calls {
		if c.isGiven(call.Merged, func(string) bool { return false }, names) {
			out = append(out, holder{c.In.Place(call.Block.TypeRange), nil})
		}
	}
	return out
}

// tableTexts returns the names of the instances of a table, as texts.
func (c *Chooser) tableTexts(table *terraform.Resource) []string {
	var out []string
	list, _ := c.In.Expand(table)
	for _, e := range list {
		if name, found := c.In.AttributeText(table, e, "name"); found && name != "" {
			out = append(out, name)
		}
	}
	return out
}

// isOwnName reports whether an argument of a resource is what that is called
// itself: several things of one name are common.
func isOwnName(argument string) bool {
	called := argument == "name" || argument == "bucket" || argument == "family" || strings.HasSuffix(argument, "_name") || strings.HasSuffix(argument, "_prefix")
	return called && !strings.Contains(argument, "table")
}

// isGiven reports whether an argument of a block, or of one in it, holds a name of a
// table. Tags and the like only tell of it; arguments that are called so are passed
// over. In JSON a map may be a block.
func (c *Chooser) isGiven(b *hclsyntax.Block, own func(name string) bool, names []string) bool {
	list, _ := c.In.ExpandBlock(b)
	holds := func(a *hclsyntax.Attribute) bool {
		return slices.ContainsFunc(list, func(e eval.Expansion) bool {
			return slices.ContainsFunc(c.In.TextsWithin(a.Expr, e.Scope), func(text string) bool { return holdsName(text, names) })
		})
	}
	for _, a := range b.Body.Attributes {
		if !onlyTells[a.Name] && !own(a.Name) && holds(a) {
			return true
		}
	}
	return slices.ContainsFunc(b.Body.Blocks, func(nested *hclsyntax.Block) bool {
		return !onlyTells[nested.Type] && anyArgument(nested.Body, holds)
	})
}

// onlyTells are arguments that only tell of a table.
var onlyTells = map[string]bool{"tags": true, "tags_all": true, "description": true, "depends_on": true}

// holdsName reports whether a text is one of the names, or has it in quotes, as
// JSON does, or in an ARN.
func holdsName(text string, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return text == name || strings.Contains(text, `"`+name+`"`) || strings.HasSuffix(text, ":table/"+name) || strings.Contains(text, ":table/"+name+"/")
	})
}
