package fix

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// New plans the changes that fix the findings of a module that are selected.
func New(j *Judged, selection Selection, o Options) *Plan {
	p := &planner{Judged: j, module: j.Module, selection: selection, options: o, readers: readersOf(j.Module), contested: map[terraform.Place]bool{}}
	p.options.Keys.Reads, p.options.Keys.LeadsBack, p.options.Keys.Writable = p.reads, p.leadsToNeedy, p.writable
	for _, f := range j.Findings {
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
	module    *terraform.Module
	selection Selection
	options   Options
	readers   readers
	outcomes  []*Outcome
	chooser   *keys.Chooser
	graph     *graph
	// met are the sites where the wants of each outcome are met.
	met map[*Outcome][]site
	// contested are the places of which two wants say different things.
	contested map[terraform.Place]bool
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
		p.chooser = keys.NewChooser(p.Ways[0], p.Findings, p.options.Keys, p.options.AvoidReuse)
		p.met = map[*Outcome][]site{}
		arguments := p.arguments()
		for _, o := range p.fixable() {
			if reason := p.meet(o, arguments); reason != nil {
				o.decline(reason)
				again = true
			}
		}
	}
	var choices []keys.Choice
	for _, o := range p.fixable() {
		choices = append(choices, o.Keys...)
	}
	p.chooser.Prune(choices)
	p.chooser.Tag(p.tablesOf)
	p.untag()
}

// arguments returns the arguments that this run fixes.
func (p *planner) arguments() map[*hclsyntax.Attribute]bool {
	out := map[*hclsyntax.Attribute]bool{}
	for _, o := range p.fixable() {
		for _, w := range o.Wants {
			if a := w.Argument.Attribute(); a != nil {
				out[a] = true
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
	var own *keys.Choice
	for i, k := range o.Keys {
		if k.For == detect.TableKey {
			own = &o.Keys[i]
		}
	}
	wants := o.Wants
	if len(wants) > maxReplicas {
		return detect.NewReasonf(detect.ReplicaExpression, "it has %d replicas, more than AWS has regions; set kms_key_arn, with a key of its region, on each", len(wants)-1)
	}
	for i := 0; i < len(wants); i++ {
		w := &wants[i]
		var choice *keys.Choice
		if w.Value.Key != nil {
			c, reason := p.choose(w.Value.Key, own)
			if reason != nil {
				return reason
			}
			choice = &c
			o.Keys = append(o.Keys, c)
			if w.Value.Key.Replica == nil {
				own = choice
			}
			if c.Rotation != nil {
				wants = append(slices.Clone(wants), *c.Rotation)
				w = &wants[i]
			}
		}
		sites, reason := p.sites(w, choice, arguments)
		if reason == nil {
			reason = p.refuse(sites)
		}
		if reason != nil {
			return reason
		}
		p.met[o] = append(p.met[o], sites...)
	}
	return nil
}

// writable reports whether a file of Terraform's own syntax may be changed.
func (p *planner) writable(f *terraform.File) bool {
	return !f.Generated() && !f.JSON() && p.selection.Writable(f)
}

// refuse says why sites are not written, nil when they are.
func (p *planner) refuse(sites []site) *detect.Reason {
	for _, s := range sites {
		f := s.file()
		switch {
		case f.Generated():
			return detect.NewReason(detect.GeneratedFile, "")
		case !p.selection.Writable(f):
			return detect.NewReason(detect.UnnamedFile, ": "+f.Path)
		case f.JSON() && !terraform.IsInputs(f.Name):
			if p.module.IsOverride(f) {
				return detect.NewReason(detect.Override, "")
			}
			return jsonReason(sites)
		}
	}
	return nil
}

// tablesOf returns the tables that a new key is for.
func (p *planner) tablesOf(n *keys.New) []*terraform.Resource {
	var out []*terraform.Resource
	for _, o := range p.fixable() {
		if slices.ContainsFunc(o.Keys, func(k keys.Choice) bool { return k.New == n }) {
			out = append(out, o.Table)
		}
	}
	return out
}

func (p *planner) plan() *Plan {
	plan := &Plan{Outcomes: p.outcomes}
	var edits []Edit
	for _, c := range p.changes() {
		edits = append(edits, needed(c.edits(), c.tables)...)
	}
	if len(p.chooser.Created) > 0 {
		edits = append(edits, needed(p.keyEdits(plan), p.wantKeys())...)
	}
	sortEdits(edits)
	plan.Edits = edits
	return plan
}

// needed notes which tables need the edits.
func needed(edits []Edit, tables []string) []Edit {
	for i := range edits {
		edits[i].Tables = tables
	}
	return edits
}

// wantKeys returns the IDs of the outcomes that are given new keys.
func (p *planner) wantKeys() []string {
	var out []string
	for _, o := range p.fixable() {
		if slices.ContainsFunc(o.Keys, func(k keys.Choice) bool { return k.Action == keys.Created }) {
			out = append(out, o.ID())
		}
	}
	return out
}

// created returns the tables that are given new keys.
func (p *planner) created() []*terraform.Resource {
	var out []*terraform.Resource
	for _, o := range p.fixable() {
		if slices.ContainsFunc(o.Keys, func(k keys.Choice) bool { return k.Action == keys.Created }) {
			out = append(out, o.Table)
		}
	}
	return out
}

// notes returns what is said of the choice of a new key under -v.
func (p *planner) notes(o *Outcome) []eval.Step {
	out := p.chooser.Unused(o.Table)
	if o.Table.Counted() {
		out = append(out, eval.Step{At: o.Place(), Text: "the key has no count: it costs $1 a month even when the table is not created"})
	}
	return out
}
