package keys

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// A told is what a resource or a call is told: the texts of its arguments.
type told struct {
	holder
	texts []string
}

// namedHolders returns the resources and calls that are given the name of a table
// without a reference to it: both read one variable or local, or write it out.
func (c *Chooser) namedHolders(table *terraform.Resource) []holder {
	if c.told == nil {
		c.told = c.readTold()
	}
	names := c.tableTexts(table)
	var out []holder
	for _, g := range c.told {
		if slices.ContainsFunc(g.texts, func(text string) bool { return holdsName(text, names) }) {
			out = append(out, g.holder)
		}
	}
	return out
}

// readTold returns what all resources and calls of the module are told.
func (c *Chooser) readTold() []told {
	c.In.RequireAll()
	out := []told{}
	for _, r := range c.In.Resources {
		if r.Type != detect.TableType && !isBystander(r) {
			out = append(out, told{holder{c.In.Place(r.Block.TypeRange), r}, c.textsOf(r.Merged, isOwnName)})
		}
	}
	for _, call := range c.In.Calls {
		none := func(string) bool { return false }
		out = append(out, told{holder{c.In.Place(call.Block.TypeRange), nil}, c.textsOf(call.Merged, none)})
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

// textsOf returns the texts of the arguments of a block, and of those in it. Tags and
// the like only tell of a table; arguments of the block that are its own are passed
// over. In JSON a map may be a block.
func (c *Chooser) textsOf(b *hclsyntax.Block, own func(name string) bool) (texts []string) {
	list, _ := c.In.ExpandBlock(b)
	add := func(a *hclsyntax.Attribute) bool {
		for _, e := range list {
			texts = append(texts, c.In.TextsWithin(a.Expr, e.Scope)...)
		}
		return false
	}
	for _, a := range b.Body.Attributes {
		if !onlyTells[a.Name] && !own(a.Name) {
			add(a)
		}
	}
	for _, nested := range b.Body.Blocks {
		if !onlyTells[nested.Type] {
			anyArgument(nested.Body, add)
		}
	}
	return texts
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
