package eval

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// A Kind says where the value of an expression is written.
type Kind int

// The kinds of origins.
const (
	Computed        Kind = iota // nowhere: it is computed, or not known
	Literal                     // in the expression itself
	Local                       // in a local
	Default                     // in the default of a variable
	TFVars                      // in a file of variable values
	Argument                    // in the argument of a module call
	MissingArgument             // in a default, because a module call leaves the argument out
)

// An Origin is where the value of an expression is written, as far as
// references lead to it.
type Origin struct {
	Kind  Kind
	In    *Instance            // whose module the expression is of
	Expr  hclsyntax.Expression // what says so at last
	Scope Scope
	// Name is the local or variable that holds the value; for a call's
	// argument the argument. Path is what is taken of that: keys and indexes.
	Name string
	Path []cty.Value
	// Called is the outermost instance whose call passes, or leaves out, the
	// value: as the argument Parameter, of which ParameterPath is taken.
	Called        *Instance
	Parameter     string
	ParameterPath []cty.Value
	Steps         []Step
}

// A Step is one link between an expression and its origin.
type Step struct {
	At   terraform.Place
	Text string
}

// Trace follows an expression to where its value is written: through locals,
// variables, the calls that pass them, objects and lists that are written out,
// and the taken side of a conditional.
func (i *Instance) Trace(e hclsyntax.Expression, s Scope) Origin {
	t := tracer{o: Origin{Kind: Literal, In: i, Scope: s}}
	t.follow(site{in: i, scope: s, e: e}, nil)
	return t.o
}

type tracer struct {
	o     Origin
	moves int
}

// end notes that the value is what the site's expression says.
func (t *tracer) end(s site, rest []cty.Value) {
	t.o.In, t.o.Scope, t.o.Expr = s.in, s.scope, s.e
	if len(rest) > 0 {
		t.o.Kind = Computed
	}
}

func (t *tracer) step(s site, text string) {
	t.o.Steps = append(t.o.Steps, Step{s.in.Place(s.e.Range()), text})
}

// follow goes on from a site, of whose value the keys in path are taken.
func (t *tracer) follow(s site, path []cty.Value) {
	s.e = Unwrap(s.e)
	if t.moves++; t.moves > maxDepth*4 {
		t.o.Kind = Computed
		t.end(s, nil)
		return
	}
	switch e := s.e.(type) {
	case *hclsyntax.ConditionalExpr:
		t.conditional(s, e, path)
	case *hclsyntax.ScopeTraversalExpr:
		t.traversal(s, e.Traversal, path)
	case *hclsyntax.RelativeTraversalExpr:
		if keys, ok := keysOfSteps(e.Traversal); ok && !s.takesFromObject(e.Source) {
			t.follow(s.with(e.Source), append(keys, path...))
			return
		}
		t.end(s, path)
	case *hclsyntax.IndexExpr:
		t.index(s, e, path)
	case *hclsyntax.ObjectConsExpr:
		t.object(s, path)
	case *hclsyntax.TupleConsExpr:
		t.tuple(s, path)
	case *hclsyntax.UnaryOpExpr:
		t.computed(s, path, e.Val)
	case *hclsyntax.BinaryOpExpr:
		t.computed(s, path, e.LHS, e.RHS)
	case *hclsyntax.FunctionCallExpr, *hclsyntax.ForExpr, *hclsyntax.SplatExpr:
		t.end(s, path)
		t.o.Kind = Computed
	default:
		t.end(s, path)
	}
}

func (t *tracer) conditional(s site, e *hclsyntax.ConditionalExpr, path []cty.Value) {
	c := AsBool(s.with(e.Condition).value())
	if !c.IsKnown() || c.IsNull() {
		t.end(s, path)
		t.o.Kind = Computed
		return
	}
	taken := e.FalseResult
	if c.True() {
		taken = e.TrueResult
	}
	t.step(s.with(e.Condition), fmt.Sprintf("the condition is %t, so %s", c.True(), s.in.Source(taken)))
	t.follow(s.with(taken), path)
}

func (t *tracer) traversal(s site, steps hcl.Traversal, path []cty.Value) {
	if t.passed(s, steps, path) {
		return
	}
	if _, iterates := s.iterator(steps.RootName()); iterates || len(steps) < 2 {
		t.end(s, path)
		t.o.Kind = Computed
		return
	}
	rest, ok := keysOfSteps(steps[2:])
	name := stepName(steps[1])
	if !ok || name == "" {
		t.end(s, path)
		return
	}
	path = append(rest, path...)
	switch steps.RootName() {
	case "local":
		if a := s.in.Local(name); a != nil {
			t.step(s, s.in.Source(s.e))
			t.hold(Local, name, path)
			t.follow(site{in: s.in, e: a.Expr}, path)
			return
		}
	case "var":
		if v := s.in.Variable(name); v != nil {
			t.step(s, s.in.Source(s.e))
			t.variable(s, v, path)
			return
		}
	}
	t.end(s, nil)
}

// passed follows what an iterator stands for, where a call passes that: what else
// it may be is rather changed where the iterator is read.
func (t *tracer) passed(s site, steps hcl.Traversal, path []cty.Value) bool {
	element, taken, found := s.elementOf(steps)
	if !found {
		return false
	}
	on := *t
	on.o.Steps = slices.Clone(t.o.Steps)
	on.step(s, s.in.Source(s.e))
	on.follow(element, append(taken, path...))
	if on.o.Called == nil {
		return false
	}
	*t = on
	return true
}

// hold notes what holds the value, unless it is computed.
func (t *tracer) hold(kind Kind, name string, path []cty.Value) {
	if t.o.Kind != Computed {
		t.o.Kind = kind
	}
	t.o.Name, t.o.Path = name, path
}

func (t *tracer) variable(s site, v *terraform.Variable, path []cty.Value) {
	in := s.in
	if in.Caller != nil {
		t.o.Called, t.o.Parameter, t.o.ParameterPath = in, v.Name, path
		if a := in.Call.Argument(v.Name); a != nil {
			t.hold(Argument, v.Name, path)
			t.follow(site{in: in.Caller, scope: in.scope, e: a.Expr}, path)
			return
		}
		t.hold(MissingArgument, v.Name, path)
		if in.Call.Partial {
			t.o.Kind = Computed
			t.end(s, nil)
			return
		}
		if v.Default == nil {
			t.end(s, path)
			return
		}
		t.value(s, v.Default, path)
		return
	}
	given, from := in.givenBy(v)
	switch {
	case from != nil:
		t.hold(TFVars, v.Name, path)
		t.o.Steps = append(t.o.Steps, setIn(from, given))
		t.value(s, given, path)
	case in.Open || in.Terragrunt:
		t.hold(Computed, v.Name, path)
		t.o.Kind = Computed
		t.end(s, nil)
	default:
		t.hold(Default, v.Name, path)
		t.value(s, v.Default, path)
	}
}

// value goes on into what a default or a file of variable values says, which
// refers to nothing.
func (t *tracer) value(s site, e hclsyntax.Expression, path []cty.Value) {
	if e == nil {
		t.o.Kind = Computed
		t.end(s, nil)
		return
	}
	kind, name, whole := t.o.Kind, t.o.Name, t.o.Path
	t.follow(site{in: s.in, e: e}, path)
	if t.o.Kind != Computed {
		t.o.Kind, t.o.Name, t.o.Path = kind, name, whole
	}
}
