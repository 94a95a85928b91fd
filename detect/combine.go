package detect

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A combination makes one finding of what is known of each instance of a
// table.
type combination struct {
	*Finding
	sights  []*sight
	options Options
	errors  bool     // the module has errors
	wrong   []*sight // instances that are wrong in all worlds
	open    []*sight // those of which nobody knows
	groups  []*group
}

// A group is all that is known of one argument, over instances and worlds.
type group struct {
	argument Argument
	wrong    []fact
	worst    []sighted // of each instance in which it is wrong, the first
	right    int       // how often it is right
	first    *sight    // the first instance in which it is wrong
	some     bool      // in one of these it is right in another world
}

// A sighted is a fact of one instance.
type sighted struct {
	fact
	sight *sight
}

func (f *Finding) undecided(r *Reason) {
	f.Status, f.Wants, f.Problems, f.Reason = Unknown, nil, nil, r
}

func (f *Finding) decline(r *Reason) {
	f.Status, f.Wants, f.Reason = Manual, nil, r
}

// combine fills the finding.
func (c *combination) combine() {
	for _, s := range c.sights {
		switch s.status() {
		case Manual:
			c.wrong = append(c.wrong, s)
		case Unknown:
			c.open = append(c.open, s)
		}
	}
	c.keep()
	switch {
	case len(c.wrong) == 0 && len(c.open) > 0 && c.errors:
		c.decline(NewReason(BrokenSibling, ""))
		return
	case len(c.wrong) == 0 && len(c.open) > 0:
		c.undecided(c.named(c.open, c.open[0].reason()))
		return
	case len(c.wrong) == 0:
		return
	}
	c.Status = Fixable
	c.group()
	for _, g := range c.groups {
		if !g.some {
			c.report(g)
		}
	}
	for _, g := range c.groups {
		if len(c.Problems) == 0 {
			c.report(g) // wrong in all cases, in each by something else
		}
	}
	if r := c.declined(); r != nil {
		c.decline(r)
		return
	}
	for _, g := range c.groups {
		if len(g.wrong) > 0 {
			w := g.want()
			w.Partly = len(c.Left) > 0
			c.Wants = append(c.Wants, w)
		}
	}
}

// keep takes in the keys that the table may keep, and the steps of the first
// instance that is worst.
func (c *combination) keep() {
	for _, s := range c.sights {
		for _, v := range s.possible() {
			for _, f := range v.facts {
				for _, k := range f.keys {
					c.addKey(k, f)
				}
			}
		}
	}
	first := c.sights[0]
	switch {
	case len(c.wrong) > 0:
		first = c.wrong[0]
	case len(c.open) > 0:
		first = c.open[0]
	}
	views := first.possible()
	worst := views[0]
	for _, v := range views {
		if v.wrong() && !worst.wrong() {
			worst = v
		}
	}
	for _, f := range worst.facts {
		c.Trace = append(c.Trace, f.trace...)
	}
}

// addKey adds a key; where one argument comes to several, it is called by its
// source.
func (c *combination) addKey(k Key, f fact) {
	at := slices.IndexFunc(c.Keys, func(have Key) bool { return have.For == k.For })
	switch {
	case at < 0:
		c.Keys = append(c.Keys, k)
	case c.Keys[at].Ref != k.Ref:
		if a := f.argument.Attribute(); a != nil {
			c.Keys[at].Ref = f.argument.In.Source(a.Expr)
		}
		if c.Keys[at].Resource != k.Resource {
			c.Keys[at].Resource, c.Keys[at].In = nil, nil
		}
	}
}

// group sorts the facts of all instances by what they are about.
func (c *combination) group() {
	for _, s := range c.sights {
		wrongHere := map[*group]bool{}
		rightHere := map[*group]bool{}
		seen := map[*group]bool{} // in a world before
		for _, v := range s.possible() {
			here := map[*group]bool{}
			for _, f := range v.facts {
				g := c.groupOf(f.argument)
				if f.problem == "" {
					g.right++
					rightHere[g] = true
					continue
				}
				if !slices.Contains(c.wrong, s) {
					continue
				}
				g.wrong = append(g.wrong, f)
				if !seen[g] {
					g.worst = append(g.worst, sighted{f, s})
				}
				here[g] = true
				wrongHere[g] = wrongHere[g] || !f.repair
				if g.first == nil {
					g.first = s
				}
			}
			maps.Copy(seen, here)
		}
		for _, g := range c.groups {
			g.some = g.some || wrongHere[g] && rightHere[g]
		}
	}
}

func (c *combination) groupOf(a Argument) *group {
	for _, g := range c.groups {
		if g.argument == a {
			return g
		}
	}
	g := &group{argument: a}
	c.groups = append(c.groups, g)
	return g
}

// report adds the problems of a group: of each instance that of one world.
func (c *combination) report(g *group) {
	for _, f := range g.worst {
		p := Problem{ID: f.problem, At: f.at, Detail: f.detail() + c.instances(g.with(f.fact))}
		if !slices.ContainsFunc(c.Problems, func(have Problem) bool {
			return have.ID == p.ID && have.At == p.At && strings.HasPrefix(have.Detail, f.detail())
		}) {
			c.Problems = append(c.Problems, p)
		}
	}
}

// with returns the instances that have the problem of a fact, at its place.
func (g *group) with(f fact) []*sight {
	var out []*sight
	for _, w := range g.worst {
		if w.problem == f.problem && w.at == f.at && !slices.Contains(out, w.sight) {
			out = append(out, w.sight)
		}
	}
	return out
}

// instances names the instances that something is about, where that is not
// all of them: " (aws_dynamodb_table.t[\"a\"] and 2 more)".
func (c *combination) instances(of []*sight) string {
	const most = 3
	if len(of) == len(c.sights) {
		return ""
	}
	var names []string
	for _, s := range of[:min(most, len(of))] {
		names = append(names, c.name(s))
	}
	out := strings.Join(names, ", ")
	if n := len(of) - most; n > 0 {
		out += fmt.Sprintf(" and %d more", n)
	}
	return " (" + out + ")"
}

// name returns the address of an instance, and the directory of its root where
// the table has that address in others, too.
func (c *combination) name(s *sight) string {
	address := s.in.Address() + c.Table.Address() + s.key
	for _, other := range c.sights {
		if other.in.Root() != s.in.Root() && other.in.Address()+c.Table.Address()+other.key == address {
			return address + " in " + s.in.Root().Dir
		}
	}
	return address
}

func (c *combination) named(of []*sight, r *Reason) *Reason {
	return &Reason{r.ID, r.Message + c.instances(of)}
}
