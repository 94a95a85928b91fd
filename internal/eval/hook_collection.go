package eval

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// indexKey evaluates the key of an index. One that is not known is one of
// those that the collection has.
func indexKey(parent *hclsyntax.IndexExpr) func(*frame, *hcl.EvalContext, hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	return func(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
		v, diags := e.Value(ctx)
		if diags.HasErrors() {
			return v, diags
		}
		collection, _ := parent.Collection.Value(ctx)
		collection = unmark(collection)
		bare := unmark(v)
		if isRepresented(collection.Type()) && !(terraform.IsString(bare) && collection.Type().HasAttribute(bare.AsString())) {
			return cty.StringVal(anyKey), nil
		}
		if bare.IsKnown() {
			return v, nil
		}
		return f.oneOf(ctx, e, v, keysOf(collection), false), nil
	}
}

// argumentKey evaluates the second argument of lookup, element or contains.
func argumentKey(parent *hclsyntax.FunctionCallExpr) func(*frame, *hcl.EvalContext, hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	return func(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
		v, diags := e.Value(ctx)
		if diags.HasErrors() || unmark(v).IsKnown() {
			return v, diags
		}
		collection, _ := parent.Args[0].Value(ctx)
		collection = unmark(collection)
		switch parent.Name {
		case "contains":
			return f.oneOf(ctx, e, v, elementsOf(collection), true), nil
		case "lookup":
			if isRepresented(collection.Type()) {
				return cty.StringVal(anyKey), nil
			}
			return f.oneOf(ctx, e, v, keysOf(collection), len(parent.Args) > 2), nil
		}
		return f.oneOf(ctx, e, v, keysOf(collection), false), nil
	}
}

// lookedUp evaluates the map that lookup takes, beside a default. One that is
// not known has the key in one world, and not in another.
func lookedUp(parent *hclsyntax.FunctionCallExpr) func(*frame, *hcl.EvalContext, hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	return func(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
		v, diags := argument(f, ctx, e)
		held, marks := v.Unmark()
		key, _ := Unwrap(parent.Args[1]).Value(ctx)
		if key = unmark(key); diags.HasErrors() || held.IsKnown() || !terraform.IsString(key) || held.Type().IsObjectType() {
			return v, diags
		}
		s := f.site(ctx, e).origin()
		id, name := s.id()
		lacks := fmt.Sprintf("%s has no %q", name, key.AsString())
		if yes, decided := s.in.ev.decide(question{id + lacks, lacks, fmt.Sprintf("%s has %q", name, key.AsString())}); !decided || !yes {
			return v, nil
		}
		if held.Type().IsMapType() {
			return cty.MapValEmpty(held.Type().ElementType()).WithMarks(marks), nil
		}
		return cty.EmptyObjectVal.WithMarks(marks), nil
	}
}

// keysOf returns the keys of a collection that is known, nil of any other.
func keysOf(v cty.Value) []cty.Value {
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() || v.Type().IsSetType() {
		return nil
	}
	var out []cty.Value
	for it := v.ElementIterator(); it.Next() && len(out) <= MaxWorlds; {
		key, _ := it.Element()
		out = append(out, key)
	}
	return out
}

func elementsOf(v cty.Value) []cty.Value {
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		return nil
	}
	var out []cty.Value
	for it := v.ElementIterator(); it.Next() && len(out) <= MaxWorlds; {
		_, element := it.Element()
		if element = unmark(element); !element.IsKnown() || element.IsNull() {
			return nil
		}
		out = append(out, element)
	}
	return out
}
