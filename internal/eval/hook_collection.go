package eval

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// indexKey evaluates the key of an index. One that is not known is one of
// those that the collection has.
func indexKey(parent *hclsyntax.IndexExpr) func(*frame, *hcl.EvalContext, hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	return func(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
		collection, _ := parent.Collection.Value(ctx)
		collection = unmark(collection)
		v, diags := keyValue(f, ctx, e, collection)
		if diags.HasErrors() {
			return v, diags
		}
		bare := unmark(v)
		if lacksKey(collection, bare) {
			return cty.StringVal(anyKey), nil
		}
		if bare.IsKnown() {
			return v, nil
		}
		return f.oneOf(ctx, e, v, keysOf(collection), false), nil
	}
}

// keyValue evaluates a key of a collection. One that has a stand-in is not known,
// unless the collection has it.
func keyValue(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression, collection cty.Value) (cty.Value, hcl.Diagnostics) {
	v, diags := e.Value(ctx)
	key := unmark(v)
	if diags.HasErrors() || !f.in.ev.opaque || !terraform.IsString(key) || !IsOpaque(key.AsString()) {
		return v, diags
	}
	if slices.ContainsFunc(keysOf(collection), func(k cty.Value) bool { return k.RawEquals(key) }) {
		return v, diags
	}
	defer f.in.ev.transparent()()
	return e.Value(f.context(ctx, e, revealed))
}

// argumentKey evaluates the second argument of lookup, element or contains.
func argumentKey(parent *hclsyntax.FunctionCallExpr) func(*frame, *hcl.EvalContext, hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	return func(f *frame, ctx *hcl.EvalContext, e hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
		collection, _ := parent.Args[0].Value(ctx)
		collection = unmark(collection)
		v, diags := keyValue(f, ctx, e, collection)
		if diags.HasErrors() {
			return v, diags
		}
		if unmark(v).IsKnown() {
			if parent.Name == "lookup" && lacksKey(collection, unmark(v)) {
				return cty.StringVal(anyKey), nil
			}
			return v, nil
		}
		switch parent.Name {
		case "contains":
			return f.oneOf(ctx, e, v, elementsOf(collection), true), nil
		case "lookup":
			if lacksKey(collection, unmark(v)) {
				return cty.StringVal(anyKey), nil
			}
			mayLack := len(parent.Args) > 2
			if mayLack && collection.IsKnown() && !collection.IsNull() && collection.CanIterateElements() && collection.LengthInt() == 0 {
				return noneOfThese, nil
			}
			return f.oneOf(ctx, e, v, keysOf(collection), mayLack), nil
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
		key, keyDiags := Unwrap(parent.Args[1]).Value(ctx)
		known := (held.IsKnown() && !conceals(held) || held.Type().IsObjectType()) && !lacksKey(held, unmark(key))
		if diags.HasErrors() || keyDiags.HasErrors() || known || unmark(key).IsNull() {
			return v, diags
		}
		s := f.site(ctx, e).origin()
		id, name := s.id()
		keyID, called := f.site(ctx, parent.Args[1]).id()
		if key = unmark(key); key.IsKnown() {
			keyID = valueText(key)
			called = keyID
		}
		has := question{id + " has no " + keyID, name + " has no " + called, name + " has " + called}
		if lacks, decided := s.in.ev.decide(has); !decided || !lacks {
			return v, nil
		}
		if held.Type().IsMapType() {
			return cty.MapValEmpty(held.Type().ElementType()).WithMarks(marks), nil
		}
		return cty.EmptyObjectVal.WithMarks(marks), nil
	}
}

// lacksKey reports whether a collection represents one whose keys are not known,
// and has not that one by itself.
func lacksKey(collection, key cty.Value) bool {
	return isRepresented(collection.Type()) && !(terraform.IsString(key) && collection.Type().HasAttribute(key.AsString()))
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
