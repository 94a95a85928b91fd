package terraform

import (
	"maps"
	"slices"
)

// checkLocals notes locals that refer to themselves, each cycle once.
func (m *Module) checkLocals() {
	const open, done = 1, 2
	state := map[string]int{}
	var visit func(name string)
	visit = func(name string) {
		a := m.locals[name]
		if a == nil || state[name] == done {
			return
		}
		if state[name] == open {
			m.fail(m.byPath[a.SrcRange.Filename], a.SrcRange.Start.Byte, "local."+name+" refers to itself")
			return
		}
		state[name] = open
		for _, t := range a.Expr.Variables() {
			if t.RootName() == "local" {
				for _, next := range names(t, m.locals) {
					visit(next)
				}
			}
		}
		state[name] = done
	}
	for _, name := range slices.Sorted(maps.Keys(m.locals)) {
		visit(name)
	}
}
