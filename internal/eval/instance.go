package eval

import (
	"maps"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// An Instance is a module as one way of calls reaches it; a module that nobody
// in reach calls has one instance without a caller.
type Instance struct {
	*terraform.Module
	Caller *Instance
	Call   *terraform.Call
	Key    string // of the call's instance: `["eu"]`, `[0]`, "" without count and for_each
	// Open says that nobody in reach calls the module, and that it shows no
	// sign of being run by itself: its variables are its callers' decision.
	Open bool

	ev       *Evaluator
	scope    Scope // what each and count are in the call
	depth    int
	locals   memo
	values   memo // of variables
	objects  memo // of resources, data sources and calls
	children map[*terraform.Call]*children
}

// children are the instances of one call.
type children struct {
	generation int // the world that they were made in, -1 for all
	list       []*Instance
	known      bool
}

// maxDepth is how deep modules call each other. Terraform has no bound, but
// refuses a cycle.
const maxDepth = 50

// Top returns the instance of a module that nobody in reach calls.
func (ev *Evaluator) Top(m *terraform.Module) *Instance {
	ev.learn(m)
	return &Instance{Module: m, Open: !m.SignOfRoot(), ev: ev}
}

// Evaluator returns what evaluates the instance.
func (i *Instance) Evaluator() *Evaluator { return i.ev }

// Address returns what stands before the addresses of the instance's
// resources: "" or "module.a[\"x\"].module.b.".
func (i *Instance) Address() string {
	if i.Caller == nil {
		return ""
	}
	return i.Caller.Address() + i.Call.Address() + i.Key + "."
}

// Within returns what stands before the addresses of the instance's resources,
// as another one calls them: nothing when it is itself.
func (i *Instance) Within(other *Instance) string {
	if i == other {
		return ""
	}
	return i.Address()
}

// Root returns the instance at which the way begins.
func (i *Instance) Root() *Instance {
	for i.Caller != nil {
		i = i.Caller
	}
	return i
}

// Declaring returns the instances of the whole configuration, from the root on,
// whose modules declare resources of a type. Modules that have no part in what is
// judged are left out. Of many instances, the first are returned.
func (i *Instance) Declaring(resourceType string) []*Instance {
	var out []*Instance
	var visit func(in *Instance)
	visit = func(in *Instance) {
		if !i.ev.leadsTo(in.Module, resourceType) || len(out) >= maxInstances {
			return
		}
		if len(in.OfType(resourceType)) > 0 {
			out = append(out, in)
		}
		for _, c := range in.Calls {
			if c.Aside {
				continue
			}
			list, _ := in.Called(c)
			for _, child := range list {
				visit(child)
			}
		}
	}
	visit(i.Root())
	return out
}

// Everywhere returns the instances of the whole configuration, from the root on, also
// of modules that have no part in what is judged. Of many, the first are returned.
func (i *Instance) Everywhere() []*Instance {
	var out []*Instance
	var visit func(in *Instance)
	visit = func(in *Instance) {
		if len(out) >= maxInstances {
			return
		}
		out = append(out, in)
		for _, c := range in.Calls {
			in.Require(c.Address())
			list, _ := in.Called(c)
			for _, child := range list {
				visit(child)
			}
		}
	}
	visit(i.Root())
	return out
}

// leadsTo reports whether a module, or one that it calls, declares resources of
// a type.
func (ev *Evaluator) leadsTo(m *terraform.Module, resourceType string) bool {
	known := ev.leads[resourceType]
	if known == nil {
		known = map[*terraform.Module]bool{}
		ev.leads[resourceType] = known
	}
	if leads, done := known[m]; done {
		return leads
	}
	known[m] = len(m.OfType(resourceType)) > 0
	for _, c := range m.Calls {
		if !c.Aside && c.Target() != nil && ev.leadsTo(c.Target(), resourceType) {
			known[m] = true
		}
	}
	return known[m]
}

// Same reports whether both may be the same instance of one configuration: they
// are reached by the same calls, whose keys may not be known.
func (i *Instance) Same(other *Instance) bool {
	for ; i != other; i, other = i.Caller, other.Caller {
		if i == nil || other == nil || i.Module != other.Module || i.Call != other.Call || !SameKey(i.Key, other.Key) {
			return false
		}
	}
	return true
}

// SameKey reports whether two keys of instances of one thing may be the same.
// Without count and for_each, and where these are not known, a key is empty.
func SameKey(a, b string) bool { return a == b || a == "" || b == "" }

// Called returns the instances of a call whose target is in reach, and
// whether they are known. When they are not there is one, in which each and
// count are unknown.
func (i *Instance) Called(c *terraform.Call) (list []*Instance, known bool) {
	target := c.Target()
	if target == nil || i.depth >= maxDepth {
		return nil, false
	}
	ev := i.ev
	if have := i.children[c]; have != nil && (have.generation < 0 || have.generation == ev.generation) {
		ev.open = ev.open || have.generation >= 0
		return have.list, have.known
	}
	ev.learn(target)
	before := ev.open
	ev.open = false
	var expanded []Expansion
	known = i.switchedOff(c.Switch())
	if !known {
		expanded, known = i.expand(c.Argument("count"), c.Argument("for_each"))
	}
	made := &children{generation: -1, known: known}
	if ev.open {
		made.generation = ev.generation
	}
	ev.open = ev.open || before
	for _, e := range expanded {
		made.list = append(made.list, &Instance{
			Module: target, Caller: i, Call: c, Key: e.Key, ev: ev, scope: e.Scope, depth: i.depth + 1,
		})
	}
	if i.children == nil {
		i.children = map[*terraform.Call]*children{}
	}
	i.children[c] = made
	return made.list, known
}

// Callee returns the instance that a call would have without count and for_each,
// whether or not these make any. The target of the call is in reach.
func (i *Instance) Callee(c *terraform.Call) *Instance {
	return &Instance{Module: c.Target(), Caller: i, Call: c, ev: i.ev, depth: i.depth + 1}
}

// local evaluates a local on demand. A cycle is an error of the module, and
// unknown.
func (i *Instance) local(name string) cty.Value {
	a := i.Local(name)
	if a == nil {
		return cty.DynamicVal
	}
	return i.locals.value(i.ev, name, func() cty.Value {
		return i.ev.bounded(i.Value(a.Expr, nil), "local."+name)
	})
}

// learn takes in the names of attributes that a module mentions, and prepares
// its expressions for worlds.
func (ev *Evaluator) learn(m *terraform.Module) {
	if ev.mentioned[m] != nil {
		return
	}
	names := ev.options.Index.learn(m)
	ev.mentioned[m] = names.of
	maps.Copy(ev.loose, names.loose)
	maps.Copy(ev.elements.keys, names.elements.keys)
	ev.elements.last = max(ev.elements.last, names.elements.last)
}

// Referred returns what a traversal leads to among the resources of the
// instance, nil for anything else.
func (i *Instance) Referred(t hcl.Traversal) *terraform.Resource {
	if notResources[t.RootName()] {
		return nil
	}
	return i.Module.Referred(t)
}

// notResources are the names that begin references to other things.
var notResources = map[string]bool{
	"var": true, "local": true, "module": true, "each": true, "count": true, "self": true,
	"path": true, "terraform": true, "ephemeral": true,
}
