package fix

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/fix/splice"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// New plans the changes that fix the findings of a unit that are selected.
func New(j *Judged, selection Selection, o Options) *Plan {
	if j.uses == nil {
		j.uses = readers{}
	}
	p := &planner{Judged: j, selection: selection, options: o, readers: j.uses, contested: map[spot]bool{}}
	for _, f := range j.Findings() {
		if selection.Table(f) {
			p.outcomes = append(p.outcomes, p.outcome(f))
		}
	}
	p.settle()
	p.warn()
	return p.plan()
}

type planner struct {
	*Judged
	selection Selection
	options   Options
	outcomes  []*Outcome
	readers   readers
	homes     map[*terraform.Module]*home
	// met are the sites where the wants of each outcome are met.
	met map[*Outcome][]site
	// contested are the spots of which two wants say different things.
	contested map[spot]bool
}

// outcome returns what a finding is before anything is planned.
func (p *planner) outcome(f *detect.Finding) *Outcome {
	o := &Outcome{Finding: f, Status: f.Status, Reason: f.Reason}
	for _, k := range f.Keys {
		o.Keys = append(o.Keys, keys.Choice{For: k.For, Ref: k.Ref, Action: keys.Used, Resource: k.Resource, In: k.In})
	}
	if refused := p.options.Refused[o.ID()]; refused != nil && o.Status == detect.Fixable {
		o.decline(refused)
	}
	return o
}

func (p *planner) fixable() []*Outcome {
	return slices.DeleteFunc(slices.Clone(p.outcomes), func(o *Outcome) bool { return o.Status != detect.Fixable })
}

// settle decides for each outcome where its wants are met, until none has been
// declined on the way, and no two want different things of one place: what is
// fixed decides which values have other readers.
func (p *planner) settle() {
	for again := true; again; again = again || p.contest() {
		again = false
		p.begin()
		arguments := p.arguments()
		for _, o := range p.fixable() {
			reason := p.meet(o, arguments)
			if reason == nil {
				reason = cmp.Or(p.harmful(o), unmet(o))
			}
			if reason != nil {
				o.decline(reason)
				again = true
			}
		}
	}
	var choices []keys.Choice
	for _, o := range p.fixable() {
		choices = append(choices, o.Keys...)
	}
	for _, h := range p.homes {
		h.chooser.Prune(choices)
		h.chooser.Tag(p.tablesOf)
		p.untag(h)
	}
}

// arguments returns the arguments that this run fixes.
func (p *planner) arguments() map[*hclsyntax.Attribute]bool {
	out := map[*hclsyntax.Attribute]bool{}
	for _, o := range p.fixable() {
		for _, w := range o.Wants {
			if a := w.Argument.Attribute(); a != nil {
				out[a] = true
			}
			if w.Decides != nil {
				out[w.Decides] = true
			}
		}
	}
	return out
}

// maxReplicas is for how many replicas of one table keys are made.
const maxReplicas = 100

// meet finds the sites of an outcome's wants, and its keys, or says why there
// are none.
func (p *planner) meet(o *Outcome, arguments map[*hclsyntax.Attribute]bool) *detect.Reason {
	o.Keys = slices.DeleteFunc(o.Keys, func(k keys.Choice) bool { return k.Action != keys.Used })
	own := o.key(detect.TableKey)
	wants := o.Wants
	if len(wants) > maxReplicas {
		return detect.NewReasonf(detect.ReplicaExpression, "it has %d replicas, more than AWS has regions; set kms_key_arn, with a key of its region, on each", len(wants)-1)
	}
	for i := 0; i < len(wants); i++ {
		d, reason := p.decide(&wants[i], own, arguments)
		if reason == nil {
			reason = cmp.Or(p.refuse(d.sites), p.unselected(o.Finding, d.sites))
		}
		if reason != nil {
			return reason
		}
		for _, c := range d.keys {
			o.addKey(c)
			if c.Rotation != nil {
				wants = append(slices.Clone(wants), *c.Rotation)
			}
		}
		if need := wants[i].Value.Key; need != nil && need.Replica == nil {
			own = o.key(detect.TableKey)
		}
		p.met[o] = append(p.met[o], d.sites...)
	}
	return nil
}

