package detect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// A remedy says where a value is decided, and what to set there.
type remedy struct {
	from  string   // "kms_key_arn comes from var.key"
	set   string   // "set key = the ARN"
	calls []string // file:line of those that decide it, none when set says where
}

// maxCalls is how many calls a sentence names.
const maxCalls = 3

// text returns the remedy as a sentence.
func (r remedy) text() string {
	if r.from == "" {
		return ""
	}
	return r.from + "; " + r.cure()
}

// cure returns what to set where.
func (r remedy) cure() string {
	calls := r.calls[:min(len(r.calls), maxCalls)]
	last := len(calls) - 1
	switch more := len(r.calls) - len(calls); {
	case len(r.calls) == 0:
		return r.set
	case more > 0:
		return fmt.Sprintf("%s in the calls at %s and %d more", r.set, strings.Join(calls, ", "), more)
	case last > 0:
		return fmt.Sprintf("%s in the calls at %s and %s", r.set, strings.Join(calls[:last], ", "), calls[last])
	}
	return r.set + " in the call at " + calls[0]
}

// with returns the remedy for what another one is for, too, where that says the
// same of other calls.
func (r remedy) with(other remedy) remedy {
	if r.from == other.from && r.set == other.set {
		for _, call := range other.calls {
			r.calls = appendNew(slices.Clip(r.calls), call)
		}
	}
	return r
}

// byHand says where a value is decided, and what to set there.
func (j *judgement) byHand(a *hclsyntax.Attribute, o eval.Origin, want string) remedy {
	switch {
	case o.Called != nil && o.Kind != eval.Local:
		return j.passedByHand(a, o, want)
	case o.Name != "" && o.In != nil && o.In.Variable(o.Name) != nil && o.Kind != eval.Local:
		return remedy{from: fmt.Sprintf("%s comes from var.%s", a.Name, o.Name), set: fmt.Sprintf("set %s = %s %s", o.Name, want, whereSet(j.in, o))}
	case o.Kind == eval.Local && o.Expr != nil:
		at := o.In.Place(o.Expr.Range()).Line()
		return remedy{from: fmt.Sprintf("%s = %s is set at %s", a.Name, j.in.Written(a.Expr), at), set: fmt.Sprintf("change it to %s there", want)}
	}
	return remedy{from: fmt.Sprintf("%s = %s is computed", a.Name, j.in.Written(a.Expr)), set: "set it to " + want}
}

// passedByHand is byHand for what a call passes, or a member of that: it tells
// when the call leaves the member out.
func (j *judgement) passedByHand(a *hclsyntax.Attribute, o eval.Origin, want string) remedy {
	part := o.Parameter + pathText(o.ParameterPath)
	from := fmt.Sprintf("%s is passed as %s", a.Name, part)
	if o.Called == j.in {
		from = fmt.Sprintf("%s comes from var.%s", a.Name, part)
	}
	call := o.Called.Caller.Place(o.Called.Call.Block.Range()).Line()
	_, object := o.Expr.(*hclsyntax.ObjectConsExpr)
	switch {
	case len(o.ParameterPath) == 0:
	case o.Called.Call.Argument(o.Parameter) == nil:
		call += " (which passes no " + o.Parameter + ")"
	case object:
		call += " (which leaves it out)"
	}
	return remedy{from: from, set: fmt.Sprintf("set %s = %s", part, want), calls: []string{call}}
}

// pathText returns the source of a path into a value.
func pathText(path []cty.Value) string {
	var b strings.Builder
	for _, key := range path {
		switch {
		case !terraform.IsString(key):
			fmt.Fprintf(&b, "[%s]", numberText(key))
		case hclsyntax.ValidIdentifier(key.AsString()):
			b.WriteString("." + key.AsString())
		default:
			fmt.Fprintf(&b, "[%q]", key.AsString())
		}
	}
	return b.String()
}

func numberText(v cty.Value) string {
	if !v.IsKnown() || v.IsNull() || v.Type() != cty.Number {
		return "*"
	}
	return v.AsBigFloat().Text('f', -1)
}

// whereSet says where a variable that no call passes gets its value, and which
// files set it.
func whereSet(in *eval.Instance, o eval.Origin) string {
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
