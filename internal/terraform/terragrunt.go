package terraform

import (
	"path"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// terragruntCall is what the call is called that Terragrunt makes of a
// directory.
const terragruntCall = "terragrunt"

// declareTerragrunt takes what Terragrunt runs in the directory for a call of the
// module that terraform { source } names, with inputs for its arguments. Inputs
// of files that it includes are not read: what is not given here may be there.
// https://terragrunt.gruntwork.io/docs/reference/config-blocks-and-attributes/
func (m *Module) declareTerragrunt(f *File) {
	m.Terragrunt = true
	if f.parse() != nil || f.Body == nil {
		return // Terragrunt's own functions and blocks are HCL, so it is broken
	}
	for _, b := range f.BlocksOf("terraform") {
		source := b.Body.Attributes["source"]
		if source == nil {
			continue
		}
		call := &hclsyntax.Block{
			Type: "module", Labels: []string{terragruntCall}, TypeRange: b.TypeRange, OpenBraceRange: b.OpenBraceRange, CloseBraceRange: b.CloseBraceRange,
			Body: &hclsyntax.Body{Attributes: hclsyntax.Attributes{"source": source}, SrcRange: b.Body.SrcRange, EndRange: b.Body.EndRange},
		}
		whole := addInputs(call.Body.Attributes, f.Body.Attributes["inputs"])
		c := &Call{Name: terragruntCall, Block: call, Merged: call, File: f, Terragrunt: true, Partial: !whole || len(f.BlocksOf("include")) > 0}
		c.readSource()
		m.Calls = append(m.Calls, c)
		break
	}
}

// declareTerragruntLocals takes in the locals of Terragrunt's file, which the inputs
// in it refer to, where the directory has none of its own. What functions give,
// most of which are Terragrunt's, is not known.
func (m *Module) declareTerragruntLocals() {
	f := m.File(path.Join(m.Dir, terragruntFile))
	if f == nil || f.Body == nil || len(m.Files)+len(m.Overrides) > 0 {
		return
	}
	for _, b := range f.BlocksOf("locals") {
		for name, a := range b.Body.Attributes {
			if !callsFunction(a.Expr) {
				m.locals[name] = a
			}
		}
	}
}

func callsFunction(e hclsyntax.Expression) bool {
	found := false
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		_, call := n.(*hclsyntax.FunctionCallExpr)
		found = found || call
		return nil
	})
	return found
}

// addInputs adds the inputs to the arguments, and reports whether these are
// surely all.
func addInputs(arguments hclsyntax.Attributes, inputs *hclsyntax.Attribute) (whole bool) {
	if inputs == nil {
		return true
	}
	object, ok := inputs.Expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return false
	}
	whole = true
	for _, item := range object.Items {
		name := hcl.ExprAsKeyword(item.KeyExpr)
		if v := Literal(item.KeyExpr); name == "" && IsString(v) {
			name = v.AsString()
		}
		if name == "" || name == "source" {
			whole = false
			continue
		}
		at := item.KeyExpr.Range()
		arguments[name] = &hclsyntax.Attribute{
			Name: name, Expr: item.ValueExpr, NameRange: at, SrcRange: hcl.RangeBetween(at, item.ValueExpr.Range()),
		}
	}
	return whole
}

// IsTerragrunt reports whether a file of this name is one of Terragrunt's that
// runs Terraform in its directory.
func IsTerragrunt(name string) bool { return name == terragruntFile }
