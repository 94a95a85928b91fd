package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/fix/graph"
	"cmkify/internal/terraform"
)

// delayed returns what Terraform does not know in the plan of an outcome's fix,
// and the graph that says so, for the first way that there is something.
func (p *planner) delayed(o *Outcome) (*deferral, *delayed) {
	var d *deferral
	for _, root := range p.rootsOf(o) {
		d = p.deferral(root)
		out := &delayed{}
		for _, changed := range p.changedBy(d, o) {
			of := d.of(changed)
			out.broken, out.risky, out.changed = append(out.broken, of.broken...), append(out.risky, of.risky...), append(out.changed, of.changed...)
		}
		if len(out.broken)+len(out.risky)+len(out.changed) > 0 {
			return d, out
		}
	}
	return d, &delayed{}
}

// rootsOf returns the modules at which the ways to an outcome's table begin.
func (p *planner) rootsOf(o *Outcome) []*terraform.Module {
	var out []*terraform.Module
	for _, way := range o.Ways {
		if root := way.Root().Module; !slices.Contains(out, root) {
			out = append(out, root)
		}
	}
	return out
}

// changedBy returns the nodes of the resources that an outcome's fix changes in
// place.
func (p *planner) changedBy(d *deferral, o *Outcome) []changedNode {
	var out []changedNode
	add := func(m *terraform.Module, r *terraform.Resource, attribute string) {
		for _, prefix := range d.Prefixes[m] {
			out = append(out, changedNode{prefix + r.Address(), attribute})
		}
	}
	if encrypts(o) {
		add(o.In().Module, o.Table, encryptionBlock)
	} else {
		add(o.In().Module, o.Table, "")
	}
	if slices.ContainsFunc(o.Wants, func(w detect.Want) bool { return w.Argument.Nested == replicaBlock }) {
		add(o.In().Module, o.Table, replicaBlock)
	}
	for _, w := range beside(o) {
		attribute := w.Argument.Name
		if w.Argument.Attribute() != nil { // the proof knows what it was
			attribute = ""
		}
		add(w.Argument.In, w.Argument.Resource, attribute)
	}
	return out
}

// beside returns the wants of an outcome's fix that are met in other resources
// than its table: in keys, that they rotate.
func beside(o *Outcome) []detect.Want {
	wants := slices.Clone(o.Wants)
	for _, k := range o.Keys {
		if k.Rotation != nil {
			wants = append(wants, *k.Rotation)
		}
	}
	return slices.DeleteFunc(wants, func(w detect.Want) bool {
		return w.For != detect.KeyNotRotated || w.Argument.Resource == nil || w.Argument.Resource == o.Table
	})
}

// harmful says why an outcome's fix could not be planned, or what else it would
// change; nil when it does neither.
func (p *planner) harmful(o *Outcome) *detect.Reason {
	d, delayed := p.delayed(o)
	if len(delayed.changed) > 0 {
		read := delayed.changed[0]
		return detect.NewReasonf(detect.Variable, "its fix would change %s, which reads %s; change both by hand", d.lineOf(read.reader), read.data)
	}
	if len(delayed.broken) == 0 {
		return nil
	}
	read := delayed.broken[0]
	return detect.NewReasonf(detect.Variable, "with its fix, Terraform would read %s during apply only, and could not plan the %s; fix it by hand, and apply the table first with -target",
		read.data, d.lineOf(read.reader))
}

// deferred warns of resources that may be replaced because a data source is read
// during apply only.
func (w *warner) deferred() {
	d, delayed := w.delayed(w.outcome)
	if len(delayed.risky) == 0 {
		return
	}
	read := delayed.risky[0]
	where := d.lineOf(read.reader)
	if read.data != "" {
		where += " reads " + read.data
	}
	if n := len(delayed.risky) - 1; n > 0 {
		where += fmt.Sprintf(", and %d more", n)
	}
	commands := []string{"terraform apply " + strings.Join(w.targets(w.outcome.Table.Address(), nil), " "), "terraform apply"}
	message := fmt.Sprintf("%s (%s): %s", detect.Sentence(detect.WarningKind, detect.DeferredData), where, strings.Join(commands, "; "))
	w.add(Warning{ID: detect.DeferredData, Message: message, Commands: commands})
}

// lineOf says where something reads what is delayed: the count, for_each or
// provider that does, else the block.
func (d *deferral) lineOf(r reader) string {
	at := d.at[r.name]
	if at.isValue() {
		return d.lineAt(r.Expr.Range())
	}
	block := at.block()
	for _, name := range []string{"count", "for_each"} {
		if a := block.Body.Attributes[name]; a != nil && r.Purpose == graph.ForSize {
			return name + " at " + at.module.Place(a.SrcRange).Line()
		}
	}
	line := at.module.Place(block.TypeRange).Line()
	if at.provider != nil {
		return "provider at " + line
	}
	return line
}

// lineAt says where a range is, in whichever module.
func (d *deferral) lineAt(at hcl.Range) string {
	for m := range d.Prefixes {
		if f := m.File(at.Filename); f != nil {
			return m.Place(at).Line()
		}
	}
	return at.String()
}

// block returns the block of what is not a value.
func (at location) block() *hclsyntax.Block {
	switch {
	case at.resource != nil:
		return at.resource.Merged
	case at.provider != nil:
		return at.provider.Merged
	case at.outside != nil:
		return at.outside.Merged
	}
	return at.call.Merged
}
