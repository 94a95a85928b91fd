package detect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cmkify/internal/eval"
	"cmkify/internal/suppress"
	"cmkify/internal/terraform"
)

// TableType is the resource type that all is about.
const TableType = "aws_dynamodb_table"

// Options say what counts.
type Options struct {
	// Comments finds the comments that suppress a check; nil finds none.
	Comments *suppress.Reader
}

// A Result is what is known of the tables of one module.
type Result struct {
	Findings []*Finding            // of the tables that have instances, by place
	Absent   []*terraform.Resource // the tables that have none: count is 0, for_each is empty
}

// Check judges the tables of one module, by all instances of it that are in
// reach: each(0) returns them. It never fails: what cannot be judged is
// Unknown. Where a verdict might depend on the bytes of a stand-in, it is made
// again with the instances that each(1) returns, which have others.
func Check(each func(seed int) []*eval.Instance, o Options) Result {
	var out Result
	ways := each(0)
	if len(ways) == 0 {
		return out
	}
	var others []*eval.Instance
	ways[0].Evaluator().Doubt()
	errors := len(Errors(ways[0])) > 0
	for _, table := range ways[0].OfType(TableType) {
		f := checkTable(ways, table, o, errors)
		if f != nil && ways[0].Evaluator().Doubt() {
			if others == nil {
				others = each(1)
			}
			if again := checkTable(others, table, o, errors); again == nil || !sameVerdict(f, again) {
				f.undecided(NewReason(UnknownKeyBranch, ": the result of a function depends on an ARN that is not known yet"))
			}
		}
		if f == nil {
			out.Absent = append(out.Absent, table)
			continue
		}
		out.Findings = append(out.Findings, f)
	}
	slices.SortStableFunc(out.Findings, func(a, b *Finding) int { return a.Place().Compare(b.Place()) })
	return out
}

func sameVerdict(a, b *Finding) bool {
	ids := func(f *Finding) (out []string) {
		for _, p := range f.Problems {
			out = append(out, fmt.Sprint(p.ID, p.At.Start))
		}
		slices.Sort(out)
		return out
	}
	return a.Status == b.Status && slices.Equal(ids(a), ids(b))
}

// A sight is what all worlds say of one instance of a table, in one way that
// its module is reached.
type sight struct {
	in       *eval.Instance
	key      string
	views    []*view
	complete bool // there are no more worlds
}

// checkTable judges a table; nil when it has no instances.
func checkTable(ways []*eval.Instance, table *terraform.Resource, o Options, errors bool) *Finding {
	f := &Finding{Table: table, Status: Compliant}
	var sights []*sight
	for _, in := range ways {
		seen := look(in, table, o)
		if len(seen) > 0 {
			f.Ways = append(f.Ways, in)
		}
		sights = append(sights, seen...)
	}
	if len(sights) == 0 {
		return nil
	}
	if remote := f.Remote(); remote != nil && remote.Unread != "" {
		f.undecided(NewReason(RemoteModule, ": "+remote.Unread))
	} else {
		f.combine(sights, o, errors)
	}
	f.suppress(sights, o, errors)
	if f.Remote() != nil {
		f.moveToCall()
	}
	return f
}

func (f *Finding) combine(sights []*sight, o Options, errors bool) {
	c := &combination{Finding: f, sights: sights, options: o, errors: errors}
	c.combine()
}

// suppress takes out of the finding what comments suppress. It is Suppressed
// when nothing is left of it.
func (f *Finding) suppress(sights []*sight, o Options, errors bool) {
	var suppressed []*check
	for _, c := range checks {
		if comment := o.Comments.Find(f.declaration(), &c.suppressedBy); comment != nil {
			suppressed = append(suppressed, c)
			f.Suppression = cmp.Or(f.Suppression, comment)
		}
	}
	if len(suppressed) == 0 || f.Status == Compliant {
		return
	}
	rest := &Finding{Table: f.Table, Ways: f.Ways, Status: Compliant, Suppression: f.Suppression}
	if len(suppressed) < len(checks) {
		rest.combine(without(sights, suppressed), o, errors)
	}
	if rest.Status == Compliant {
		f.Status, f.Wants, f.Reason = Suppressed, nil, nil
		return
	}
	*f = *rest
}

