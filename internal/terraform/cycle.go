package terraform

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
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
			m.fail(m.byPath[a.SrcRange.Filename], a.SrcRange.Start.Byte, fmt.Sprintf("local.%s refers to itself", name))
			return
		}
		state[name] = open
		for _, t := range a.Expr.Variables() {
			if t.RootName() == "local" {
				for _, next := range StepNames(t, m.Locals) {
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

// StepNames returns which names a traversal of var, local or module reads: the
// next step, or all when that is computed.
func StepNames(t hcl.Traversal, all func() []string) []string {
	if len(t) > 1 {
		switch step := t[1].(type) {
		case hcl.TraverseAttr:
			return []string{step.Name}
		case hcl.TraverseIndex:
			if IsString(step.Key) {
				return []string{step.Key.AsString()}
			}
		}
	}
	return all()
}
