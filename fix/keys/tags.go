package keys

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// A Tag is one part of the tags that tables share: a reference to a map of
// them, or one key and value, as written.
type Tag struct{ Ref, Key, Value string }

// ParseTag reads a tag that is given as KEY=VALUE, both as texts.
// https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html
func ParseTag(text string) (Tag, error) {
	key, value, found := strings.Cut(text, "=")
	switch {
	case !found || key == "":
		return Tag{}, errors.New("want KEY=VALUE")
	case strings.HasPrefix(strings.ToLower(key), "aws:"):
		return Tag{}, errors.New("AWS keeps names that begin with aws: for itself")
	}
	written := func(text string) string { return string(hclwrite.TokensForValue(cty.StringVal(text)).Bytes()) }
	tag := Tag{Key: key, Value: written(value)}
	if !terraform.ValidName(key) {
		tag.Key = written(key)
	}
	return tag, nil
}

// Tag gives each new key the tags that all its tables have, and those that are
// asked for, which win. tables are those that each key is for.
func (c *Chooser) Tag(tables func(*New) []*terraform.Resource) {
	for _, n := range c.Created {
		n.Tags = slices.DeleteFunc(c.shared(tables(n)), func(t Tag) bool {
			return slices.ContainsFunc(c.Options.Tags, func(asked Tag) bool { return t.Ref == "" && t.name() == asked.name() })
		})
		n.Tags = append(n.Tags, c.Options.Tags...)
	}
}

// name returns the key as a text.
func (t Tag) name() string { return strings.Trim(t.Key, `"`) }

func (c *Chooser) shared(tables []*terraform.Resource) []Tag {
	var out []Tag
	for i, table := range tables {
		a := table.Attribute("tags")
		if a == nil {
			return nil
		}
		tags := c.tagsOf(a.Expr)
		if i == 0 {
			out = tags
			continue
		}
		out = slices.DeleteFunc(out, func(t Tag) bool { return !slices.Contains(tags, t) })
	}
	if len(out) > 0 {
		return c.notDefault(out, tables[0])
	}
	return nil
}

// tagsOf takes tags apart that are written out, or merged from references and
// such. What differs between instances, or belongs to the table alone, is left
// out.
func (c *Chooser) tagsOf(e hclsyntax.Expression) []Tag {
	switch e := eval.Unwrap(e).(type) {
	case *hclsyntax.ScopeTraversalExpr:
		if root := e.Traversal.RootName(); root == "var" || root == "local" && !c.differs(e) {
			return []Tag{{Ref: c.In.Source(e)}}
		}
	case *hclsyntax.FunctionCallExpr:
		if e.Name != "merge" || e.ExpandFinal {
			return nil
		}
		var out []Tag
		for _, arg := range e.Args {
			out = append(out, c.tagsOf(arg)...)
		}
		return out
	case *hclsyntax.ObjectConsExpr:
		var out []Tag
		for _, item := range e.Items {
			if t, ok := c.tag(item); ok {
				out = append(out, t)
			}
		}
		return out
	}
	return nil
}

// tag returns one key and value of one line, if all tables could have it: a Name
// is the table's own.
func (c *Chooser) tag(item hclsyntax.ObjectConsItem) (Tag, bool) {
	key, _ := c.In.Value(item.KeyExpr, nil).Unmark()
	if !terraform.IsString(key) || key.AsString() == "Name" || key.AsString() == "name" {
		return Tag{}, false
	}
	for _, t := range item.ValueExpr.Variables() {
		if root := t.RootName(); root != "var" && root != "local" && root != "terraform" {
			return Tag{}, false
		}
	}
	value := c.In.Source(item.ValueExpr)
	if c.differs(item.ValueExpr) || strings.Contains(value, "\n") { // a heredoc would be indented, and say something else
		return Tag{}, false
	}
	name := key.AsString()
	if !terraform.ValidName(name) {
		name = fmt.Sprintf("%q", name)
	}
	return Tag{Key: name, Value: value}, true
}

// impure are the functions that give something else in each plan.
// https://developer.hashicorp.com/terraform/language/functions/timestamp
var impure = []string{"timestamp", "plantimestamp", "uuid", "bcrypt"}

// differs reports whether an expression, or a local in it, has another value in
// each plan. The key would be changed with each.
func (c *Chooser) differs(e hclsyntax.Expression) bool {
	seen, queue := map[string]bool{}, []hclsyntax.Expression{e}
	for len(queue) > 0 {
		next := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if callsImpure(next) {
			return true
		}
		for _, t := range next.Variables() {
			name, is := strings.CutPrefix(terraform.AddressOf(t), "local.")
			if is && !seen[name] && c.In.Local(name) != nil {
				seen[name] = true
				queue = append(queue, c.In.Local(name).Expr)
			}
		}
	}
	return false
}

// callsImpure reports whether an expression calls a function that gives something
// else in each plan.
func callsImpure(e hclsyntax.Expression) bool {
	found := false
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		call, is := n.(*hclsyntax.FunctionCallExpr)
		found = found || is && slices.Contains(impure, call.Name)
		return nil
	})
	return found
}
