package detect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// How a value could be changed where it stands.
const (
	AtOnce      = true  // by a literal, which may stand anywhere
	ByReference = false // by a reference, which variables cannot hold
)

// changeable returns the place of the literal that a result is, when a fix
// may change it there: in the block itself always; else in a root module
// only, since another module's values are its callers'.
func (j *judgement) changeable(r terraform.Result, literal bool) (hcl.Range, bool) {
	switch r.Place {
	case terraform.Direct:
		return r.Expr.Range(), true
	case terraform.InLocal:
		return r.Expr.Range(), j.module.IsRoot()
	}
	if !literal || !j.module.IsRoot() {
		return hcl.Range{}, false
	}
	loaded, others := j.module.Inputs(r.Variable)
	switch r.Place {
	case terraform.InDefault:
		v := j.module.Variable(r.Variable)
		return v.Default.Range(), len(others) == 0
	case terraform.InInput:
		right := func(i terraform.Input) bool { return terraform.AsBool(i.Value).RawEquals(cty.True) }
		return loaded[len(loaded)-1].Range, !slices.ContainsFunc(others, func(i terraform.Input) bool { return !right(i) })
	}
	return hcl.Range{}, false
}

// byHand declines a finding whose value is decided where cmkify does not
// write, and says what to write where.
func (j *judgement) byHand(a *hclsyntax.Attribute, r terraform.Result, want string) {
	message := fmt.Sprintf("%s = %s is computed: make it %s", a.Name, j.module.Source(a.Expr), want)
	switch {
	case r.Variable != "":
		message = fmt.Sprintf("%s comes from var.%s: set %s = %s %s", a.Name, r.Variable, r.Variable, want, j.whereSet(r.Variable))
	case r.Place == terraform.InLocal:
		message = fmt.Sprintf("%s = %s stands at %s: make it %s there", a.Name, j.module.Source(a.Expr), j.place(r.Expr.Range()), want)
	}
	if j.Reason != nil && j.Reason.ID == Variable {
		message = j.Reason.Message + "; " + message
	}
	j.DeclineWith(Variable, message)
}

// whereSet says where a variable gets its value, and which files set it.
func (j *judgement) whereSet(variable string) string {
	loaded, others := j.module.Inputs(variable)
	var files []string
	for _, i := range slices.Concat(loaded, others) {
		files = append(files, j.place(i.Range))
	}
	caller := "where the module is called"
	if j.module.IsRoot() {
		caller = "in terraform.tfvars"
	}
	v := j.module.Variable(variable)
	switch {
	case len(files) > 0:
		return "in " + strings.Join(files, ", ")
	case v.Default == nil:
		return caller
	}
	return fmt.Sprintf("%s, or its default at %s", caller, j.place(v.Default.Range()))
}

func (j *judgement) place(r hcl.Range) string {
	file, line, _ := j.module.Position(r)
	return fmt.Sprintf("%s:%d", file, line)
}