// look judges the instances of a table in one instance of its module.
func look(in *eval.Instance, table *terraform.Resource, o Options) []*sight {
	ev := in.Evaluator()
	var keys []string
	complete := ev.Explore(func() {
		list, _ := in.Expand(table)
		for _, e := range list {
			if !slices.Contains(keys, e.Key) {
				keys = append(keys, e.Key)
			}
		}
	})
	var out []*sight
	for _, key := range keys {
		s := &sight{in: in, key: key}
		all := ev.Explore(func() {
			list, _ := in.Expand(table)
			for _, e := range list {
				if e.Key == key {
					s.views = append(s.views, judge(in, table, e, o))
				}
			}
		})
		s.complete = all && complete
		out = append(out, s)
	}
	return out
}

// possible returns the worlds that Terraform does not refuse; all when it
// refuses each of them.
func (s *sight) possible() []*view {
	out := slices.DeleteFunc(slices.Clone(s.views), func(v *view) bool { return v.impossible })
	if len(out) == 0 {
		return s.views
	}
	return out
}

// status returns the verdict on the instance: wrong or compliant in all
// worlds, else not known.
func (s *sight) status() Status {
	broken, repairable, right := 0, 0, 0
	for _, v := range s.possible() {
		switch {
		case v.undecided != nil || v.impossible:
			return Unknown
		case v.broken():
			broken++
		case v.wrong():
			repairable++
		default:
			right++
		}
	}
	switch {
	case !s.complete || broken > 0 && right > 0:
		return Unknown
	case broken+repairable > 0:
		return Manual
	}
	return Compliant
}

// reason says why an instance is not known to be right or wrong: the first
// argument that is right in one world and wrong in another.
func (s *sight) reason() *Reason {
	views := s.possible()
	for _, v := range views {
		if v.undecided != nil {
			return v.undecided
		}
	}
	if !s.complete {
		return NewReason(UnknownKeyBranch, fmt.Sprintf(": the configuration leaves more than %d cases open", eval.MaxWorlds))
	}
	for _, v := range views {
		if v.impossible {
			return NewReason(UnknownKeyBranch, ": its key cannot be evaluated")
		}
		if !v.broken() {
			continue
		}
		bad := v.facts[slices.IndexFunc(v.facts, func(f fact) bool { return f.problem != "" && !f.repair })]
		sameBad := func(v *view) bool {
			return slices.ContainsFunc(v.facts, func(f fact) bool { return f.argument == bad.argument && f.problem != "" && !f.repair })
		}
		id := UnknownKeyBranch
		switch bad.problem {
		case EncryptionDisabled:
			id = UnknownEnabled
		case NoEncryptionBlock:
			id = UnknownDynamic
		}
		return NewReason(id, ": "+s.whenOf(v, sameBad)+"it "+bad.branch)
	}
	return NewReason(UnknownKeyBranch, "")
}

// whenOf names the decisions of a world without which it would not be wrong:
// "when var.own is true ". Of a question with several answers it names all that
// make it so; a question of which every answer can is left out.
func (s *sight) whenOf(v *view, wrong func(*view) bool) string {
	var out []string
	for n, d := range v.decisions {
		var all, same []string
		matters := false
		for _, other := range s.possible() {
			if !samePath(other.decisions, v.decisions, n) || len(other.decisions) <= n || other.decisions[n].Key != d.Key {
				continue
			}
			matters = matters || wrong(other) != wrong(v)
			text := other.decisions[n].Text
			all = appendNew(all, text)
			if wrong(other) {
				same = appendNew(same, text)
			}
		}
		if matters && len(same) < len(all) && slices.Contains(same, d.Text) {
			out = append(out, strings.Join(same, " or "))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "when " + strings.Join(out, " and ") + " "
}

func appendNew(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

func samePath(a, b []eval.Decision, n int) bool {
	return len(a) >= n && len(b) >= n && slices.Equal(a[:n], b[:n])
}
