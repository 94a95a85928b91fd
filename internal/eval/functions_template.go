package eval

import (
	"errors"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"cmkify/internal/terraform"
)

// templateFunction returns the function that renders a file of a module's
// directory.
func (ev *Evaluator) templateFunction() function.Function {
	path := param("path", cty.String)
	path.AllowMarked, path.AllowUnknown = true, true
	return function.New(&function.Spec{
		Params: []function.Parameter{path, anyParam("vars")},
		Type: func(args []cty.Value) (cty.Type, error) {
			v, err := ev.templateFile(args)
			return v.Type(), err
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return ev.templateFile(args) },
	})
}

// templateFile returns what a template with these arguments comes to; unknown where
// its file is not in reach.
func (ev *Evaluator) templateFile(args []cty.Value) (cty.Value, error) {
	path, pathMarks := args[0].Unmark()
	vars, marks := args[1].Unmark()
	v := cty.DynamicVal
	object := vars.Type().IsObjectType() || vars.Type().IsMapType()
	if path.IsKnown() && vars.IsKnown() && !vars.IsNull() && object {
		if text, found := ev.read(path.AsString()); found {
			var err error
			if v, err = ev.render(text, vars); err != nil {
				return v, err
			}
		}
	}
	return v.WithMarks(pathMarks, marks), nil
}

// render returns what a template comes to with the attributes of an object;
// unknown where that cannot be told, or would take long.
func (ev *Evaluator) render(text string, vars cty.Value) (cty.Value, error) {
	e, err := terraform.ParseTemplate(text)
	if err != nil {
		return cty.DynamicVal, err
	}
	t := &template{calls: caller{}}
	_ = hclsyntax.Walk(e, t)
	if t.refused || !ev.spend(len(text)*(1+t.loops*size(vars)/elementSize)/8) {
		return cty.DynamicVal, nil
	}
	if t.decides {
		vars = reveal(vars)
	}
	functions := map[string]function.Function{}
	for name := range t.calls {
		functions[name] = ev.function(name)
	}
	v, diags := e.Value(&hcl.EvalContext{Variables: vars.AsValueMap(), Functions: functions})
	if diags.HasErrors() {
		return cty.DynamicVal, errors.New("the template cannot be rendered")
	}
	return v, nil
}

// A template is what is to be known of one before it is rendered.
type template struct {
	calls   caller
	depth   int  // of for directives that are open
	loops   int  // 1 if there is any
	decides bool // something in it decides by a value
	// refused says that it is not rendered: it renders another one, or nests what
	// repeats.
	refused bool
}

// deciding are the functions whose result is one of their arguments, or tells
// whether a value is there.
var deciding = []string{"can", "coalesce", "contains", "element", "lookup", "try"}

// Enter takes in a part of the template.
func (t *template) Enter(n hclsyntax.Node) hcl.Diagnostics {
	switch n := n.(type) {
	case *hclsyntax.ConditionalExpr, *hclsyntax.BinaryOpExpr, *hclsyntax.UnaryOpExpr, *hclsyntax.IndexExpr:
		t.decides = true
	case *hclsyntax.FunctionCallExpr:
		t.decides = t.decides || slices.Contains(deciding, n.Name)
		t.refused = t.refused || n.Name == "templatefile" || n.Name == "templatestring"
		return t.calls.Enter(n)
	case *hclsyntax.ForExpr:
		_, plain := n.CollExpr.(*hclsyntax.ScopeTraversalExpr)
		t.depth++
		t.loops = 1
		t.decides = t.decides || n.CondExpr != nil
		t.refused = t.refused || !plain || t.depth > 1
	}
	return nil
}

// Exit leaves a part of the template.
func (t *template) Exit(n hclsyntax.Node) hcl.Diagnostics {
	if _, loop := n.(*hclsyntax.ForExpr); loop {
		t.depth--
	}
	return nil
}
