package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"cmkify/fix"
	"cmkify/internal/eval"
	"cmkify/internal/suppress"
	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

// A unit is what must be right together: a directory, or several that call each
// other's tables.
type unit struct {
	index   *index
	members []*entry // in the order of the walk
	done    chan struct{}
	verdict
}

// A verdict is what comes of judging a unit.
type verdict struct {
	results map[*entry]Result
	changes []fix.FileChange // in the order in which they are to be written
}

// A work is a unit that is being judged. The unit itself does not know of it
// until it is done.
type work struct {
	*unit
	verdict
	ctx      context.Context
	options  Options
	comments *suppress.Reader
	budget   *eval.Budget
	bodies   *eval.Index
	contexts map[string]*terraform.Module // that are read, and not judged, by their resolved paths
	demands  map[*entry]*terraform.Demand // what is asked of each directory
}

// attempts is how often a unit is begun again because its files changed while
// it was worked on.
const attempts = 3

// run does everything for the unit.
func (u *unit) run(ctx context.Context, o Options) {
	begun := time.Now()
	defer func() { u.changes = nil }()
	for n := 1; ; n++ {
		err := u.rewrite(ctx, o)
		if errors.Is(err, tree.ErrChanged) && n < attempts {
			continue
		}
		if errors.Is(err, errInterrupted) || errors.Is(err, context.Canceled) {
			for _, e := range u.members {
				u.results[e] = Result{interrupted: true}
			}
			return
		}
		if err != nil {
			u.fail(err)
		}
		break
	}
	for i, e := range u.members {
		r := u.results[e]
		r.Disk, r.Begun = e.dir.Disk(), begun
		if i == 0 {
			r.Took = time.Since(begun)
		}
		r.Errors = append(r.Errors, e.errors...)
		u.results[e] = r
	}
}

// fail adds an error to the result of the directory that it is about, else of
// the first.
func (u *unit) fail(err error) {
	at := u.members[0]
	failed := located(err)
	for _, e := range u.members {
		if e.dir.Path == failed.File || slices.ContainsFunc(e.dir.Names, func(name string) bool { return e.dir.File(name) == failed.File }) {
			at = e
		}
	}
	r := u.results[at]
	r.Errors = append(r.Errors, failed)
	u.results[at] = r
}

// rewrite judges the unit, and writes its fix or shows it.
func (u *unit) rewrite(ctx context.Context, o Options) error {
	sources := map[*entry][]terraform.Source{}
	for _, e := range u.members {
		e.dir.Reading(ctx, func(dir tree.Dir) { sources[e] = read(dir) })
	}
	if err := u.judge(ctx, o, sources); err != nil || !o.Write {
		return err
	}
	return u.write(ctx, sources)
}

// read reads what bears on a directory: its Terraform files, and the others
// that matter.
func read(dir tree.Dir) []terraform.Source {
	var out []terraform.Source
	add := func(name string) {
		src, err := dir.Read(name)
		out = append(out, terraform.Source{Name: name, Path: dir.File(name), Bytes: src, Err: err})
	}
	for _, name := range append(dir.Below(terraform.IsContext), dir.Names...) {
		if terraform.IsConfig(name) || terraform.IsContext(name) {
			add(name)
		}
	}
	return out
}

// unselected counts the tables of a member that the paths of the run lead to, and
// --only and --skip leave out.
func (w *work) unselected(j *judged, m *terraform.Module, e *entry) (count int) {
	for _, f := range j.Findings() {
		if m.File(f.Place().File.Path) == f.Place().File && w.asked(f, e) && !w.selects(f) {
			count++
		}
	}
	return count
}

// report fills the results with what was found and planned.
func (w *work) report(j *judged, plan *fix.Plan) {
	hasTables := j.withTables()
	for i, e := range w.members {
		if e.outside && !e.reached {
			continue
		}
		m := j.Modules[i]
		r := w.results[e]
		r.Sources = w.told(j.sources[e])
		if e.example {
			r.Examples = len(m.Findings)
		}
		r.Unselected = w.unselected(j, m.Module, e)
		for _, o := range plan.Outcomes {
			if m.Module.File(o.Place().File.Path) == o.Place().File {
				r.Outcomes = append(r.Outcomes, o)
			}
		}
		for _, c := range m.Module.Calls {
			if !c.Aside && hasTables[c.Target()] {
				r.Calls++
			}
		}
		if !e.example {
			r.Absent = j.absentOf(m)
		}
		for _, err := range j.errors[e] {
			// One in a file that was not named matters only to tables beside it.
			if f := m.Module.File(err.File); !e.beside && (len(r.Outcomes) > 0 || f == nil || w.writable(f, e)) {
				r.Errors = append(r.Errors, err)
			}
		}
		w.results[e] = r
	}
}

// told returns sources as results have them.
func (w *work) told(sources []terraform.Source) []terraform.Source {
	if w.options.Sources {
		return sources
	}
	out := make([]terraform.Source, len(sources))
	for i, s := range sources {
		out[i] = terraform.Source{Name: s.Name, Path: s.Path}
	}
	return out
}
