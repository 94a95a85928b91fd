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

// A Tagged is a table that a new key is for, and the ways on which calls of the
// key's module pass the key to it; none where it is a table of that module.
type Tagged struct {
	Table *terraform.Resource
	Ways  []*eval.Instance
}

// Tag gives each new key the tags that all its tables have, and those that are
// asked for, which win. tables are those that each key is for.
func (c *Chooser) Tag(tables func(*New) []Tagged) {
	for _, n := range c.Created {
		n.Tags = slices.DeleteFunc(c.shared(tables(n)), func(t Tag) bool {
			return slices.ContainsFunc(c.Options.Tags, func(asked Tag) bool { return t.Ref == "" && t.name() == asked.name() })
		})
		n.Tags = append(n.Tags, c.Options.Tags...)
	}
}

// name returns the key as a text.
func (t Tag) name() string { return strings.Trim(t.Key, `"`) }

// shared returns the tags that all of some tables have.
func (c *Chooser) shared(tables []Tagged) []Tag {
	var all [][]Tag
	for _, t := range tables {
		a := t.Table.Attribute("tags")
		switch {
		case a == nil:
			return nil
		case len(t.Ways) == 0:
			all = append(all, tagger{c.In}.of(a.Expr))
		}
		for _, way := range t.Ways {
			all = append(all, c.passedTags(way, a.Expr))
		}
	}
	if len(all) == 0 {
		return nil
	}
	out := all[0]
	for _, tags := range all[1:] {
		out = slices.DeleteFunc(out, func(t Tag) bool { return !slices.Contains(tags, t) })
	}
	if len(out) == 0 {
		return nil
	}
	provider := c.In.Provider(tables[0].Table)
	if ways := tables[0].Ways; len(ways) > 0 {
		provider = ways[0].Provider(tables[0].Table)
	}
	return c.notDefault(out, provider)
}

// passedTags returns the tags of a table of a called module as far as the module
// that calls it can write them: what it passes, and what is written out.
func (c *Chooser) passedTags(way *eval.Instance, e hclsyntax.Expression) []Tag {
	var out []Tag
	for _, t := range (tagger{way}).of(e) {
		name, variable := strings.CutPrefix(t.Ref, "var.")
		switch {
		case variable && terraform.ValidName(name):
			if a := way.Call.Argument(name); a != nil {
				out = append(out, tagger{c.In}.of(a.Expr)...)
			}
		case t.Ref == "" && constant(t.Value):
			out = append(out, t)
		}
	}
	return lastOfName(out)
}

// constant reports whether the source of an expression refers to nothing.
func constant(source string) bool {
	e, err := terraform.ParseExpression(source, "")
	return err == nil && len(e.Variables()) == 0
}

// lastOfName leaves out tags whose key comes again, as merge does.
func lastOfName(tags []Tag) []Tag {
	var out []Tag
	for i, t := range tags {
		if t.Ref != "" || !slices.ContainsFunc(tags[i+1:], func(later Tag) bool { return later.Ref == "" && later.name() == t.name() }) {
			out = append(out, t)
		}
	}
	return out
}

// A tagger reads the tags of resources of a module.
type tagger struct{ in *eval.Instance }

// of takes tags apart that are written out, or merged from references and such.
// What differs between instances, or belongs to the table alone, is left out.
func (r tagger) of(e hclsyntax.Expression) []Tag {
	switch e := eval.Unwrap(e).(type) {
	case *hclsyntax.ScopeTraversalExpr:
		if root := e.Traversal.RootName(); root == "var" || root == "local" && !r.differs(e) {
			return []Tag{{Ref: r.in.Source(e)}}
		}
	case *hclsyntax.FunctionCallExpr:
		if e.Name != "merge" || e.ExpandFinal {
			return nil
		}
		var out []Tag
		for _, arg := range e.Args {
			out = append(out, r.of(arg)...)
		}
		return out
	case *hclsyntax.ObjectConsExpr:
		var out []Tag
		for _, item := range e.Items {
			if t, ok := r.tag(item); ok {
				out = append(out, t)
			}
		}
		return out
	}
	return nil
}

// tag returns one key and value of one line, if all tables could have it: a Name
// is the table's own.
func (r tagger) tag(item hclsyntax.ObjectConsItem) (Tag, bool) {
	key, _ := r.in.Value(item.KeyExpr, nil).Unmark()
	if !terraform.IsString(key) || key.AsString() == "Name" || key.AsString() == "name" {
		return Tag{}, false
	}
	for _, t := range item.ValueExpr.Variables() {
		if root := t.RootName(); root != "var" && root != "local" && root != "terraform" {
			return Tag{}, false
		}
	}
	value := r.in.Source(item.ValueExpr)
	if r.differs(item.ValueExpr) || strings.Contains(value, "\n") { // a heredoc would be indented, and say something else
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
func (r tagger) differs(e hclsyntax.Expression) bool {
	seen, queue := map[string]bool{}, []hclsyntax.Expression{e}
	for len(queue) > 0 {
		next := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if callsImpure(next) {
			return true
		}
		for _, t := range next.Variables() {
			name, is := strings.CutPrefix(terraform.AddressOf(t), "local.")
			if is && !seen[name] && r.in.Local(name) != nil {
				seen[name] = true
				queue = append(queue, r.in.Local(name).Expr)
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
