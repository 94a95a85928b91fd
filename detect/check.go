package detect

import (
	"cmp"
	"fmt"
	"slices"

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
	// Selected reports whether a table counts as an instance of its module
	// reaches it; nil selects all.
	Selected func(f *Finding, in *eval.Instance) bool
	// Replicas returns the replicas without a key that find a table by its name, in
	// any configuration; nil for none.
	Replicas func(table string) []ForeignReplica
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
	sights = f.selected(sights, o)
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

// selected keeps to the ways to the table that are selected, where some are and
// some are not.
func (f *Finding) selected(sights []*sight, o Options) []*sight {
	if o.Selected == nil {
		return sights
	}
	var kept, left []*eval.Instance
	for _, in := range f.Ways {
		if o.Selected(f, in) {
			kept = append(kept, in)
		} else {
			left = append(left, in)
		}
	}
	if len(kept) == 0 || len(left) == 0 {
		return sights
	}
	f.Ways, f.Left = kept, left
	return slices.DeleteFunc(sights, func(s *sight) bool { return !slices.Contains(kept, s.in) })
}

func (f *Finding) combine(sights []*sight, o Options, errors bool) {
	c := &combination{Finding: f, sights: sights, options: o, errors: errors}
	c.combine()
}

// suppress takes out of the finding what comments suppress. It is Suppressed
// when nothing is left of it.
func (f *Finding) suppress(sights []*sight, o Options, errors bool) {
	var suppressed []*check
	failed := failedAt(f.Table, sights)
	for _, c := range checks {
		if comment := o.Comments.Find(f.declaration(), &c.suppressedBy, failed...); comment != nil {
			suppressed = append(suppressed, c)
			f.Suppression = cmp.Or(f.Suppression, comment)
		}
	}
	if len(suppressed) == 0 || f.Status == Compliant {
		return
	}
	rest := &Finding{Table: f.Table, Ways: f.Ways, Left: f.Left, Status: Compliant, Suppression: f.Suppression}
	if len(suppressed) < len(checks) {
		rest.combine(without(sights, suppressed), o, errors)
	}
	if rest.Status == Compliant {
		f.Status, f.Wants, f.Reason = Suppressed, nil, nil
		return
	}
	*f = *rest
}

// failedAt returns the addresses at which a table is not known to be compliant.
func failedAt(table *terraform.Resource, sights []*sight) []suppress.Address {
	var out []suppress.Address
	for _, s := range sights {
		if s.status() != Compliant {
			out = append(out, addressOf(s.in, table, s.key)...)
		}
	}
	return out
}

// addressOf returns the address of a resource in the configuration that an instance
// of its module is of, none where that has no files.
func addressOf(in *eval.Instance, r *terraform.Resource, key string) []suppress.Address {
	files := in.Root().Files
	if len(files) == 0 {
		return nil
	}
	a := suppress.Address{Text: in.Address() + r.Address() + key, From: files[0]}
	for ; in.Call != nil; in = in.Caller {
		a.Calls = append(a.Calls, in.Call)
	}
	return []suppress.Address{a}
}
