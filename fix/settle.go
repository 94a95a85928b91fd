package fix

import (
	"cmp"
	"maps"
	"slices"

	"cmkify/detect"
)

// maxAlone is how many outcomes are tried each by itself to find the one that
// a proof fails for.
const maxAlone = 50

// Settle returns a plan that is proved. A plan that the proof refuses is made
// again with no key reused. What is left costs the outcome that is at fault; the
// others are planned anew, with all choices. reload returns the module as it is
// judged with a plan's edits made.
func Settle(j *Judged, selection Selection, o Options, reload func(*Plan) (*Judged, error)) (*Plan, error) {
	s := &settler{j, selection, reload}
	o.Refused = maps.Clone(o.Refused)
	if o.Refused == nil {
		o.Refused = map[string]*detect.Reason{}
	}
	for {
		plan, guilty, err := s.choices(o)
		if err != nil || len(guilty) == 0 {
			return plan, err
		}
		maps.Copy(o.Refused, guilty)
	}
}

type settler struct {
	judged    *Judged
	selection Selection
	reload    func(*Plan) (*Judged, error)
}

// choices returns the plan of the first choices that the proof takes; when it
// takes none, the outcomes that are at fault, and why.
func (s *settler) choices(o Options) (plan *Plan, guilty map[string]*detect.Reason, err error) {
	plan, refused, err := s.try(o)
	if err != nil || refused == nil {
		return plan, nil, err
	}
	o.AvoidReuse = s.allKeys()
	if plan, refused, err = s.try(o); err != nil || refused == nil {
		return plan, nil, err
	}
	ids := refused.Tables
	if len(ids) == 0 {
		ids = s.guilty(plan, o)
	}
	if other := s.against(ids, plan, o); other != nil {
		return plan, map[string]*detect.Reason{other.ID(): inTheWay(other, plan, ids)}, nil
	}
	guilty = map[string]*detect.Reason{}
	for _, id := range ids {
		guilty[id] = refused.reason()
	}
	return plan, guilty, nil
}

// against returns an outcome whose fix changes what that of the given ones rests
// on, which would be proved without it; nil where there is none, or too many to try.
func (s *settler) against(ids []string, plan *Plan, o Options) *Outcome {
	others := slices.DeleteFunc(slices.Clone(plan.Outcomes), func(other *Outcome) bool {
		return other.Status != detect.Fixable || slices.Contains(ids, other.ID())
	})
	if len(others) > maxAlone {
		return nil
	}
	for _, other := range others {
		without := o
		without.Refused = maps.Clone(o.Refused)
		without.Refused[other.ID()] = detect.NewReason(detect.Variable, "")
		if rest, refused, err := s.try(without); refused == nil && err == nil && rest.fixes(ids) {
			return other
		}
	}
	return nil
}

// fixes reports whether a plan fixes all of the given outcomes.
func (p *Plan) fixes(ids []string) bool {
	return !slices.ContainsFunc(p.Outcomes, func(o *Outcome) bool { return o.Status != detect.Fixable && slices.Contains(ids, o.ID()) })
}

// inTheWay returns why an outcome is left to a person whose fix is against that of
// others: where its value is decided, and that they depend on that.
func inTheWay(of *Outcome, plan *Plan, ids []string) *detect.Reason {
	at := slices.IndexFunc(plan.Outcomes, func(o *Outcome) bool { return o.ID() == ids[0] })
	why := byHand(&of.Wants[0]).Message
	return detect.NewReasonf(detect.Variable, "%s; %s depends on that value, too", why, plan.Outcomes[at].Address())
}

// reason returns why an outcome is left to a person.
func (r *Refusal) reason() *detect.Reason {
	if r.Harm {
		return detect.NewReasonf(detect.Variable, "with its fix, %s; %s", r.Message, cmp.Or(r.Help, "change both by hand"))
	}
	return detect.NewReasonf(detect.Variable,
		"cmkify cannot prove that its fix is safe (%s); change it by hand. This is a bug in cmkify; please report it", r.Message)
}

// try makes a plan and proves it. What only the changed code tells is added then.
func (s *settler) try(o Options) (*Plan, *Refusal, error) {
	plan := New(s.judged, s.selection, o)
	if len(plan.Edits) == 0 {
		return plan, nil, nil
	}
	after, err := s.reload(plan)
	if err != nil {
		return nil, nil, err
	}
	refused := Prove(s.judged, plan, after, s.selection, o)
	if refused == nil {
		plan.staleTests(s.judged, after)
		plan.rotations(s.judged, after)
	}
	return plan, refused, nil
}

func (s *settler) allKeys() map[string]bool {
	out := map[string]bool{}
	for _, m := range s.judged.Modules {
		for _, r := range m.Module.Resources {
			out[r.Address()] = true
		}
		for _, name := range m.Module.Locals() {
			out["local."+name] = true
		}
	}
	return out
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
