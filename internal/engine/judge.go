package engine

import (
	"context"
	"fmt"
	"time"

	"cmkify/detect"
	"cmkify/fix"
	"cmkify/internal/eval"
	"cmkify/internal/suppress"
	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

// judge judges the tables of the unit from its sources, and plans and proves
// their fix. Nothing is changed. When the context ends, that is given up where
// it stands, whatever it is about.
func (u *unit) judge(ctx context.Context, o Options, sources map[*entry][]terraform.Source) error {
	w := &work{unit: u, ctx: ctx, options: o, demands: map[*entry]*terraform.Demand{}}
	done := make(chan error, 1)
	go func() { done <- w.judge(sources) }()
	select {
	case err := <-done:
		u.verdict = w.verdict
		return err
	case <-ctx.Done():
		u.results = map[*entry]Result{}
		return errInterrupted
	}
}

// judge judges the unit to the end. A panic, which is a bug, costs this
// unit only. So does the end of the context: what is evaluated behind it is
// unknown, and no verdict.
func (w *work) judge(sources map[*entry][]terraform.Source) (err error) {
	begin := func() {
		w.results, w.changes = map[*entry]Result{}, nil
		shared := &Unit{}
		for _, e := range w.members {
			r := Result{Dir: e.dir.Path, Base: e.dir.Base, Unit: shared}
			for _, s := range sources[e] {
				if terraform.IsConfig(s.Name) {
					r.Files++
				}
			}
			w.results[e] = r
		}
	}
	begin()
	defer func() {
		if bug := recover(); bug != nil {
			begin()
			err = fmt.Errorf("%v; nothing is written here: this is a bug in cmkify; please report it", bug)
		} else if w.ctx.Err() != nil {
			begin()
			err = errInterrupted
		}
		if err != nil {
			err = &tree.PathError{Path: w.members[0].dir.Path, Err: err}
		}
	}()
	for n := 1; ; n++ {
		w.contexts = map[string]*terraform.Module{}
		if !w.options.NoSuppressions {
			w.comments = suppress.NewReader(time.Now(), w.rules)
		}
		if err = w.settle(sources); !w.grown() || w.ctx.Err() != nil {
			return err
		}
		if n == lookAgain {
			for _, d := range w.demands {
				d.ReadAll()
			}
			w.grown() // which is told before it is read
		}
		begin()
	}
}

// lookAgain is how often a unit is judged again with those blocks read that it
// was found to need; then all are.
const lookAgain = 3

// demand returns what is asked of a directory.
func (w *work) demand(e *entry) *terraform.Demand {
	if w.demands[e] == nil {
		w.demands[e] = terraform.NewDemand(w.reads(e))
		if w.options.readAll {
			w.demands[e].ReadAll()
			w.demands[e].Grown()
		}
	}
	return w.demands[e]
}

// grown reports whether more was asked of the directories than was read.
func (w *work) grown() bool {
	grown := false
	for _, d := range w.demands {
		grown = d.Grown() || grown
	}
	return grown
}

// settle judges the unit, and plans and proves its fix.
func (w *work) settle(sources map[*entry][]terraform.Source) error {
	size := 0
	for _, list := range sources {
		for _, s := range list {
			size += len(s.Bytes)
		}
	}
	w.budget, w.bodies = eval.NewBudget(w.ctx, size), eval.NewIndex()
	j := w.judged(sources, nil)
	plan, err := fix.Settle(j.Judged, w.selection(j), w.fixOptions(), func(p *fix.Plan) (*fix.Judged, error) {
		after, err := edited(sources, p)
		if err != nil {
			return nil, err
		}
		return w.judged(after, j).Judged, nil
	})
	if err != nil {
		return err
	}
	w.report(j, plan)
	if w.options.left != nil {
		for _, m := range j.modules {
			*w.options.left += m.Skipped()
		}
	}
	if !w.options.Edits {
		return nil
	}
	return w.show(plan, sources)
}

func (w *work) detectOptions() detect.Options {
	return detect.Options{Comments: w.comments, Selected: w.selected, Replicas: w.index.replicasOf}
}

func (w *work) fixOptions() fix.Options {
	o := w.options.Fix
	o.Keys.Detect = w.detectOptions()
	o.Keys.Newer, o.Keys.GrantedElsewhere = newer, w.index.grantedElsewhere
	return o
}

// newer reports whether a module is used with version 6 or later of the AWS
// provider, as far as it, or those that call it, tell. Where both majors are
// allowed, or nothing is said, a root module is taken to use the newer one, a
// module that others call to be used with the older one, too.
func newer(in *eval.Instance) bool {
	for ; in != nil; in = in.Caller {
		switch in.RegionSign() {
		case terraform.NewerSign:
			return true
		case terraform.OlderSign:
			return false
		case terraform.EitherSign:
			return in.Caller == nil && !in.Open
		}
		if in.Caller == nil {
			return !in.Open
		}
	}
	return false
}
