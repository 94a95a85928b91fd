package detect

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// byHand says where a value is decided, and what to set there.
func (j *judgement) byHand(a *hclsyntax.Attribute, o eval.Origin, want string) string {
	switch {
	case o.Name != "" && o.In != nil && o.In.Variable(o.Name) != nil && o.Kind != eval.Local:
		return fmt.Sprintf("%s comes from var.%s; set %s = %s %s", a.Name, o.Name, o.Name, want, whereSet(j.in, o))
	case o.Called != nil && o.Kind != eval.Local && len(o.ParameterPath) == 0:
		return fmt.Sprintf("%s is passed as %s; set %s = %s %s", a.Name, o.Parameter, o.Parameter, want, whereSet(j.in, o))
	case o.Kind == eval.Local && o.Expr != nil:
		return fmt.Sprintf("%s = %s is set at %s; change it to %s there", a.Name, j.in.Written(a.Expr), o.In.Place(o.Expr.Range()).Line(), want)
	}
	return fmt.Sprintf("%s = %s is computed; set it to %s", a.Name, j.in.Written(a.Expr), want)
}

// whereSet says where a variable gets its value, and which files set it.
func whereSet(in *eval.Instance, o eval.Origin) string {
	if o.Called != nil {
		return "in the call at " + o.Called.Caller.Place(o.Called.Call.Block.Range()).Line()
	}
	var files []string
	loaded, others := in.Inputs(o.Name)
	for _, i := range append(loaded, others...) {
		place := terraform.Place{File: i.File}
		if i.Expr != nil {
			place.Start = i.Expr.Range().Start.Byte
		}
		files = append(files, place.Line())
	}
	v := in.Variable(o.Name)
	switch {
	case len(files) > 0:
		return "in " + strings.Join(files, ", ")
	case in.Open:
		return "where the module is called"
	case v == nil || v.Default == nil:
		return "in terraform.tfvars"
	}
	return fmt.Sprintf("in terraform.tfvars, or its default at %s", in.Place(v.Default.Range()).Line())
}
