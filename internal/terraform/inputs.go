package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	hcljson "github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
)

// An Input is a value that a file of variable values gives a variable, or, when
// the file is encrypted, may give it.
type Input struct {
	File  *File
	Expr  hclsyntax.Expression // in a JSON file a literal; nil when the file is encrypted
	Value cty.Value
}

// autoLoaded reports whether Terraform loads a file of variable values by
// itself, when it stands in a root module.
func autoLoaded(name string) bool {
	base := strings.TrimSuffix(name, ".json")
	return !strings.Contains(name, "/") && (base == "terraform.tfvars" || strings.HasSuffix(base, ".auto.tfvars"))
}

// compareInputs orders files of variable values as Terraform loads them:
// terraform.tfvars, terraform.tfvars.json, the others by name. Later ones win.
// https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
func compareInputs(a, b *File) int {
	rank := func(name string) int {
		return slices.Index([]string{"terraform.tfvars.json", "terraform.tfvars"}, name)
	}
	if ra, rb := rank(a.Name), rank(b.Name); ra != rb {
		return rb - ra
	}
	return strings.Compare(a.Name, b.Name)
}

// readInputs reads the files of variable values. An error in one that
// Terraform does not load by itself is none of the module's.
func (m *Module) readInputs() {
	slices.SortFunc(m.inputFiles, compareInputs)
	for _, f := range m.inputFiles {
		if f.encrypted() {
			continue
		}
		given, err := f.inputs()
		if err != nil && autoLoaded(f.Name) {
			m.note(err)
		}
		for name, v := range given {
			m.inputs[name] = append(m.inputs[name], v)
		}
	}
}

// inputs returns the values of a file of variable values by variable; an error does
// not say that there are none.
func (f *File) inputs() (map[string]Input, *Error) {
	if f.given != nil {
		return f.given, nil
	}
	attributes, err := f.inputAttributes()
	out := make(map[string]Input, len(attributes))
	for name, a := range attributes {
		v, diags := a.Expr.Value(nil)
		if diags.HasErrors() {
			v = cty.DynamicVal
		}
		e, native := a.Expr.(hclsyntax.Expression)
		if !native {
			e = &hclsyntax.LiteralValueExpr{Val: v, SrcRange: a.Expr.Range()}
		}
		out[name] = Input{File: f, Expr: e, Value: v}
	}
	if err == nil {
		f.given = out
	}
	return out, err
}

func (f *File) inputAttributes() (hcl.Attributes, *Error) {
	if !isJSON(f.Name) {
		if err := f.parse(); err != nil {
			return nil, err
		}
		attributes, diags := f.Body.JustAttributes()
		return attributes, f.firstError(diags)
	}
	if reason, at := guardJSON(f.Bytes); reason != "" {
		return nil, f.errorAt(at, reason)
	}
	file, diags := hcljson.Parse(f.Bytes, f.Path)
	if err := f.firstError(diags); err != nil {
		return nil, err
	}
	attributes, diags := file.Body.JustAttributes()
	return attributes, f.firstError(diags)
}

// Inputs returns the values that files of variable values give a variable,
// in the order in which Terraform loads them: first those it loads by
// itself, the last of which counts, and, for others, those for which some
// -var-file flag would be needed.
func (m *Module) Inputs(variable string) (loaded, others []Input) {
	for _, f := range m.inputFiles {
		given := slices.DeleteFunc(slices.Clone(m.inputs[variable]), func(i Input) bool { return i.File != f })
		if f.encrypted() {
			given = []Input{{File: f, Value: cty.DynamicVal}}
		}
		if autoLoaded(f.Name) {
			loaded = append(loaded, given...)
		} else {
			others = append(others, given...)
		}
	}
	return loaded, others
}
