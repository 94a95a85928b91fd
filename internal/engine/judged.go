package engine

import (
	"path"
	"slices"
	"strings"

	"cmkify/detect"
	"cmkify/fix"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

// A judged is a unit as it was judged once: before its fix, or with a plan's
// edits made. Its modules are those of the members, in their order.
type judged struct {
	*fix.Judged
	unit    *work
	sources map[*entry][]terraform.Source
	modules map[*entry]*terraform.Module
	member  map[*terraform.Module]*entry
	errors  map[*entry][]terraform.Error
	tops    []*terraform.Module
	remotes []*terraform.Module            // that stand for those of calls
	absent  map[*terraform.Module][]Absent // tables in remote modules that are not created, by their callers
}

// judged loads and judges the modules that sources make up. Directories that are
// what they were before, if that is not nil, are not loaded again, and files not
// parsed.
func (w *work) judged(sources map[*entry][]terraform.Source, before *judged) *judged {
	j := &judged{
		Judged: &fix.Judged{}, unit: w, sources: sources,
		modules: map[*entry]*terraform.Module{}, member: map[*terraform.Module]*entry{}, errors: map[*entry][]terraform.Error{},
		absent: map[*terraform.Module][]Absent{},
	}
	j.load(before)
	j.arrange()
	seeds := map[int]map[*terraform.Module][]*eval.Instance{}
	ways := func(seed int) map[*terraform.Module][]*eval.Instance {
		if seeds[seed] == nil {
			seeds[seed] = j.ways(j.instances(eval.Options{Seed: seed}))
		}
		return seeds[seed]
	}
	j.Tops = j.instances(eval.Options{})
	seeds[0] = j.ways(j.Tops)
	for _, e := range w.members {
		j.check(e, ways)
	}
	for _, m := range j.remotes {
		j.checkRemote(m, ways)
	}
	var planned []*eval.Instance
	j.Plan = func() []*eval.Instance {
		if planned == nil {
			planned = j.instances(eval.Options{Plan: true})
		}
		return planned
	}
	return j
}

// load loads the modules of the members. What they ask of each other is read.
func (j *judged) load(before *judged) {
	for _, e := range j.unit.members {
		switch {
		case before == nil:
			j.modules[e] = terraform.LoadFor(e.dir.Path, j.sources[e], j.unit.demand(e))
		case slices.EqualFunc(j.sources[e], before.sources[e], terraform.Source.Equal):
			j.modules[e] = before.modules[e].Again()
		default:
			j.modules[e] = before.modules[e].Reload(j.sources[e])
		}
	}
	for lacking := j.lacking(); len(lacking) > 0; lacking = j.lacking() {
		for e := range lacking {
			j.modules[e] = j.modules[e].Reload(j.sources[e])
		}
	}
	for e, m := range j.modules {
		m.Nested = j.unit.index.isNested(e)
		e.followTerragrunt(m)
		m.Resolve(func(c *terraform.Call) *terraform.Module { return j.target(e, c) })
		j.member[m] = e
	}
}

// lacking returns the members of which more is to be read for the others.
func (j *judged) lacking() map[*entry]bool {
	out := map[*entry]bool{}
	for _, e := range j.unit.members {
		j.ask(e, j.modules[e], out)
	}
	return out
}

// ask adds the outputs that a module asks for to the demands of those that its
// calls lead to. Members that have not read them are added to lacking.
func (j *judged) ask(e *entry, m *terraform.Module, lacking map[*entry]bool) {
	if e.dir.Disk() == "" {
		return
	}
	for _, c := range m.Calls {
		names := m.Asked(c)
		if len(names) == 0 || !c.Local() {
			continue
		}
		to := j.unit.index.lead(e, c.Source)
		if to == nil {
			continue
		}
		for _, name := range names {
			switch context := j.unit.contexts[to.dir.Disk()]; {
			case j.modules[to] == nil && context != nil:
				context.RequireOutput(name)
			case j.modules[to] == nil:
				j.unit.demand(to).Output(name)
			case lacking == nil:
				j.modules[to].RequireOutput(name)
			case j.modules[to].UnreadOutput(name):
				j.unit.demand(to).Output(name)
				lacking[to] = true
			}
		}
	}
}

// instances returns the tops as instances of one evaluation.
func (j *judged) instances(o eval.Options) []*eval.Instance {
	o.File, o.Budget, o.Index = j.file, j.unit.budget, j.unit.bodies
	if given := j.unit.options.Fix.Keys.Given; given != nil {
		o.Names = given.Names()
	}
	ev := eval.New(o)
	var out []*eval.Instance
	for _, m := range j.tops {
		out = append(out, ev.Top(m))
	}
	return out
}

// check judges the tables of one member. One that no call makes has its tables
// counted, and an instance for what may be said of them.
func (j *judged) check(e *entry, ways func(seed int) map[*terraform.Module][]*eval.Instance) {
	m := j.modules[e]
	out := fix.JudgedModule{Module: m, Ways: ways(0)[m], Staged: e.stacked, Elsewhere: e.outside || e.shown || j.calledUnread(e) || len(e.testers) > 0, Tests: j.testsOf(e)}
	if len(out.Ways) > 0 {
		out.Result = detect.Check(func(seed int) []*eval.Instance { return ways(seed)[m] }, j.unit.detectOptions())
	} else {
		out.Absent = m.OfType(detect.TableType)
		out.Ways = []*eval.Instance{j.Tops[0].Evaluator().Top(m)}
	}
	j.Modules = append(j.Modules, out)
	j.errors[e] = append(j.errors[e], detect.Errors(out.Ways[0])...)
	j.Errors = append(j.Errors, j.errors[e]...)
}

// withTables returns the modules of which tables are judged, or of those that a
// remote one calls.
func (j *judged) withTables() map[*terraform.Module]bool {
	out := map[*terraform.Module]bool{}
	for _, have := range j.Modules {
		if len(have.Findings) == 0 {
			continue
		}
		in := have.Ways[0]
		for out[in.Module] = true; in.Caller != nil && in.Caller.Module.Remote != nil; out[in.Module] = true {
			in = in.Caller
		}
	}
	return out
}

// checkRemote judges the tables of a module that a call leads to and that is not
// of the unit.
func (j *judged) checkRemote(m *terraform.Module, ways func(seed int) map[*terraform.Module][]*eval.Instance) {
	if len(ways(0)[m]) == 0 {
		return
	}
	out := fix.JudgedModule{Module: m, Ways: ways(0)[m], Elsewhere: true}
	out.Result = detect.Check(func(seed int) []*eval.Instance { return ways(seed)[m] }, j.unit.detectOptions())
	j.Modules = append(j.Modules, out)
	in := out.Ways[0]
	for in.Caller.Module.Remote != nil {
		in = in.Caller
	}
	for range out.Absent {
		at := in.Caller.Place(in.Call.Block.TypeRange)
		j.absent[in.Caller.Module] = append(j.absent[in.Caller.Module], Absent{At: at, Address: in.Call.Address()})
	}
}

// target returns the module that a call of a directory leads to: a member, or
// one that is read for what it gives; nil when it is not in reach.
func (j *judged) target(from *entry, c *terraform.Call) *terraform.Module {
	if !c.Local() {
		return j.remote(from, c)
	}
	if from.dir.Disk() == "" {
		return nil
	}
	to := j.unit.index.lead(from, c.Source)
	switch {
	case to == nil:
		return nil
	case j.modules[to] != nil && !from.example:
		return j.modules[to]
	}
	return j.context(to)
}

// context returns a module that is read, and not judged.
func (j *judged) context(e *entry) *terraform.Module {
	u := j.unit
	disk := e.dir.Disk()
	if m, done := u.contexts[disk]; done {
		return m
	}
	var sources []terraform.Source
	e.dir.Reading(u.ctx, func(dir tree.Dir) { sources = read(dir) })
	m := terraform.LoadFor(e.dir.Path, sources, u.demand(e))
	u.contexts[disk] = m
	j.ask(e, m, nil)
	m.Resolve(func(c *terraform.Call) *terraform.Module {
		if !c.Local() {
			return nil
		}
		if to := u.index.lead(e, c.Source); to != nil && to != e {
			return j.context(to)
		}
		return nil
	})
	return m
}

// file reads a file of a member's directory that an expression names.
func (j *judged) file(m *terraform.Module, name string) ([]byte, bool) {
	e := j.member[m]
	if e != nil && !path.IsAbs(name) && !strings.HasPrefix(path.Clean(name), "..") && e.dir.Disk() != "" {
		if src, err := e.dir.Read(name); err == nil {
			return src, true
		}
	}
	return nil, false
}
