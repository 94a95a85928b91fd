package fix

import (
	"cmkify/fix/graph"
	"cmkify/internal/terraform"
)

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
func (d *difference) known(top int) (*graph.Graph, bool) {
	g := d.before.graph(d.before.Tops[top].Module)
	for m := range g.Prefixes {
		if d.before.Judges(m) && d.changed[m] == nil {
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
		return was.After(now, d.changed).NewCycle(was)
	} else {
		return d.after.graph(now).NewCycle(was)
	}
}

// affected returns what the change bears on, for each top: everything where
// not all that has changed is known.
func (d *difference) affected() []graph.Affected {
	out := make([]graph.Affected, len(d.after.Tops))
	for i := range out {
		if g, known := d.known(i); known {
			out[i] = g.Affected(d.changed)
		}
	}
	return out
}
