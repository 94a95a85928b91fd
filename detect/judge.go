package detect

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// A fact is what one argument of a table comes to in one case: in one instance
// of the table, in one world.
type fact struct {
	check    *check // nil for what is asked of a key alone
	argument Argument
	problem  ProblemID // "" when it is right
	at       terraform.Place
	of       string               // what else the problem is about: the region of a replica, its address; "" for nothing
	value    Value                // what it must be
	source   *Source              // where the wrong value is written, nil where it is computed
	nothing  bool                 // it is null or empty
	repair   bool                 // it can be set right in this case alone, whatever it is in others
	decides  *hclsyntax.Attribute // what else the value decides as it is meant to, nil for nothing: see Want.Decides
	switches bool                 // what a call passes for it switches that block on, too
	open     bool                 // a variable that others decide is what it is
	why      remedy               // where the value comes from
	declined *Reason              // why no rewrite can fix it, else nil
	comment  string               // to be written above
	keys     []Key                // that a right one names
	branch   string               // a sentence about the wrong value, for a table that is right in other cases
	trace    []eval.Step          // that lead to the value
}

// detail returns what follows the sentence of the problem.
func (f *fact) detail() string {
	if f.of == "" {
		return ""
	}
	return ": " + f.of
}

// A view is what one world says of one instance of a table.
type view struct {
	facts     []fact
	undecided *Reason // why nothing can be said, else nil
	// undecidedBy is the check that cannot say.
	undecidedBy *check
	impossible  bool // Terraform refuses the configuration in this world
	decisions   []eval.Decision
}

// wrong reports whether something is wrong with the table in this world.
func (v *view) wrong() bool {
	for _, f := range v.facts {
		if f.problem != "" {
			return true
		}
	}
	return false
}

// broken reports whether something is wrong that cannot be set right in this
// world alone.
func (v *view) broken() bool {
	return slices.ContainsFunc(v.facts, func(f fact) bool { return f.problem != "" && !f.repair })
}

// A judgement is a view in the making.
type judgement struct {
	*view
	in       *eval.Instance // in which keys are named
	home     *eval.Instance // of the table
	table    *terraform.Resource
	instance string // key of the table's instance
	scope    eval.Scope
	options  Options
	check    *check // that is being made
	steps    int    // from table to table, of those that hand on their keys
}

// judge returns what the world that is being tried says of an instance of a
// table.
func judge(in *eval.Instance, table *terraform.Resource, e eval.Expansion, o Options) *view {
	j := &judgement{view: &view{}, in: in, home: in, table: table, instance: e.Key, scope: e.Scope, options: o}
	for _, c := range checks {
		j.check = c
		c.judge(j)
		if j.undecided != nil && j.undecidedBy == nil {
			j.undecidedBy = c
		}
	}
	j.decisions = in.Evaluator().Decisions()
	return j.view
}

// inside returns the same judgement, in which keys are named in another instance.
func (j *judgement) inside(in *eval.Instance) *judgement {
	out := *j
	out.in = in
	return &out
}

func (j *judgement) add(f fact) {
	f.check = j.check
	j.facts = append(j.facts, f)
}

// argument returns the argument of that name in a block of the table.
func (j *judgement) argument(block *hclsyntax.Block, nested, name string) Argument {
	return Argument{In: j.in.Module, Resource: j.table, Block: block, Nested: nested, Name: name}
}

func (j *judgement) place(r hcl.Range) terraform.Place { return j.in.Place(r) }

// tablePlace returns where the table is declared.
func (j *judgement) tablePlace() terraform.Place { return j.place(j.table.Block.TypeRange) }