// key returns the last key of the outcome that is for a table or region.
func (o *Outcome) key(of string) *keys.Choice {
	for _, k := range slices.Backward(o.Keys) {
		if k.For == of {
			return &k
		}
	}
	return nil
}

func (o *Outcome) addKey(c keys.Choice) {
	same := func(k keys.Choice) bool {
		return k.For == c.For && k.Ref == c.Ref && k.From == c.From && k.Action == c.Action
	}
	if !slices.ContainsFunc(o.Keys, same) {
		o.Keys = append(o.Keys, c)
	}
}

// tablesOf returns the tables that a new key is for. None are those to which it is
// passed through more calls than one.
func (p *planner) tablesOf(n *keys.New) []keys.Tagged {
	var out []keys.Tagged
	seen := map[*terraform.Resource]bool{}
	for _, o := range p.fixable() {
		if seen[o.Table] {
			continue
		}
		for _, k := range o.Keys {
			if k.New != n {
				continue
			}
			t := keys.Tagged{Table: o.Table}
			if k.From != nil {
				for _, way := range p.homeOf(o).Ways {
					if way.Caller != nil && way.Caller.Module == k.From {
						t.Ways = append(t.Ways, way)
					}
				}
				if len(t.Ways) == 0 {
					return nil
				}
			}
			out, seen[o.Table] = append(out, t), true
			break
		}
	}
	return out
}

func (p *planner) plan() *Plan {
	plan := &Plan{Outcomes: p.outcomes, Ranks: map[string]int{}, meant: p.meant()}
	for _, c := range p.changes() {
		plan.Edits = append(plan.Edits, needed(c.edits(), c.tables)...)
	}
	for _, m := range p.Modules {
		h := p.homes[m.Module]
		if len(h.chooser.Created) > 0 {
			edits := needed(p.keyEdits(h), p.wantKeys(h))
			plan.Ranks[edits[len(edits)-1].File] = keysFirst
			plan.Edits = append(plan.Edits, edits...)
		}
		for _, edit := range p.variableEdits(h) {
			plan.Ranks[edit.File] = keysFirst // what refers to it follows
			plan.Edits = append(plan.Edits, edit)
		}
	}
	for _, o := range p.fixable() {
		for _, s := range p.met[o] {
			if s.called {
				path := s.file().Path
				plan.Ranks[path] = max(plan.Ranks[path], callsLast-p.homes[s.argument.In].depth())
			}
		}
	}
	splice.Sort(plan.Edits)
	return plan
}

// needed notes which tables need the edits.
func needed(edits []splice.Edit, tables []string) []splice.Edit {
	for i := range edits {
		edits[i].Tables = tables
	}
	return edits
}

// wantKeys returns the IDs of the outcomes that are given new keys of a module.
func (p *planner) wantKeys(h *home) []string {
	var out []string
	for _, o := range p.fixable() {
		if slices.ContainsFunc(o.Keys, func(k keys.Choice) bool { return slices.Contains(h.chooser.Created, k.New) }) {
			out = append(out, o.ID())
		}
	}
	return out
}

// note adds what is said of the choice of a new key.
func (p *planner) note(o *Outcome) {
	for _, u := range p.homeOf(o).chooser.Unused(o.Table) {
		o.Notes = append(o.Notes, u.Step)
		if u.Expected {
			o.PassedOver = append(o.PassedOver, u.Step)
		}
	}
	if o.Table.Counted() && o.Remote() == nil {
		o.Notes = append(o.Notes, eval.Step{At: o.Place(), Text: "the key has no count: it costs $1 a month even when the table is not created"})
	}
}
