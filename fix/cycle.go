package fix

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/terraform"
)

// choose returns a key that does not lead back to the table that it is for.
func (p *planner) choose(need *detect.KeyNeed, own *keys.Choice) (keys.Choice, *detect.Reason) {
	for {
		c, reason := p.chooser.For(need, own)
		switch {
		case reason != nil || c.Action == keys.Created || !p.leadsBack(c.Expr, need.Table):
			return c, reason
		case c.Action == keys.UserKey:
			return c, detect.NewReasonf(detect.Variable, "--kms-key %s depends on the table, and Terraform refuses a cycle; set kms_key_arn to another key by hand", c.Ref)
		}
		p.chooser.AvoidReuse(c.Ref)
	}
}

// leadsBack reports whether what names a key depends on a table.
func (p *planner) leadsBack(key string, table *terraform.Resource) bool {
	g := p.references()
	prefix := g.prefix(p.module)
	e, err := terraform.ParseExpression(key, "")
	return err == nil && slices.ContainsFunc(e.Variables(), func(t hcl.Traversal) bool {
		return slices.ContainsFunc(g.targets(p.module, prefix, t), func(from string) bool { return g.reaches(from, prefix+table.Address()) })
	})
}

// leadsToNeedy reports whether an address depends on a table that this run
// gives a key.
func (p *planner) leadsToNeedy(address string) bool {
	g := p.references()
	prefix := g.prefix(p.module)
	return slices.ContainsFunc(p.fixable(), func(o *Outcome) bool {
		needs := slices.ContainsFunc(o.Wants, func(w detect.Want) bool { return w.Value.Key != nil })
		return needs && g.reaches(prefix+address, prefix+o.Table.Address())
	})
}

// references returns the graph of references, made on demand.
func (p *planner) references() *graph {
	if p.graph == nil {
		p.graph = graphOf(p.Ways[0].Root().Module)
	}
	return p.graph
}

// untag takes the tags off new keys whose tags would lead back to a table that
// uses them, or to a local that names them.
func (p *planner) untag() {
	g := p.references()
	prefix := g.prefix(p.module)
	for _, n := range p.chooser.Created {
		var names []string // of what will refer to the key
		for _, table := range p.tablesOf(n) {
			names = append(names, prefix+table.Address())
		}
		for _, o := range p.fixable() {
			for _, s := range p.met[o] {
				if name := localAt(s.at); name != "" {
					names = append(names, prefix+"local."+name)
				}
			}
		}
		n.Tags = slices.DeleteFunc(n.Tags, func(t keys.Tag) bool {
			return slices.ContainsFunc(references(t.Ref+" "+t.Value), func(from string) bool {
				return slices.ContainsFunc(names, func(to string) bool { return g.reaches(prefix+from, to) })
			})
		})
	}
}

// localAt returns the local that a place is in, "" for none.
func localAt(at terraform.Place) string {
	if at.IsZero() || at.File.Body == nil {
		return ""
	}
	for _, b := range at.File.BlocksOf("locals") {
		for _, a := range b.Body.Attributes {
			if a.SrcRange.Start.Byte <= at.Start && at.End <= a.SrcRange.End.Byte {
				return a.Name
			}
		}
	}
	return ""
}
