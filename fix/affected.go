package fix

import (
	"slices"
	"strings"

	"cmkify/internal/terraform"
)

// An affected tells of what begins at one top what a change of files may bear
// on, by address: what has changed, and what depends on it, directly or not.
// Nil is everything.
type affected map[string]bool

func (a affected) has(address string) bool { return a == nil || a[address] }

// A difference is what of a unit's modules has changed, and what begins where.
type difference struct {
	before, after *Judged
	// changed are the addresses of a module as it was, and of what it is now;
	// nil where something has changed that the graph does not know, such as a
	// file of variable values.
	changed map[*terraform.Module]map[string]bool
}

// differenceOf compares a unit with what it was. It is nil when other modules
// belong to it.
func differenceOf(before, after *Judged) *difference {
	if len(before.Tops) != len(after.Tops) || len(before.Modules) != len(after.Modules) {
		return nil
	}
	d := &difference{before, after, map[*terraform.Module]map[string]bool{}}
	for i, m := range after.Modules {
		was := before.Modules[i].Module
		if addresses, known := changedAddresses(was, m.Module); known {
			changed := map[string]bool{}
			for _, address := range addresses {
				changed[address] = true
			}
			d.changed[was], d.changed[m.Module] = changed, changed
		}
	}
	return d
}

// known returns the graph of what begins at a top as it was, and whether the
// difference is known of all modules in it.
func (d *difference) known(top int) (*graph, bool) {
	g := d.before.graph(d.before.Tops[top].Module)
	for m := range g.prefixes {
		if judged := slices.ContainsFunc(d.before.Modules, func(j JudgedModule) bool { return j.Module == m }); judged && d.changed[m] == nil {
			d.requireAll()
			return g, false
		}
	}
	return g, true
}

// requireAll has all of the unit read: anything may depend on what has changed.
func (d *difference) requireAll() {
	for _, j := range []*Judged{d.before, d.after} {
		for _, m := range j.Modules {
			m.Module.RequireAll()
		}
	}
}

// newCycle returns a cycle of references that was not there, nil for none. One
// that is new has something in it that has changed.
func (d *difference) newCycle(top int) []string {
	was, known := d.known(top)
	if now := d.after.Tops[top].Module; known {
		return was.after(now, d.changed).newCycle(was)
	} else {
		return d.after.graph(now).newCycle(was)
	}
}

// affected returns what the change bears on, for each top: everything where
// not all that has changed is known.
func (d *difference) affected() []affected {
	out := make([]affected, len(d.after.Tops))
	for i := range out {
		if g, known := d.known(i); known {
			out[i] = g.affected(d.changed)
		}
	}
	return out
}

// affected returns what depends on addresses of modules. What they depended on
// themselves does not matter, so the graph may be that from before the change.
func (g *graph) affected(changed map[*terraform.Module]map[string]bool) affected {
	var queue []string
	for m, prefixes := range g.prefixes {
		for _, prefix := range prefixes {
			for address := range changed[m] {
				queue = append(queue, prefix+address)
			}
		}
	}
	out := affected{}
	if len(queue) == 0 {
		return out
	}
	readers := g.readers()
	for len(queue) > 0 {
		next := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if !out[next] {
			out[next] = true
			queue = append(queue, readers[next]...)
		}
	}
	return out
}

// readers returns what refers to what. Any output of a module that has not been
// read may depend on any argument of its call.
func (g *graph) readers() map[string][]string {
	out := map[string][]string{}
	for from, list := range g.edges {
		for _, e := range list {
			out[e.to] = append(out[e.to], from)
		}
	}
	for node := range g.aside {
		inner := node[:strings.LastIndex(node, "output.")]
		for _, argument := range append(g.arguments[inner], expand) {
			out[inner+argument] = append(out[inner+argument], node)
		}
	}
	return out
}
