package fix

import (
	"maps"

	"cmkify/detect"
)

// maxAlone is how many outcomes are tried each by itself to find the one that
// a proof fails for.
const maxAlone = 50

// Settle returns a plan that is proved. A plan that the proof refuses is made
// again with its next choices: values changed at the table only, new keys
// without tags, with a data source of their own, no key reused. What is left
// costs the outcome that is at fault, not the others. reload returns the module
// as it is judged with a plan's edits made.
func Settle(j *Judged, selection Selection, o Options, reload func(*Plan) (*Judged, error)) (*Plan, error) {
	s := &settler{j, selection, reload}
	for _, next := range []func(*Options){
		func(*Options) {},
		func(o *Options) { o.AtTable = true },
		func(o *Options) { o.Avoid.Tags = true },
		func(o *Options) { o.Avoid.Identity = true },
		func(o *Options) { o.Avoid.Reuse = s.allKeys() },
	} {
		next(&o)
		plan, refused, err := s.try(o)
		if err != nil || refused == nil {
			return plan, err
		}
	}
	return s.without(o)
}

type settler struct {
	judged    *Judged
	selection Selection
	reload    func(*Plan) (*Judged, error)
}

// try makes a plan and proves it.
func (s *settler) try(o Options) (*Plan, *Refusal, error) {
	plan := New(s.judged, s.selection, o)
	if len(plan.Edits) == 0 {
		return plan, nil, nil
	}
	after, err := s.reload(plan)
	if err != nil {
		return nil, nil, err
	}
	return plan, Prove(s.judged, plan, after, s.selection, o), nil
}

func (s *settler) allKeys() map[string]bool {
	out := map[string]bool{}
	for _, r := range s.judged.Module.Resources {
		out[r.Address()] = true
	}
	for _, name := range s.judged.Module.Locals() {
		out["local."+name] = true
	}
	return out
}

// without drops outcomes until the plan for the others is proved.
func (s *settler) without(o Options) (*Plan, error) {
	o.Refused = maps.Clone(o.Refused)
	if o.Refused == nil {
		o.Refused = map[string]*detect.Reason{}
	}
	for {
		plan, refused, err := s.try(o)
		if err != nil || refused == nil {
			return plan, err
		}
		guilty := refused.Tables
		if len(guilty) == 0 {
			guilty = s.guilty(plan, o)
		}
		for _, id := range guilty {
			o.Refused[id] = detect.NewReasonf(detect.Variable,
				"cmkify cannot prove that its fix is safe (%s); change it by hand. This is a bug in cmkify; please report it", refused.Message)
		}
	}
}

// guilty returns the outcomes for which the proof fails when each is fixed
// alone; all of them when it fails for none, or there are too many to try.
func (s *settler) guilty(plan *Plan, o Options) []string {
	var fixable, out []string
	for _, outcome := range plan.Outcomes {
		if outcome.Status == detect.Fixable {
			fixable = append(fixable, outcome.ID())
		}
	}
	if len(fixable) > maxAlone {
		return fixable
	}
	for _, id := range fixable {
		alone := o
		alone.Refused = maps.Clone(o.Refused)
		for _, other := range fixable {
			if other != id {
				alone.Refused[other] = detect.NewReason(detect.Variable, "")
			}
		}
		if _, refused, err := s.try(alone); refused != nil || err != nil {
			out = append(out, id)
		}
	}
	if len(out) == 0 {
		return fixable
	}
	return out
}
