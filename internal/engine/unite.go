package engine

import (
	"maps"
	"slices"
)

// relevant returns the directories that may declare tables, those from which
// calls may lead there, those with keys that these call, and from which calls may
// lead to such keys: but for examples, which decide nothing for others.
func (x *index) relevant() map[*entry]bool {
	callers := map[*entry][]*entry{}
	var queue []*entry
	out := map[*entry]bool{}
	for _, e := range x.entries {
		for _, to := range e.calls {
			if !e.example {
				callers[to] = append(callers[to], e)
			}
		}
		if e.tables {
			queue = append(queue, e)
		}
	}
	addCallers(queue, callers, out)
	keys := map[*entry]bool{}
	for e := range out {
		if !e.example {
			addKeys(e, keys)
		}
	}
	tables := maps.Clone(out)
	addCallers(slices.Collect(maps.Keys(keys)), callers, out)
	for e := range out {
		e.beside = !tables[e] && !keys[e]
	}
	return out
}

// addCallers adds directories, and those from which calls may lead there.
func addCallers(queue []*entry, callers map[*entry][]*entry, out map[*entry]bool) {
	for len(queue) > 0 {
		e := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if !out[e] {
			out[e] = true
			queue = append(queue, callers[e]...)
		}
	}
}

// addKeys adds the modules that a directory calls, and those that they call,
// which may declare keys of its tables.
func addKeys(e *entry, out map[*entry]bool) {
	for _, to := range e.calls {
		if to.keys && !out[to] {
			out[to] = true
			addKeys(to, out)
		}
	}
}

// unite makes a unit of relevant directories that call each other.
func (x *index) unite(relevant map[*entry]bool) {
	for _, e := range x.entries {
		if !relevant[e] {
			continue
		}
		if e.unit == nil {
			e.unit = &unit{index: x, members: []*entry{e}, done: make(chan struct{})}
		}
		for _, to := range e.calls {
			if relevant[to] && !e.example {
				e.unit.take(to)
			}
		}
	}
	for _, e := range x.entries {
		if e.unit != nil && e.unit.members[0] == e {
			slices.SortFunc(e.unit.members, func(a, b *entry) int { return a.at - b.at })
		}
	}
	for _, e := range x.entries {
		if e.unit != nil && !slices.ContainsFunc(e.unit.members, func(m *entry) bool { return !m.outside }) {
			e.unit = nil // nothing of it was given
		}
	}
}

// take takes a directory, and all that are united with it, into the unit.
func (u *unit) take(e *entry) {
	switch {
	case e.unit == u:
	case e.unit == nil:
		e.unit = u
		u.members = append(u.members, e)
	default:
		for _, m := range e.unit.members {
			m.unit = u
			u.members = append(u.members, m)
		}
	}
}
