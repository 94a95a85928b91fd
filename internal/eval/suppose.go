package eval

import "github.com/zclconf/go-cty/cty"

// A Supposition is a value that a variable of an instance does not have.
type Supposition struct {
	In       *Instance
	Variable string
	Value    cty.Value
}

// Suppose calls judge with the instance as it would be if variables of it, or of
// instances on the way to it, had other values. What is not known is not asked for.
func (i *Instance) Suppose(of []Supposition, judge func(in *Instance)) {
	ev := i.ev
	outer, muted := ev.world, ev.muted
	ev.muted = true
	ev.world = &world{made: map[string]int{}, equal: map[string]cty.Value{}, unequal: map[string][]cty.Value{}}
	for _, s := range of {
		ev.world.equal[s.In.variableID(s.Variable)] = s.Value
	}
	ev.generation++
	defer func() {
		ev.world, ev.muted = outer, muted
		ev.generation++
	}()
	judge(i.afresh())
}

// afresh returns a copy of an instance, and of those on the way to it, in which
// nothing has been evaluated.
func (i *Instance) afresh() *Instance {
	out := &Instance{Module: i.Module, Caller: i.Caller, Call: i.Call, Key: i.Key, Open: i.Open, ev: i.ev, scope: i.scope, depth: i.depth}
	if i.Caller != nil {
		out.Caller = i.Caller.afresh()
	}
	return out
}

// Tested calls judge with the instance's module as a test runs it, by itself, with
// values for some of its variables.
func (i *Instance) Tested(given map[string]cty.Value, judge func(in *Instance)) {
	alone := &Instance{Module: i.Module, ev: i.ev}
	var of []Supposition
	for name, value := range given {
		if v := i.Variable(name); v != nil {
			of = append(of, Supposition{alone, name, alone.orDefault(v, value)})
		}
	}
	alone.Suppose(of, judge)
}
