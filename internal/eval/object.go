package eval

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// anyKey is the key of the one object that represents all instances of what
// has a for_each that is not known. No key of Terraform holds a NUL.
const anyKey = "\x00any"

// isRepresented reports whether an object represents instances whose keys are
// not known.
func isRepresented(ty cty.Type) bool { return ty.IsObjectType() && ty.HasAttribute(anyKey) }

// resource returns what a reference to a resource of the instance gives: an
// object, or, with count or for_each, a tuple of them or an object of them.
func (i *Instance) resource(r *terraform.Resource) cty.Value {
	address := r.Address()
	return i.objects.value(i.ev, address, func() cty.Value {
		return i.expanded(address, r.Attribute("count") != nil, r.Attribute("for_each") != nil,
			func() ([]Expansion, bool) { return i.Expand(r) },
			func(e Expansion) cty.Value { return i.resourceObject(r, e) })
	})
}

// only returns one attribute of a resource without count and for_each. The
// others need not be evaluated.
func (i *Instance) only(r *terraform.Resource, name string) cty.Value {
	return i.objects.value(i.ev, r.Address()+" "+name, func() cty.Value { return i.attribute(r, Expansion{}, name) })
}

// output returns one output of a call without count and for_each, as only does;
// NilVal where there is none.
func (i *Instance) output(call, name string) cty.Value {
	c := i.FindCall(call)
	if name == "" || c == nil || c.Target() == nil || c.Counted() || c.Target().Output(name) == nil {
		return cty.NilVal
	}
	list, _ := i.Called(c)
	if len(list) != 1 {
		return cty.NilVal
	}
	return list[0].outputValue(name)
}

// call returns what a reference to a module call gives: an object of the
// outputs, or, with count or for_each, a tuple or an object of them.
func (i *Instance) call(name string) cty.Value {
	c := i.FindCall(name)
	if c == nil || c.Target() == nil {
		return cty.DynamicVal
	}
	return i.objects.value(i.ev, c.Address(), func() cty.Value {
		at := map[string]*Instance{}
		return i.expanded(c.Address(), c.Argument("count") != nil, c.Argument("for_each") != nil,
			func() ([]Expansion, bool) {
				var out []Expansion
				list, known := i.Called(c)
				for _, child := range list {
					e := Expansion{Key: child.Key, Scope: child.scope}
					if each, ok := child.scope["each"]; ok {
						e.Index = each.GetAttr("key")
					}
					at[child.Key] = child
					out = append(out, e)
				}
				return out, known
			},
			func(e Expansion) cty.Value { return i.outputs(c, at[e.Key]) })
	})
}

// outputs returns an object of the outputs of one instance of a call.
func (i *Instance) outputs(c *terraform.Call, child *Instance) cty.Value {
	if child == nil {
		return cty.DynamicVal
	}
	attributes := map[string]cty.Value{}
	for _, name := range child.OutputNames() {
		if i.wants(c.Address(), name) {
			attributes[name] = child.outputValue(name)
		}
	}
	return cty.ObjectVal(attributes)
}

// outputValue returns what the module gives as one of its outputs.
func (i *Instance) outputValue(name string) cty.Value {
	o := i.Output(name)
	v := i.objects.value(i.ev, "output "+name, func() cty.Value { return i.Value(o.Expr, nil) })
	if o.Sensitive {
		v = v.Mark(Sensitive)
	}
	return v
}

// wants reports whether some expression may ask for an attribute.
func (i *Instance) wants(address, name string) bool {
	m := i.ev.mentioned[i.Module][address]
	return i.ev.loose[name] || m != nil && m.names[name]
}

