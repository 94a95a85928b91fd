package engine

import (
	"slices"
	"sync"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// replicas are those without a key that find their tables by name, by this. They
// are read when it is first asked for.
type replicas struct {
	once   sync.Once
	byName map[string][]detect.ForeignReplica
}

// replicasOf returns the replicas of tables of a name, in all given directories.
func (x *index) replicasOf(name string) []detect.ForeignReplica {
	x.replicas.once.Do(x.readReplicas)
	return x.replicas.byName[name]
}

// readReplicas evaluates the configurations whose bytes say that they, or modules
// which they call, have such resources.
func (x *index) readReplicas() {
	x.replicas.byName = map[string][]detect.ForeignReplica{}
	if !slices.ContainsFunc(x.entries, func(e *entry) bool { return e.replicas }) {
		return
	}
	loaded := map[*entry]*terraform.Module{}
	for _, e := range x.entries {
		if e.err != nil || e.example || e.outside || !e.leadsToReplicas(map[*entry]bool{}) || x.called(e) {
			continue
		}
		for _, f := range detect.ForeignReplicas(eval.New(eval.Options{}).Top(x.load(e, loaded))) {
			x.replicas.byName[f.Name] = append(x.replicas.byName[f.Name], f)
		}
	}
}

// called reports whether another directory calls one.
func (x *index) called(e *entry) bool {
	return slices.ContainsFunc(x.entries, func(from *entry) bool { return !from.example && slices.Contains(from.calls, e) })
}

func (e *entry) leadsToReplicas(seen map[*entry]bool) bool {
	if seen[e] {
		return false
	}
	seen[e] = true
	return e.replicas || slices.ContainsFunc(e.calls, func(to *entry) bool { return to.leadsToReplicas(seen) })
}

// load loads a module with those that its calls lead to. Calls that lead round in
// a circle lead nowhere.
func (x *index) load(e *entry, loaded map[*entry]*terraform.Module) *terraform.Module {
	if m, begun := loaded[e]; begun {
		return m
	}
	loaded[e] = nil
	m := terraform.Load(e.dir.Path, read(e.dir))
	m.Resolve(func(c *terraform.Call) *terraform.Module {
		if !c.Local() {
			return nil
		}
		if to := x.lead(e, c.Source); to != nil && slices.Contains(e.calls, to) {
			return x.load(to, loaded)
		}
		return nil
	})
	for _, c := range m.Calls {
		c.Target()
	}
	loaded[e] = m
	return m
}
