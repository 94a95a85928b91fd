package detect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
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
func (j *judgement) byHand(r terraform.Result, name, want string) {
	message := fmt.Sprintf("%s is decided elsewhere: make it %s", name, want)
	if r.Variable != "" {
		message = fmt.Sprintf("%s comes from var.%s: set %s = %s %s", name, r.Variable, r.Variable, want, j.whereSet(r.Variable))
	}
	if j.Reason != nil && j.Reason.ID == Variable {
		message = j.Reason.Message + "; " + message
	}
	j.DeclineWith(Variable, message)
}

// byHandRotation declines a finding whose key's rotation is decided elsewhere.
func (j *judgement) byHandRotation(g *Goal) {
	j.DeclineWith(Variable, fmt.Sprintf("enable_key_rotation of %s is decided elsewhere: make it true", g.In.Address()))
}

// whereSet says where a variable gets its value, and which files set it.
func (j *judgement) whereSet(variable string) string {
	loaded, others := j.module.Inputs(variable)
	var files []string
	for _, i := range slices.Concat(loaded, others) {
		file, line, _ := j.module.Position(i.Range)
		files = append(files, fmt.Sprintf("%s:%d", file, line))
	}
	if len(files) > 0 {
		return "in " + strings.Join(files, ", ")
	}
	v := j.module.Variable(variable)
	if v == nil || v.Default == nil {
		return "where the module is called"
	}
	file, line, _ := j.module.Position(v.Default.Range())
	return fmt.Sprintf("where the module is called, or its default at %s:%d", file, line)
}
