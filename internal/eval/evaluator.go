// Package eval evaluates the expressions of modules as Terraform would when it
// plans, as each module is reached through the calls that lead to it. Modules
// as they are written go in; values come out, and where a value comes from:
// keys have stand-ins, open conditions are tried as worlds. What cannot be
// known is a cty unknown, never a guess; nothing is read, and no expression,
// however hostile, costs more than the budget.
package eval

import (
	"cmp"
	"context"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

	"cmkify/internal/terraform"
)

// Options say how to evaluate.
type Options struct {
	// Plan makes what only an apply can tell unknown, as in Terraform's plan.
	// Without it, such attributes are stand-ins.
	Plan bool
	// Seed makes stand-ins differ from those of other seeds.
	Seed int
	// Budget is what may be spent, nil for that of a small unit.
	Budget *Budget
	// Index is shared by evaluators of the same files, nil for one of its own.
	Index *Index
	// Names are those of outputs and attributes that an expression from
	// elsewhere asks for.
	Names []string
	// File returns the bytes of a file that file() and templatefile() name by
	// a path below the module's directory; nil knows none.
	File func(m *terraform.Module, path string) ([]byte, bool)
}

// An Evaluator evaluates the modules of one unit of work. It is used by one
// goroutine.
type Evaluator struct {
	options    Options
	world      *world
	generation int  // counts worlds, so that what was computed in one is not used in another
	open       bool // something was met that a world would have to decide
	muted      bool // what is evaluated is not taken: it asks no question
	doubt      bool // a function was called whose result depends on the bytes of a stand-in
	opaque     bool // unknown strings are stand-ins, too
	lenient    leniency
	settling   bool // it is asked what an expression comes to where callers leave out what they may
	lapse      lapse
	gaveUp     string
	standIns   registry
	ever       map[any]bool    // what holds in some world, see Ever
	loose      map[string]bool // names of attributes that are mentioned of any object
	elements   *mentions       // those that are asked for of any collection
	mentioned  map[*terraform.Module]map[string]*mentions
	functions  map[string]function.Function
	variables  map[hclsyntax.Expression][]reference
	leads      map[string]map[*terraform.Module]bool // to a module that declares resources of a type, by that
}

// New returns an evaluator.
func New(o Options) *Evaluator {
	if o.Budget == nil {
		o.Budget = NewBudget(context.Background(), 0)
	}
	if o.Index == nil {
		o.Index = NewIndex()
	}
	ev := &Evaluator{
		options: o, loose: map[string]bool{}, elements: newMentions(), ever: map[any]bool{}, mentioned: map[*terraform.Module]map[string]*mentions{},
		functions: map[string]function.Function{}, variables: map[hclsyntax.Expression][]reference{},
		leads: map[string]map[*terraform.Module]bool{},
	}
	ev.standIns.seed = o.Seed
	for _, name := range o.Names {
		ev.loose[name] = true
	}
	return ev
}

func (ev *Evaluator) spend(n int) bool { return ev.options.Budget.spend(n) }

// Doubt reports whether, since it was last asked, a function was called whose
// result depends on the bytes of a stand-in, such as sort.
func (ev *Evaluator) Doubt() bool {
	doubt := ev.doubt
	ev.doubt = false
	return doubt
}

// A Scope is what the names each, count and an iterator mean in an
// expression. What it does not hold is unknown.
type Scope map[string]cty.Value

// With returns the scope with one more name.
func (s Scope) With(name string, value cty.Value) Scope {
	out := Scope{name: value}
	for n, v := range s {
		if n != name {
			out[n] = v
		}
	}
	return out
}

// opaquely begins the name of what a name means where unknown strings have
// stand-ins.
const opaquely = "\x00"

func (s Scope) value(name string, opaque bool) cty.Value {
	if v, ok := s[opaquely+name]; ok && opaque {
		return v
	}
	return s[name]
}

// A frame is where an expression is evaluated: in an instance of a module, in
// a scope.
type frame struct {
	in    *Instance
	scope Scope
}

// memo keeps what was computed for a name: for good, or for the world in
// which it was.
type memo struct {
	base    map[string]cty.Value
	inWorld map[string]cty.Value
	gaveUp  map[string]string // why something in a value was not evaluated
	lapses  map[string]lapse
	world   int
	making  map[string]bool
}

// value returns what compute gives, computed once. What leads back to itself
// is unknown.
func (m *memo) value(ev *Evaluator, name string, compute func() cty.Value) cty.Value {
	name = ev.mode() + name
	if v, done := m.known(ev, name); done {
		ev.gaveUp, ev.lapse = cmp.Or(ev.gaveUp, m.gaveUp[name]), ev.lapse.or(m.lapses[name])
		return v
	}
	if m.making[name] {
		return cty.DynamicVal
	}
	if m.base == nil {
		m.base, m.making = map[string]cty.Value{}, map[string]bool{}
		m.gaveUp, m.lapses = map[string]string{}, map[string]lapse{}
	}
	m.making[name] = true
	open, gaveUp, before := ev.open, ev.gaveUp, ev.lapse
	ev.open, ev.gaveUp, ev.lapse = false, "", lapse{}
	v := compute()
	delete(m.making, name)
	if ev.open {
		m.inWorld[name] = v
	} else {
		m.base[name] = v
	}
	m.gaveUp[name], m.lapses[name] = ev.gaveUp, ev.lapse
	ev.open, ev.gaveUp, ev.lapse = ev.open || open, cmp.Or(gaveUp, ev.gaveUp), ev.lapse.or(before)
	return v
}

// A lapse is what happened while something was evaluated: an expression failed, an
// argument of merge that is not known was assumed to be empty, or a list was left
// out.
type lapse struct{ failed, assumed, left bool }

func (l lapse) or(other lapse) lapse {
	return lapse{l.failed || other.failed, l.assumed || other.assumed, l.left || other.left}
}

// mode begins the names of what is evaluated in one way of several.
func (ev *Evaluator) mode() string {
	if !ev.opaque {
		return ""
	}
	out := []byte("opaque ")
	for n, on := range []bool{ev.settling, ev.lenient.several, ev.lenient.tolerant} {
		if on {
			out = append(out, byte('0'+n))
		}
	}
	return string(out)
}

// known returns what has been computed for a name, in this world or for good.
func (m *memo) known(ev *Evaluator, name string) (v cty.Value, done bool) {
	if v, done = m.base[name]; done {
		return v, true
	}
	if m.world != ev.generation || m.inWorld == nil {
		m.world, m.inWorld = ev.generation, map[string]cty.Value{}
	}
	if v, done = m.inWorld[name]; done {
		ev.open = true
	}
	return v, done
}

func unmark(v cty.Value) cty.Value {
	v, _ = v.Unmark()
	return v
}

// AsBool converts a value as Terraform does for a bool; what it would refuse
// is unknown.
func AsBool(v cty.Value) cty.Value {
	v = unmark(v)
	switch {
	case !v.IsKnown():
		return cty.UnknownVal(cty.Bool)
	case v.IsNull():
		return cty.NullVal(cty.Bool)
	}
	if b, err := convert.Convert(v, cty.Bool); err == nil {
		return b
	}
	return cty.UnknownVal(cty.Bool)
}
