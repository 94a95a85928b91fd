package detect

import (
	"slices"
)

// declined returns why no rewrite can make the table right, nil when one can.
func (c *combination) declined() *Reason {
	lifecycle := c.lifecycleReason()
	if lifecycle != nil && lifecycle.ID == BrokenSibling {
		return lifecycle
	}
	for _, g := range c.groups {
		for _, f := range g.wrong {
			if f.declined != nil {
				return f.declined
			}
		}
	}
	if lifecycle != nil {
		return lifecycle
	}
	for _, g := range c.groups {
		if g.some {
			return c.openReason(g)
		}
		if slices.ContainsFunc(g.wrong, func(f fact) bool { return f.open }) {
			return &Reason{Variable, g.why().text()}
		}
	}
	for _, g := range c.groups {
		if len(g.wrong) > 0 && len(c.open) > 0 {
			return c.named(c.open, NewReasonf(Variable, "cannot determine whether the other instances are compliant; set enabled = true and the ARN of a customer managed key for all of them"))
		}
	}
	return nil
}

// openReason declines an argument that is wrong in one world and right in
// another, beside something that is wrong in all.
func (c *combination) openReason(g *group) *Reason {
	a := g.argument.Attribute()
	if a == nil {
		return NewReason(Variable, "")
	}
	s := g.first
	wrong := func(v *view) bool {
		return slices.ContainsFunc(v.facts, func(f fact) bool { return f.argument == g.argument && f.problem != "" })
	}
	when := ""
	for _, v := range s.possible() {
		if wrong(v) {
			when = s.whenOf(v, wrong)
			break
		}
	}
	right := "the ARN of a customer managed key"
	if g.wrong[0].value.Key == nil {
		right = "true"
	}
	cure := "set it to " + right
	switch why, remote := g.why(), g.argument.In.Remote; {
	case len(why.calls) > 0:
		cure = why.cure()
	case remote != nil:
		return NewReason(ModuleSource, "; "+remote.Help)
	}
	return NewReasonf(Variable, "%s = %s is not right in every case: %sit %s; %s and rerun",
		a.Name, g.argument.In.Written(a.Expr), when, g.wrong[0].branch, cure)
}
