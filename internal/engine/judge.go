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
	judging := *u
	done := make(chan error, 1)
	go func() { done <- judging.judgeWhole(ctx, o, sources) }()
	select {
	case err := <-done:
		*u = judging
		return err
	case <-ctx.Done():
		u.results = map[*entry]Result{}
		return errInterrupted
	}
}

// judgeWhole judges the unit to the end. A panic, which is a bug, costs this
// unit only. So does the end of the context: what is evaluated behind it is
// unknown, and no verdict.
func (u *unit) judgeWhole(ctx context.Context, o Options, sources map[*entry][]terraform.Source) (err error) {
	begin := func() {
		u.results, u.changes = map[*entry]Result{}, nil
		shared := &Unit{}
		for _, e := range u.members {
			r := Result{Dir: e.dir.Path, Base: e.dir.Base, Unit: shared}
			for _, s := range sources[e] {
				if terraform.IsConfig(s.Name) {
					r.Files++
				}
			}
			u.results[e] = r
		}
	}
	begin()
	defer func() {
		if bug := recover(); bug != nil {
			begin()
			err = fmt.Errorf("%v; nothing is written here: this is a bug in cmkify; please report it", bug)
		} else if ctx.Err() != nil {
			begin()
			err = errInterrupted
		}
		if err != nil {
			err = &tree.PathError{Path: u.members[0].dir.Path, Err: err}
		}
	}()
	u.ctx, u.options, u.demands = ctx, o, map[*entry]*terraform.Demand{}
	for n := 1; ; n++ {
		u.contexts = map[string]*terraform.Module{}
		if !o.NoSuppressions {
			u.comments = suppress.NewReader(time.Now(), u.rules)
		}
		if err = u.settle(sources); !u.grown() || ctx.Err() != nil {
			return err
		}
		if n == lookAgain {
			for _, d := range u.demands {
				d.ReadAll()
			}
			u.grown() // which is told before it is read
		}
		begin()
	}
}

// lookAgain is how often a unit is judged again with those blocks read that it
// was found to need; then all are.
const lookAgain = 3

// demand returns what is asked of a directory.
func (u *unit) demand(e *entry) *terraform.Demand {
	if u.demands[e] == nil {
		u.demands[e] = terraform.NewDemand(u.reads(e))
		if u.options.readAll {
			u.demands[e].ReadAll()
			u.demands[e].Grown()
		}
	}
	return u.demands[e]
}

// grown reports whether more was asked of the directories than was read.
func (u *unit) grown() bool {
	grown := false
	for _, d := range u.demands {
		grown = d.Grown() || grown
	}
	return grown
}

// settle judges the unit, and plans and proves its fix.
func (u *unit) settle(sources map[*entry][]terraform.Source) error {
	size := 0
	for _, list := range sources {
		for _, s := range list {
			size += len(s.Bytes)
		}
	}
	u.budget, u.bodies = eval.NewBudget(u.ctx, size), eval.NewIndex()
	j := u.judged(sources, nil)
	plan, err := fix.Settle(j.Judged, u.selection(j), u.fixOptions(), func(p *fix.Plan) (*fix.Judged, error) {
		after, err := edited(sources, p)
		if err != nil {
			return nil, err
		}
		return u.judged(after, j).Judged, nil
	})
	if err != nil {
		return err
	}
	u.report(j, plan)
	if u.options.left != nil {
		for _, m := range j.modules {
			*u.options.left += m.Skipped()
		}
	}
	if !u.options.Edits {
		return nil
	}
	return u.show(plan, sources)
}

func (u *unit) detectOptions() detect.Options {
	return detect.Options{Comments: u.comments, Selected: u.selected}
}

func (u *unit) fixOptions() fix.Options {
	o := u.options.Fix
	o.Keys.Detect = u.detectOptions()
	o.Keys.Newer = newer
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
