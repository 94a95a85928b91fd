package terraform

import (
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// A Terragrunt is where one of Terragrunt's files is, as the functions in it tell:
// resolved paths.
type Terragrunt struct {
	Dir, Repository string // "" for no repository
	// Above returns the path of the first file of a name in the folders above, ""
	// for none.
	Above func(name string) string
}

// Source returns what terraform { source } names in the bytes of one of
// Terragrunt's files, by functions or locals of these; "" where they do not tell.
// https://terragrunt.gruntwork.io/docs/reference/built-in-functions/
func (t Terragrunt) Source(src []byte) string {
	f := &File{Path: terragruntFile, Name: terragruntFile, Bytes: src}
	if len(src) > maxTerragrunt || f.parse() != nil || f.Body == nil {
		return ""
	}
	for _, b := range f.BlocksOf("terraform") {
		if a := b.Body.Attributes["source"]; a != nil {
			if v, told := pathIn(a.Expr, t.context(f)); told {
				return v.AsString()
			}
		}
	}
	return ""
}

// context returns what the expressions of a file are evaluated with.
func (t Terragrunt) context(f *File) *hcl.EvalContext {
	locals := map[string]cty.Value{}
	ctx := &hcl.EvalContext{Functions: t.functions()}
	attributes := hclsyntax.Attributes{}
	for _, b := range f.BlocksOf("locals") {
		for name, a := range b.Body.Attributes {
			attributes[name] = a
		}
	}
	for known := -1; known < len(locals) && known < maxTerragruntLocals; {
		known = len(locals)
		ctx.Variables = map[string]cty.Value{"local": cty.ObjectVal(locals)}
		for name, a := range attributes {
			if v, told := pathIn(a.Expr, ctx); told {
				locals[name] = v
				delete(attributes, name)
			}
		}
	}
	return ctx
}

const (
	maxTerragrunt       = 64 << 10 // bytes of a file
	maxTerragruntLocals = 100      // that are made of each other
	maxPath             = 4096     // bytes, as Linux has it
)

// pathIn returns the path that an expression comes to. One that loops is not
// evaluated, nor is what is longer than a path taken: files are made to take all
// memory there is.
func pathIn(e hclsyntax.Expression, ctx *hcl.EvalContext) (v cty.Value, told bool) {
	plain := true
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n.(type) {
		case *hclsyntax.ForExpr, *hclsyntax.SplatExpr, *hclsyntax.TemplateJoinExpr:
			plain = false
		}
		return nil
	})
	if !plain {
		return cty.DynamicVal, false
	}
	v, diags := e.Value(ctx)
	return v, !diags.HasErrors() && IsString(v) && len(v.AsString()) <= maxPath
}

// functions returns those of Terragrunt that tell of paths.
func (t Terragrunt) functions() map[string]function.Function {
	toRoot, _ := filepath.Rel(t.Dir, t.Repository)
	fromRoot, _ := filepath.Rel(t.Repository, t.Dir)
	out := map[string]function.Function{
		"get_terragrunt_dir": telling(t.Dir), "get_original_terragrunt_dir": telling(t.Dir),
		"dirname": function.New(&function.Spec{
			Params: []function.Parameter{{Name: "path", Type: cty.String}}, Type: function.StaticReturnType(cty.String),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				return cty.StringVal(filepath.ToSlash(filepath.Dir(args[0].AsString()))), nil
			},
		}),
		"find_in_parent_folders": function.New(&function.Spec{
			VarParam: &function.Parameter{Name: "name", Type: cty.String}, Type: function.StaticReturnType(cty.String),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return t.find(args) },
		}),
	}
	if t.Repository != "" {
		out["get_repo_root"], out["get_path_to_repo_root"], out["get_path_from_repo_root"] = telling(t.Repository), telling(toRoot), telling(fromRoot)
	}
	return out
}

// telling returns a function without arguments that gives a path.
func telling(path string) function.Function {
	return function.New(&function.Spec{Type: function.StaticReturnType(cty.String), Impl: func([]cty.Value, cty.Type) (cty.Value, error) {
		return cty.StringVal(filepath.ToSlash(path)), nil
	}})
}

// find is find_in_parent_folders: of a name, and with what is taken where there is
// no such file.
func (t Terragrunt) find(args []cty.Value) (cty.Value, error) {
	name := terragruntFile
	if len(args) > 0 {
		name = args[0].AsString()
	}
	switch found := t.Above(name); {
	case found != "":
		return cty.StringVal(filepath.ToSlash(found)), nil
	case len(args) > 1:
		return args[1], nil
	}
	return cty.DynamicVal, function.NewArgErrorf(0, "no %s above", name)
}
