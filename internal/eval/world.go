package eval

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// MaxWorlds is how many worlds are tried.
const MaxWorlds = 64

// maxPath is how many questions one world answers.
const maxPath = 200

// A Decision is what one world has of an open question, in words: "var.own is
// false".
type Decision struct {
	Key  string // of the question
	Text string
}

// A world is one way to answer the questions that evaluation meets, in the
// order in which it meets them.
type world struct {
	given   []int // answers to begin with
	path    []choice
	made    map[string]int // index in path, by question
	equal   map[string]cty.Value
	unequal map[string][]cty.Value
}

type choice struct {
	key     string
	options []string
	taken   int
}

// Explore calls judge once in each world, with the decisions that led to it
// so far known to [Evaluator.Decisions]. It returns false when there are more
// worlds than MaxWorlds; the verdicts are then not all that there are.
func (ev *Evaluator) Explore(judge func()) (complete bool) {
	outer := ev.world
	defer func() {
		ev.world = outer
		ev.generation++
	}()
	var given []int
	for n := 0; n < MaxWorlds; n++ {
		ev.generation++
		ev.world = &world{given: given, made: map[string]int{}, equal: map[string]cty.Value{}, unequal: map[string][]cty.Value{}}
		judge()
		path := ev.world.path
		for len(path) > 0 && path[len(path)-1].taken == len(path[len(path)-1].options)-1 {
			path = path[:len(path)-1]
		}
		if len(path) == 0 {
			return true
		}
		given = nil
		for _, c := range path {
			given = append(given, c.taken)
		}
		given[len(given)-1]++
	}
	return false
}

// Ever reports whether something holds in some world, or may, because there are
// too many. It is tried once for each key.
func (ev *Evaluator) Ever(key any, holds func() bool) bool {
	ever, tried := ev.ever[key]
	if !tried {
		complete := ev.Explore(func() { ever = ever || holds() })
		ever = ever || !complete
		ev.ever[key] = ever
	}
	return ever
}

// Decisions returns what the world that is being tried has decided.
func (ev *Evaluator) Decisions() []Decision {
	if ev.world == nil {
		return nil
	}
	var out []Decision
	for _, c := range ev.world.path {
		out = append(out, Decision{c.key, c.options[c.taken]})
	}
	return out
}

// choose returns which of the options the world has taken; not decided
// outside of worlds.
func (ev *Evaluator) choose(key string, options []string) (taken int, decided bool) {
	ev.open = true
	w := ev.world
	if w == nil || ev.muted || len(options) == 0 || len(w.path) > maxPath {
		return 0, false
	}
	if at, done := w.made[key]; done {
		return w.path[at].taken, true
	}
	c := choice{key: key, options: options}
	if n := len(w.path); n < len(w.given) {
		c.taken = min(w.given[n], len(options)-1)
	}
	w.made[key] = len(w.path)
	w.path = append(w.path, c)
	return c.taken, true
}

// A question is one that is answered by yes or no.
type question struct{ key, yes, no string }

func (ev *Evaluator) decide(q question) (yes, decided bool) {
	taken, decided := ev.choose(q.key, []string{q.yes, q.no})
	return taken == 0, decided
}

// told returns the value that the world has decided something to have.
func (ev *Evaluator) told(id string) (cty.Value, bool) {
	if ev.world == nil {
		return cty.NilVal, false
	}
	v, ok := ev.world.equal[id]
	ev.open = ev.open || ok
	return v, ok
}

// narrowed returns an unknown value with what the world has decided it not
// to be.
func (ev *Evaluator) narrowed(id string, v cty.Value) cty.Value {
	if ev.world == nil || unmark(v).IsKnown() || unmark(v).Type() == cty.DynamicPseudoType {
		return v
	}
	not := ev.world.unequal[id]
	if slices.ContainsFunc(not, cty.Value.IsNull) {
		return v.RefineNotNull()
	}
	return v
}

// tells has the world know what value something has. It reports whether there is a
// world, which did not know.
func (ev *Evaluator) tells(id string, v cty.Value) bool {
	if ev.world == nil {
		return false
	}
	if _, told := ev.world.equal[id]; told {
		return false
	}
	ev.world.equal[id] = v
	ev.generation++ // what it has evaluated did not know
	return true
}

// excluded reports whether the world has decided that something does not have a
// value.
func (ev *Evaluator) excluded(id string, v cty.Value) bool {
	v = unmark(v)
	return ev.world != nil && slices.ContainsFunc(ev.world.unequal[id], func(not cty.Value) bool {
		return not.RawEquals(v) || not.IsNull() && v.IsNull()
	})
}

// equals decides whether something that is not known has a value.
func (ev *Evaluator) equals(id, name string, v cty.Value) (equal, decided bool) {
	if ev.world == nil {
		ev.open = true
		return false, false
	}
	if have, told := ev.told(id); told {
		return have.RawEquals(v), true
	}
	if slices.ContainsFunc(ev.world.unequal[id], func(not cty.Value) bool { return not.RawEquals(v) }) {
		return false, true
	}
	if ev.muted {
		return false, false
	}
	yes, decided := ev.decide(question{id + " == " + valueText(v), name + " is " + valueText(v), name + " is not " + valueText(v)})
	switch {
	case !decided:
	case yes:
		ev.world.equal[id] = v
	default:
		ev.world.unequal[id] = append(ev.world.unequal[id], v)
	}
	return yes, decided
}

// Decide answers a question of an instance by yes or no, in this world; it is
// not decided outside of worlds.
func (ev *Evaluator) Decide(in *Instance, key, yes, no string) (answer, decided bool) {
	return ev.decide(question{in.Root().Dir + "\x00" + in.Address() + key, yes, no})
}
