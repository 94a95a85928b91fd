package terraform

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A Result is one thing that an expression can come to: a known value, null,
// or an unknown one with or without an origin. Unknown without origin is
// "from elsewhere": a variable without a value, a module, a remote state.
type Result struct {
	Value     cty.Value // without marks
	Sensitive bool      // the value must not be printed
	Origin    *Origin
	Expr      hclsyntax.Expression // what says so at last: a literal, a reference, a call
	Steps     []Step               // that led there, the first one first
	// Place is where the value stands, so that it could be changed there.
	Place Place
	// Variable is the one whose default or given value it is, "" for none.
	Variable string
	// Branch is what would have to be so for the expression to come to this:
	// "var.own is false", say; "" when nothing unknown decides it.
	Branch string
}

// A Place says where a value stands as a literal.
type Place int

// The places of values.
const (
	Computed  Place = iota // nowhere: it is computed
	Direct                 // in the expression itself
	InLocal                // in a local
	InDefault              // in the default of a variable
	InInput                // in a file of variable values that Terraform loads by itself
)

// A Step is one link between an expression and a result.
type Step struct {
	Text  string
	Range hcl.Range
}

// An Origin is the attribute of a resource or data source that a value comes
// from.
type Origin struct {
	Data       bool
	Type, Name string
	Resource   *Resource // nil when the directory does not declare it
	Attribute  string
	At         hcl.Range // of the attribute's name, in the reference
	Instance   bool      // one instance is meant: the reference has an index
	Key        cty.Value // of the instance, unknown or none when the code does not tell
}

// Address returns the address of what the origin belongs to.
func (o *Origin) Address() string {
	return (&Resource{Data: o.Data, Type: o.Type, Name: o.Name}).Address()
}

// maxSteps bounds how far a value is followed.
const maxSteps = 40

// Results returns what the expression can come to, at least one result.
// Conditions that are known cut branches off. The expression is taken apart
// through locals, variables, conditionals, parentheses, one-part templates,
// indexes, splats, and the functions that give one of their arguments back;
// anything else is evaluated.
func (m *Module) Results(e hclsyntax.Expression, s Scope) []Result {
	return m.results(e, s, path{place: Direct})
}

// A path is how an expression was reached.
type path struct {
	steps    []Step
	place    Place // of a literal found here
	variable string
	branch   string
}

func (p path) step(text string, at hcl.Range) path {
	p.steps = append(slices.Clone(p.steps), Step{text, at})
	return p
}

// through marks that a literal found from here on is not the value's only
// reason, so that changing it is not enough.
func (p path) through() path {
	p.place, p.variable = Computed, ""
	return p
}

func (m *Module) results(e hclsyntax.Expression, s Scope, p path) []Result {
	e = unwrap(e)
	if len(p.steps) > maxSteps {
		return []Result{p.result(cty.DynamicVal, e)}
	}
	switch e := e.(type) {
	case *hclsyntax.ConditionalExpr:
		return m.conditional(e, s, p)
	case *hclsyntax.FunctionCallExpr:
		if out := m.call(e, s, p); out != nil {
			return m.settled(out, e, s, p)
		}
	case *hclsyntax.ScopeTraversalExpr, *hclsyntax.RelativeTraversalExpr, *hclsyntax.IndexExpr:
		if out := m.reference(e, s, p); out != nil {
			return out
		}
	}
	v := m.Value(e, s)
	if len(e.Variables()) > 0 {
		p = p.through()
	}
	return []Result{p.result(v, e)}
}

// settled returns the results of a call, or its value when that is known though
// not what it comes from: an argument of try may fail for reasons of its own.
func (m *Module) settled(out []Result, e hclsyntax.Expression, s Scope, p path) []Result {
	if !slices.ContainsFunc(out, Result.unsettled) {
		return out
	}
	if v := m.Value(e, s); unmark(v).IsKnown() {
		return []Result{p.through().result(v, e)}
	}
	return out
}

func (p path) result(v cty.Value, e hclsyntax.Expression) Result {
	bare, marks := v.UnmarkDeep()
	_, sensitive := marks[Sensitive]
	return Result{Value: bare, Sensitive: sensitive, Expr: e, Steps: p.steps, Place: p.place, Variable: p.variable, Branch: p.branch}
}

// unwrap takes parentheses and the quotes of "${x}" off.
func unwrap(e hclsyntax.Expression) hclsyntax.Expression {
	for {
		switch wrapped := e.(type) {
		case *hclsyntax.ParenthesesExpr:
			e = wrapped.Expression
		case *hclsyntax.TemplateWrapExpr:
			e = wrapped.Wrapped
		default:
			return e
		}
	}
}

// conditional follows the branch that is taken, or both.
func (m *Module) conditional(e *hclsyntax.ConditionalExpr, s Scope, p path) []Result {
	condition, _ := m.Value(e.Condition, s).Unmark()
	p = p.through()
	switch b := AsBool(condition); {
	case !b.IsKnown():
		no, yes := p, p
		if p.branch == "" {
			yes.branch = m.Source(e.Condition) + " is true"
			no.branch = m.Source(e.Condition) + " is false"
		}
		return append(m.results(e.TrueResult, s, yes), m.results(e.FalseResult, s, no)...)
	case b.IsNull():
		return []Result{p.result(cty.DynamicVal, e)}
	case b.True():
		return m.results(e.TrueResult, s, p.step(fmt.Sprintf("the condition is true, so %s", m.Source(e.TrueResult)), e.Condition.Range()))
	default:
		return m.results(e.FalseResult, s, p.step(fmt.Sprintf("the condition is false, so %s", m.Source(e.FalseResult)), e.Condition.Range()))
	}
}

// AsBool converts a value as Terraform does for a bool; what it would refuse
// is unknown.
func AsBool(v cty.Value) cty.Value {
	switch {
	case !v.IsKnown():
		return cty.UnknownVal(cty.Bool)
	case v.IsNull():
		return cty.NullVal(cty.Bool)
	case v.RawEquals(cty.True), v.RawEquals(cty.StringVal("true")):
		return cty.True
	case v.RawEquals(cty.False), v.RawEquals(cty.StringVal("false")):
		return cty.False
	}
	return cty.UnknownVal(cty.Bool)
}

// nothing reports whether a result is null or, where a string is wanted,
// empty, so that coalesce goes on to its next argument.
func (r Result) nothing() bool {
	return r.Value.IsNull() || IsString(r.Value) && r.Value.AsString() == ""
}

// unsettled reports whether nobody knows the result, nor where it comes from.
func (r Result) unsettled() bool { return !r.Value.IsKnown() && r.Origin == nil }
