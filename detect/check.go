// Package detect reads a module and says which DynamoDB tables are not
// encrypted with a customer managed key, and why. A module goes in; one
// Finding a table comes out, with its problems, the goals that would mend
// them, or the reason why a person must. Nothing is read, printed or changed.
package detect

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// Check returns one finding for each table of the module that has instances,
// in the order of their places. It never fails: what cannot be judged is
// Unknown, and what stands beside a broken file is Manual.
func Check(m *terraform.Module, o Options) []*Finding {
	var out []*Finding
	for _, table := range m.OfType(terraform.TableType) {
		if f := check(m, table, o); f != nil {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b *Finding) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column)
	})
	return out
}

// check judges a table by its worst instance; nil when it has none.
func check(m *terraform.Module, table *terraform.Resource, o Options) *Finding {
	instances, _ := m.Instances(table)
	var worst *Finding
	var named []string
	mixed := false
	for _, i := range instances {
		f := judge(m, table, i.Scope, o)
		switch {
		case worst == nil:
			worst, named = f, []string{i.Key}
		case sameVerdict(worst, f):
			named = append(named, i.Key)
		case f.Status == Fixable && worst.Status == Fixable:
			// Each wants its own mended: all of it is, or the next run would go on.
			mixed = true
			worst.join(f)
			named = append(named, i.Key)
		default:
			mixed = true
			if badness(f) > badness(worst) {
				worst, named = f, []string{i.Key}
			}
		}
	}
	if mixed {
		worst.name(named)
	}
	if worst != nil {
		if worst.Suppression = tableSuppressed(table, o); worst.Suppression != nil && worst.Status != Compliant {
			worst.Status, worst.Goals, worst.Reason = Suppressed, nil, nil
		}
	}
	return worst
}

func badness(f *Finding) int {
	return slices.Index([]ID{Suppressed, Compliant, Unknown, Fixable, Manual}, f.Status)
}

func sameVerdict(a, b *Finding) bool {
	return a.Status == b.Status && reflect.DeepEqual(a.Problems, b.Problems) && reflect.DeepEqual(a.Reason, b.Reason)
}

// join adds what another instance of the table has wrong, and wants.
func (f *Finding) join(other *Finding) {
	for _, p := range other.Problems {
		if !slices.Contains(f.Problems, p) {
			f.Problems = append(f.Problems, p)
		}
	}
	for _, g := range other.Goals {
		if !slices.ContainsFunc(f.Goals, func(have Goal) bool { return reflect.DeepEqual(have, g) }) {
			f.Goals = append(f.Goals, g)
		}
	}
}

// name says in the finding's messages which instances it is about.
func (f *Finding) name(keys []string) {
	const most = 3
	var addresses []string
	for _, k := range keys[:min(most, len(keys))] {
		addresses = append(addresses, f.Address+k)
	}
	where := " (" + strings.Join(addresses, ", ")
	if n := len(keys) - most; n > 0 {
		where += fmt.Sprintf(" and %d more", n)
	}
	where += ")"
	for i := range f.Problems {
		f.Problems[i].Message += where
	}
	if len(f.Problems) == 0 && f.Reason != nil {
		f.Reason.Message += where
	}
}

// judge judges one instance of a table.
func judge(m *terraform.Module, table *terraform.Resource, scope terraform.Scope, o Options) *Finding {
	f := &Finding{Table: table, Address: table.Address(), Module: m.Dir, Status: Compliant}
	f.File, f.Line, f.Column = m.Position(table.Declared.Range())
	j := &judgement{Finding: f, module: m, scope: scope, options: o}
	j.encryption()
	if f.Status != Unknown {
		j.replicas()
		j.settle()
	}
	if f.Status == Unknown || len(f.Problems) == 0 {
		return f
	}
	if f.Status == Compliant {
		f.Status = Fixable
	}
	j.decline()
	if f.Status != Fixable {
		f.Goals = nil // those that were noted before something was found in the way
	}
	return f
}

// A judgement is a finding in the making.
type judgement struct {
	*Finding
	module  *terraform.Module
	scope   terraform.Scope
	options Options
	// open is a key of which some branch is none, nil when there is no such.
	open *openKey
}

// An openKey is the attribute of a key that is wrong in one branch and right
// in another, and which of them is taken is not known.
type openKey struct {
	attribute *hclsyntax.Attribute
	branch    string // the sentence that names it
}

// settle decides a finding with an open key: nobody knows whether the table is
// right, unless something else is wrong with it anyway.
func (j *judgement) settle() {
	switch {
	case j.open == nil || j.Status == Manual:
	case len(j.Problems) == 0:
		j.undecided(UnknownKeyBranch, j.open.branch)
	default:
		j.DeclineWith(Variable, fmt.Sprintf("%s = %s is not right in every case%s: make it the ARN of a customer managed key, then run cmkify again",
			j.open.attribute.Name, j.module.Source(j.open.attribute.Expr), j.open.branch))
	}
}
