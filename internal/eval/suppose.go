package eval

import "github.com/zclconf/go-cty/cty"

// Suppose calls judge with the instance as it would be if the call of an
// instance on the way to it, or its own, passed a value for a variable. What is not
// known is not asked for.
func (i *Instance) Suppose(called *Instance, variable string, v cty.Value, judge func(in *Instance)) {
	ev := i.ev
	outer, muted := ev.world, ev.muted
	ev.muted = true
	ev.world = &world{made: map[string]int{}, equal: map[string]cty.Value{called.variableID(variable): v}, unequal: map[string][]cty.Value{}}
	ev.generation++
	defer func() {
		ev.world, ev.muted = outer, muted
		ev.generation++
	}()
	judge(i.afresh(called))
}

// afresh returns a copy of an instance, and of those on the way to it from one
// that is called, in which nothing has been evaluated.
func (i *Instance) afresh(called *Instance) *Instance {
	out := &Instance{Module: i.Module, Caller: i.Caller, Call: i.Call, Key: i.Key, Open: i.Open, ev: i.ev, scope: i.scope, depth: i.depth}
	if i != called && i.Caller != nil {
		out.Caller = i.Caller.afresh(called)
	}
	return out
}