// expanded returns the object of a resource or call, or those of its
// instances.
func (i *Instance) expanded(address string, count, forEach bool, expand func() ([]Expansion, bool), object func(Expansion) cty.Value) cty.Value {
	list, known := expand()
	switch {
	case !count && !forEach:
		return object(Expansion{})
	case count && known:
		out := make([]cty.Value, len(list))
		for n, e := range list {
			out[n] = object(e)
		}
		return cty.TupleVal(out)
	case count:
		return i.someCounted(address, object)
	case known:
		out := map[string]cty.Value{}
		for _, e := range list {
			out[e.Index.AsString()] = object(e)
		}
		return cty.ObjectVal(out)
	}
	some := object(Expansion{})
	out := map[string]cty.Value{anyKey: some}
	if m := i.ev.mentioned[i.Module][address]; m != nil {
		for key := range m.keys {
			out[key] = some
		}
	}
	return cty.ObjectVal(out)
}

// someCounted returns the instances of what has a count that is not known: in
// one world there are none, in another as many as are mentioned.
func (i *Instance) someCounted(address string, object func(Expansion) cty.Value) cty.Value {
	n := 1
	if m := i.ev.mentioned[i.Module][address]; m != nil {
		n = max(n, m.last+1)
	}
	there, decided := i.ev.decide(question{
		key: i.Address() + address, yes: fmt.Sprintf("there is a %s", address), no: fmt.Sprintf("there is no %s", address),
	})
	switch {
	case !decided:
		return cty.DynamicVal
	case !there:
		return cty.EmptyTupleVal
	}
	return cty.TupleVal(slices.Repeat([]cty.Value{object(Expansion{})}, n))
}

// resourceObject returns one instance of a resource: the attributes that some
// expression mentions, by its arguments where it has them.
func (i *Instance) resourceObject(r *terraform.Resource, e Expansion) cty.Value {
	names := maps.Clone(i.ev.loose)
	for _, name := range identifying {
		names[name] = true
	}
	if m := i.ev.mentioned[i.Module][r.Address()]; m != nil {
		maps.Copy(names, m.names)
	}
	attributes := map[string]cty.Value{}
	for name := range names {
		if terraform.ValidName(name) {
			attributes[name] = i.attribute(r, e, name)
		}
	}
	return cty.ObjectVal(attributes)
}

// identifying are the attributes that name a resource, which every object has.
var identifying = []string{"arn", "id", "key_id", "name", "target_key_arn", "target_key_id"}

// attribute returns an attribute of an instance of a resource. An argument is
// what the configuration gives it, unless that is null: the provider may then
// choose a value.
func (i *Instance) attribute(r *terraform.Resource, e Expansion, name string) cty.Value {
	if v := i.handedOn(r, e, name); v != cty.NilVal {
		return v
	}
	if i.ev.opaque && name == "id" && r.Type == "aws_dynamodb_table" {
		name = "name" // policies write it out; the provider's resourceTableCreate makes it the id
	}
	if a := r.Attribute(name); a != nil && !isMetaArgument(name) && !isReadBack(r, name) {
		if v := i.Value(a.Expr, e.Scope); !unmark(v).IsKnown() || !unmark(v).IsNull() {
			return site{in: i, scope: e.Scope, e: a.Expr}.cover(v)
		}
	}
	if static, dynamic := r.Nested(name); len(static)+len(dynamic) > 0 {
		return cty.DynamicVal
	}
	return i.ev.computed(i, r, e, name)
}

// isReadBack reports whether the provider overwrites an argument when it reads
// the resource: an alias that was given the ARN of a key has its id afterwards.
// Source: the AWS provider's resourceAliasRead.
func isReadBack(r *terraform.Resource, name string) bool {
	return r.Kind() == "aws_kms_alias" && name == "target_key_id"
}

func isMetaArgument(name string) bool {
	return slices.Contains([]string{"count", "for_each", "provider", "depends_on"}, name)
}

// localNames, callNames and variableNames return what a traversal of local,
// module and var reads.
func (i *Instance) localNames(t hcl.Traversal) []string {
	return terraform.StepNames(t, i.LocalNames)
}

func (i *Instance) callNames(t hcl.Traversal) []string {
	return terraform.StepNames(t, func() []string {
		var out []string
		for _, c := range i.Calls {
			out = append(out, c.Name)
		}
		return out
	})
}

func (i *Instance) variableNames(t hcl.Traversal) []string {
	return terraform.StepNames(t, i.VariableNames)
}
