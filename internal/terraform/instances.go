package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// An Instance is one of the objects that a resource stands for.
type Instance struct {
	Key   string // "" for the only one, `[0]` or `["a"]` with count or for_each
	Scope Scope
}

// maxInstances is how many instances are told apart.
const maxInstances = 1000

// Instances returns the instances of a resource, and whether they are known.
// When they are not, there is one, in which each and count are unknown.
func (m *Module) Instances(r *Resource) (instances []Instance, known bool) {
	if a := r.Attribute("count"); a != nil {
		return countInstances(unmark(m.Value(a.Expr, nil)))
	}
	if a := r.Attribute("for_each"); a != nil {
		return eachInstances(unmark(m.Value(a.Expr, nil)))
	}
	return []Instance{{}}, true
}

// ScopeOf returns what each and count are in the instance that an origin
// means; nil when that is not known, or there is only one.
func (m *Module) ScopeOf(o *Origin) Scope {
	if o.Resource == nil || o.Key == cty.NilVal || !o.Key.IsKnown() || o.Key.IsNull() {
		return nil
	}
	key := ""
	switch o.Key.Type() {
	case cty.String:
		key = fmt.Sprintf("[%q]", o.Key.AsString())
	case cty.Number:
		key = "[" + o.Key.AsBigFloat().Text('f', -1) + "]"
	}
	instances, _ := m.Instances(o.Resource)
	for _, i := range instances {
		if i.Key == key {
			return i.Scope
		}
	}
	return nil
}

var someInstance = []Instance{{}}

func countInstances(v cty.Value) ([]Instance, bool) {
	if IsString(v) {
		v = numberOf(v)
	}
	if !v.IsKnown() || v.IsNull() || v.Type() != cty.Number {
		return someInstance, false
	}
	n, _ := v.AsBigFloat().Int64()
	if n < 0 || n > maxInstances {
		return someInstance, false
	}
	out := []Instance{}
	for i := range n {
		out = append(out, Instance{
			Key:   fmt.Sprintf("[%d]", i),
			Scope: Scope{"count": cty.ObjectVal(map[string]cty.Value{"index": cty.NumberIntVal(i)})},
		})
	}
	return out, true
}

func eachInstances(v cty.Value) ([]Instance, bool) {
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() || v.LengthInt() > maxInstances {
		return someInstance, false
	}
	set := v.Type().IsSetType()
	out := []Instance{}
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if set {
			key = value
		}
		if key = unmark(key); !IsString(key) {
			return someInstance, false
		}
		out = append(out, Instance{
			Key:   fmt.Sprintf("[%q]", key.AsString()),
			Scope: Scope{"each": cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})},
		})
	}
	slices.SortFunc(out, func(a, b Instance) int { return strings.Compare(a.Key, b.Key) })
	return out, true
}

func unmark(v cty.Value) cty.Value {
	v, _ = v.Unmark()
	return v
}

func numberOf(v cty.Value) cty.Value {
	n, err := cty.ParseNumberVal(v.AsString())
	if err != nil {
		return cty.DynamicVal
	}
	return n
}
