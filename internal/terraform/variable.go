package terraform

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A Variable is an input variable of the module.
type Variable struct {
	Name      string
	Default   hclsyntax.Expression // nil when a value is required
	Type      cty.Type             // without optional attributes
	Sensitive bool
	Nullable  bool
	Block     *hclsyntax.Block // the first declaration

	constraint cty.Type
	defaults   *typeexpr.Defaults
}

// declareVariables collects the module's variables and locals. What override
// files say comes last, and counts argument by argument.
func (m *Module) declareVariables() {
	for _, b := range m.blocks("variable", 1) {
		v := m.variables[b.Labels[0]]
		if v == nil {
			v = &Variable{Name: b.Labels[0], Type: cty.DynamicPseudoType, constraint: cty.DynamicPseudoType, Nullable: true, Block: b}
			m.variables[v.Name] = v
		}
		v.read(b.Body.Attributes)
	}
	for _, b := range m.blocks("locals", 0) {
		for name, a := range b.Body.Attributes {
			m.locals[name] = a
		}
	}
}

func (v *Variable) read(attributes hclsyntax.Attributes) {
	if a := attributes["type"]; a != nil {
		if ty, defaults, diags := typeexpr.TypeConstraintWithDefaults(typeExpression(a.Expr)); !diags.HasErrors() {
			v.constraint, v.Type, v.defaults = ty, ty.WithoutOptionalAttributesDeep(), defaults
		}
	}
	if a := attributes["default"]; a != nil {
		v.Default = a.Expr
	}
	v.Sensitive = v.Sensitive || isTrue(attributes["sensitive"])
	if a := attributes["nullable"]; a != nil && Literal(a.Expr).RawEquals(cty.False) {
		v.Nullable = false
	}
}

// typeExpression returns the type that an expression means: in JSON, and in
// old Terraform, it stands in quotes.
func typeExpression(e hclsyntax.Expression) hclsyntax.Expression {
	v := Literal(e)
	if !IsString(v) {
		return e
	}
	parsed, err := ParseExpression(v.AsString(), e.Range().Filename)
	if err != nil {
		return e
	}
	switch hcl.ExprAsKeyword(parsed) {
	case "list", "map": // of anything, in Terraform before 0.12
		return &hclsyntax.ScopeTraversalExpr{Traversal: hcl.Traversal{hcl.TraverseRoot{Name: "any"}}}
	}
	return parsed
}

func isTrue(a *hclsyntax.Attribute) bool {
	return a != nil && Literal(a.Expr).RawEquals(cty.True)
}

// Convert returns a value as the variable's type has it; what Terraform would
// refuse is unknown.
func (v *Variable) Convert(given cty.Value) cty.Value {
	given, marks := given.Unmark()
	if v.defaults != nil && !given.IsNull() && given.IsKnown() {
		given = v.defaults.Apply(given)
	}
	out, err := convert.Convert(given, v.constraint) // optional attributes that are missing are null
	if err != nil {
		return cty.DynamicVal.WithMarks(marks)
	}
	return out.WithMarks(marks)
}

// SignOfRoot reports whether the directory shows that Terraform is run in it:
// it says where its state is, has values for its variables, configures a
// provider's region, or holds a lock file. A lock file is no sign where a variable
// has no value: modules have one that are initialized to be validated. Nor is a
// region in a nested module, which callers must pass values to: before Terraform
// 0.13 modules were written that configure their providers.
// https://developer.hashicorp.com/terraform/language/files/dependency-lock
// https://developer.hashicorp.com/terraform/language/modules/develop/providers#legacy-shared-modules-with-provider-configurations
func (m *Module) SignOfRoot() bool {
	region := slices.ContainsFunc(m.blocks("provider", 1), func(b *hclsyntax.Block) bool {
		return m.IsAWS(b.Labels[0]) && b.Body.Attributes["region"] != nil
	})
	return m.Deployed() || region && !m.Nested || (region || m.lock != nil) && m.hasValues()
}

// hasValues reports whether every variable has a default, or is in a file of
// values.
func (m *Module) hasValues() bool {
	all := true
	for name, v := range m.variables {
		m.Require("var." + name)
		loaded, others := m.Inputs(name)
		all = all && (v.Default != nil || len(loaded)+len(others) > 0)
	}
	return all
}

// Deployed reports whether the directory says where its state is, or has values
// of variables that Terraform loads by itself: it is run by itself, also when
// others call it.
func (m *Module) Deployed() bool {
	if slices.ContainsFunc(m.inputFiles, func(f *File) bool { return autoLoaded(f.Name) }) {
		return true
	}
	for _, b := range m.blocks("terraform", 0) {
		for _, nested := range b.Body.Blocks {
			if nested.Type == "backend" || nested.Type == "cloud" {
				return true
			}
		}
	}
	return false
}

// InputFiles returns the files of variable values that Terraform does not
// load by itself, by name.
func (m *Module) InputFiles() []*File {
	return slices.DeleteFunc(slices.Clone(m.inputFiles), func(f *File) bool { return autoLoaded(f.Name) })
}
