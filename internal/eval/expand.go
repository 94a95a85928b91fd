package eval

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"cmkify/internal/terraform"
)

// An Expansion is one of the objects that a resource or call stands for.
type Expansion struct {
	Key   string // "" for the only one, `[0]` or `["a"]` with count or for_each
	Index cty.Value
	Scope Scope
}

// maxInstances is how many instances are told apart.
const maxInstances = 1000

// Expand returns the instances of a resource, and whether they are known.
// When they are not, there is one, in which each and count are unknown.
func (i *Instance) Expand(r *terraform.Resource) (list []Expansion, known bool) {
	if i.switchedOff(r.Switch()) {
		return nil, true
	}
	return i.expand(r.Attribute("count"), r.Attribute("for_each"))
}

// switchedOff reports whether what decides that something is created is known to
// say no.
func (i *Instance) switchedOff(a *hclsyntax.Attribute) bool {
	return a != nil && AsBool(i.Value(a.Expr, nil)).RawEquals(cty.False)
}

// ExpandBlock is Expand for any block that count and for_each make instances of.
func (i *Instance) ExpandBlock(b *hclsyntax.Block) (list []Expansion, known bool) {
	return i.expand(b.Body.Attributes["count"], b.Body.Attributes["for_each"])
}

func (i *Instance) expand(count, forEach *hclsyntax.Attribute) ([]Expansion, bool) {
	defer i.ev.transparent()()
	switch {
	case count != nil:
		return countInstances(i.settle(count.Expr, nil))
	case forEach != nil:
		v := i.settle(forEach.Expr, nil)
		list, known := eachInstances(v)
		if !known {
			scope := Scope{}.over("each", site{in: i, e: forEach.Expr}, anyElement)
			if some := i.someElement(forEach.Expr, v.Type()); some != cty.NilVal {
				scope = scope.With(opaquely+"each", some)
			}
			return []Expansion{{Scope: scope}}, false
		}
		if differsOpaquely(v) {
			i.eachOpaquely(list, forEach.Expr)
		}
		return list, known
	}
	return []Expansion{{}}, true
}

// eachOpaquely adds to the scopes of instances what each means where unknown
// strings have stand-ins. The key of an element of a set may be another one there.
func (i *Instance) eachOpaquely(list []Expansion, forEach hclsyntax.Expression) {
	hidden, _ := eachInstances(i.opaque(forEach, nil))
	for n, e := range list {
		at := slices.IndexFunc(hidden, func(h Expansion) bool { return h.Key == e.Key })
		if at < 0 && len(hidden) == len(list) {
			at = n
		}
		if at >= 0 {
			list[n].Scope = e.Scope.With(opaquely+"each", hidden[at].Scope["each"])
		}
	}
}

// opaque evaluates an expression with stand-ins for unknown strings.
func (i *Instance) opaque(e hclsyntax.Expression, s Scope) cty.Value {
	v, _ := i.tryOpaque(e, s)
	return v
}

// settle evaluates an expression that decides what there is.
func (i *Instance) settle(e hclsyntax.Expression, s Scope) cty.Value { return unmark(i.Value(e, s)) }

var someInstance = []Expansion{{}}

func countInstances(v cty.Value) ([]Expansion, bool) {
	number, err := convert.Convert(v, cty.Number)
	if err != nil || !number.IsKnown() || number.IsNull() {
		return someInstance, false
	}
	n, _ := number.AsBigFloat().Int64()
	if n < 0 || n > maxInstances {
		return someInstance, false
	}
	out := []Expansion{}
	for i := range n {
		index := cty.NumberIntVal(i)
		out = append(out, Expansion{
			Key:   fmt.Sprintf("[%d]", i),
			Index: index,
			Scope: Scope{"count": cty.ObjectVal(map[string]cty.Value{"index": index})},
		})
	}
	return out, true
}

func eachInstances(v cty.Value) ([]Expansion, bool) {
	if !iterable(v) {
		return someInstance, false
	}
	set := v.Type().IsSetType()
	out := []Expansion{}
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if set {
			key = value
		}
		if key = unmark(key); !terraform.IsString(key) {
			return someInstance, false
		}
		out = append(out, Expansion{
			Key:   fmt.Sprintf("[%q]", key.AsString()),
			Index: key,
			Scope: Scope{"each": cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})},
		})
	}
	return out, true
}

// Elements returns the scopes that a dynamic block's content is evaluated in,
// one for each element of its for_each, and whether the elements are known.
func (i *Instance) Elements(block *hclsyntax.Block, s Scope) (scopes []Scope, known bool) {
	forEach := block.Body.Attributes["for_each"]
	if forEach == nil {
		return nil, false
	}
	v := i.settle(forEach.Expr, s)
	if !iterable(v) {
		return nil, false
	}
	name := Iterator(block)
	elements := iterated(v)
	for n, element := range elements {
		scope := s.With(name, element)
		if from, found := (site{in: i, scope: s, e: forEach.Expr}).elementAt(n); found {
			scope = scope.over(name, from, nil)
		}
		scopes = append(scopes, scope)
	}
	if differsOpaquely(v) {
		hidden := iterated(i.opaque(forEach.Expr, s))
		for n := range scopes {
			if len(hidden) == len(scopes) {
				scopes[n] = scopes[n].With(opaquely+name, hidden[n])
			}
		}
	}
	return scopes, true
}

// iterable reports whether a value is a collection whose elements can be told
// apart, and are not too many.
func iterable(v cty.Value) bool {
	return v.IsKnown() && !v.IsNull() && v.CanIterateElements() && v.Length().IsKnown() && v.LengthInt() <= maxInstances
}

// iterated returns what an iterator means for each element of a collection,
// none when it is not known.
func iterated(v cty.Value) (out []cty.Value) {
	if !iterable(v) {
		return nil
	}
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if v.Type().IsSetType() {
			key = value
		}
		out = append(out, cty.ObjectVal(map[string]cty.Value{"key": key, "value": value}))
	}
	return out
}

// Iterator returns the name of a dynamic block's iterator.
func Iterator(block *hclsyntax.Block) string {
	if a := block.Body.Attributes["iterator"]; a != nil {
		if t, ok := Unwrap(a.Expr).(*hclsyntax.ScopeTraversalExpr); ok && len(t.Traversal) == 1 {
			return t.Traversal.RootName()
		}
	}
	return strings.Join(block.Labels, "")
}
