package fix

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"cmkify/detect"
	"cmkify/fix/graph"
	"cmkify/fix/keys"
	"cmkify/internal/terraform"
)

// choose returns a key of a module that does not lead back to the table that it
// is for.
func (p *planner) choose(h *home, need *detect.KeyNeed, at terraform.ProviderRegion, own *keys.Choice) (keys.Choice, *detect.Reason) {
	for {
		var c keys.Choice
		var reason *detect.Reason
		if h.Module == need.In.Module {
			c, reason = h.chooser.For(need, own)
		} else {
			c, reason = h.chooser.Pass(need, at)
		}
		switch {
		case reason != nil || c.Action == keys.Created || !p.leadsBack(h, c.Expr, need):
			return c, reason
		case c.Action == keys.UserKey:
			return c, detect.NewReasonf(detect.Variable, "--kms-key %s depends on the table, and Terraform refuses a cycle; set kms_key_arn to another key by hand", c.Ref)
		}
		h.chooser.AvoidReuse(c.Ref)
	}
}

// leadsBack reports whether what names a key in a module depends on the table
// of a need.
func (p *planner) leadsBack(h *home, key string, need *detect.KeyNeed) bool {
	g := p.references(h)
	prefix, table := g.Prefix(h.Module), g.Prefix(need.In.Module)+need.Table.Address()
	e, err := terraform.ParseExpression(key, "")
	return err == nil && slices.ContainsFunc(e.Variables(), func(t hcl.Traversal) bool {
		return slices.ContainsFunc(g.Targets(h.Module, prefix, t, graph.ForValue), func(from string) bool { return g.Reaches(from, table) })
	})
}

// leadsToNeedy reports whether an address in a module depends on a table that
// this run gives a key.
func (p *planner) leadsToNeedy(h *home, address string) bool {
	g := p.references(h)
	prefix := g.Prefix(h.Module)
	return slices.ContainsFunc(p.fixable(), func(o *Outcome) bool {
		needs := slices.ContainsFunc(o.Wants, func(w detect.Want) bool { return w.Value.Key != nil })
		return needs && g.Reaches(prefix+address, g.Prefix(o.In().Module)+o.Table.Address())
	})
}

// references returns the graph of references of all that the first way to a
// module begins with.
func (p *planner) references(h *home) *graph.Graph {
	return p.graph(h.Ways[0].Root().Module)
}

// untag takes the tags off new keys whose tags would lead back to a table that
// uses them, or to a local that names them.
func (p *planner) untag(h *home) {
	if len(h.chooser.Created) == 0 {
		return
	}
	g := p.references(h)
	prefix := g.Prefix(h.Module)
	for _, n := range h.chooser.Created {
		var names []string // of what will refer to the key
		for _, t := range p.tablesOf(n) {
			at := prefix
			if len(t.Ways) > 0 {
				at = g.Prefix(t.Ways[0].Module)
			}
			names = append(names, at+t.Table.Address())
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
				return slices.ContainsFunc(names, func(to string) bool { return g.Reaches(prefix+from, to) })
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
