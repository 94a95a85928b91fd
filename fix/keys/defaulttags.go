package keys

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// notDefault leaves out the tags that a provider gives to all it makes.
// Providers from 3.38 to 4 refuse a resource whose tags are just those.
// https://github.com/hashicorp/terraform-provider-aws/issues/19204
func (c *Chooser) notDefault(tags []Tag, provider eval.Provider) []Tag {
	if provider.Config == nil {
		return tags
	}
	for _, b := range provider.Config.Merged.Body.Blocks {
		a := b.Body.Attributes["tags"]
		if b.Type != "default_tags" || a == nil {
			continue
		}
		given := elements(provider.In.Value(a.Expr, nil))
		tags = slices.DeleteFunc(tags, func(t Tag) bool {
			same := provider.In == c.In && t.Ref != "" && t.Ref == c.In.Source(eval.Unwrap(a.Expr))
			return same || c.among(t, given)
		})
	}
	return tags
}

// among reports whether all that a tag says is surely among others.
func (c *Chooser) among(t Tag, others map[string]cty.Value) bool {
	text := t.Ref
	if text == "" {
		text = t.Value
	}
	e, err := terraform.ParseExpression(text, "")
	if err != nil {
		return false
	}
	says := map[string]cty.Value{t.name(): c.value(e)}
	if t.Ref != "" {
		says = elements(c.value(e))
	}
	for name, v := range says {
		other, there := others[name]
		if !there || !v.IsWhollyKnown() || !v.RawEquals(other) {
			return false
		}
	}
	return len(says) > 0
}

func (c *Chooser) value(e hclsyntax.Expression) cty.Value {
	v, _ := c.In.Value(e, nil).Unmark()
	return v
}

// elements returns those of a map or object that is known, none of any other.
func elements(v cty.Value) map[string]cty.Value {
	v, _ = v.UnmarkDeep()
	if !v.IsKnown() || v.IsNull() || !v.Type().IsMapType() && !v.Type().IsObjectType() {
		return nil
	}
	return v.AsValueMap()
}
