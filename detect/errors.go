package detect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// Errors returns what keeps a module from being planned, as far as it bears on
// its tables and their keys: files that cannot be read, and what Terraform
// refuses about tables and keys.
func Errors(in *eval.Instance) []terraform.Error {
	out := FileErrors(in.Module)
	for _, table := range in.OfType(TableType) {
		out = append(out, tableErrors(in, table)...)
	}
	slices.SortStableFunc(out, terraform.CompareErrors)
	return out
}

// FileErrors returns the errors of a module's files, and those of its tables
// and keys that are found without evaluation. Errors of other resources bear
// on no table.
func FileErrors(m *terraform.Module) []terraform.Error {
	return slices.DeleteFunc(slices.Clone(m.Errors), func(e terraform.Error) bool {
		return e.Resource != "" && !strings.HasPrefix(e.Resource, "aws_dynamodb_") && !strings.HasPrefix(e.Resource, "aws_kms_")
	})
}

// tableErrors returns what Terraform refuses about a table: more than one
// server_side_encryption block, a provider that is no reference and, when all files
// could be read, references to what does not exist.
func tableErrors(in *eval.Instance, table *terraform.Resource) []terraform.Error {
	var out []terraform.Error
	static, dynamic := table.Nested(encryptionBlock)
	if n := len(static); n > 1 || n == 1 && len(dynamic) > 0 {
		out = append(out, errorAt(in.Place(static[n-1].TypeRange), table.Address()+" has more than one server_side_encryption block"))
	}
	if a := table.Attribute("provider"); a != nil && !isReference(a.Expr) {
		out = append(out, errorAt(in.Place(a.Expr.Range()), "invalid provider reference"))
	}
	if !in.Complete {
		return out
	}
	for _, b := range slices.Concat(static, terraform.Contents(dynamic...)) {
		for _, a := range b.Body.Attributes {
			if at, message := badReference(in, a.Expr); message != "" {
				out = append(out, errorAt(in.Place(at), message))
			}
		}
	}
	return out
}

// isReference reports whether an expression is a reference to a provider
// configuration, or to one of several in OpenTofu, or a text that is one, as in JSON.
func isReference(e hclsyntax.Expression) bool {
	bare := eval.Unwrap(e)
	if v := terraform.Literal(bare); terraform.IsString(v) {
		inner, err := terraform.ParseExpression(v.AsString(), "")
		if err != nil {
			return false
		}
		bare = eval.Unwrap(inner)
	}
	switch bare.(type) {
	case *hclsyntax.ScopeTraversalExpr, *hclsyntax.IndexExpr, *hclsyntax.RelativeTraversalExpr:
		return true
	}
	return false
}

func errorAt(p terraform.Place, message string) terraform.Error {
	line, column := p.Position()
	return terraform.Error{File: p.File.Path, Line: line, Column: column, Message: message}
}

// BadReference says what is wrong with a reference in an expression; "" where the
// module declares all that it refers to.
func BadReference(in *eval.Instance, e hclsyntax.Expression) string {
	_, message := badReference(in, e)
	return message
}

// badReference returns the first reference to something that the module does not
// declare, or to all instances where one must be named, and what is wrong with it;
// "" for none. In try and can they may be meant. The expression need not stand in a
// file.
func badReference(in *eval.Instance, e hclsyntax.Expression) (at hcl.Range, message string) {
	if eval.Calls(e, "try", "can") {
		return at, ""
	}
	for _, t := range e.Variables() {
		root := t.RootName()
		known := root == "var" || root == "local" || root == "module" || root == "data" || strings.HasPrefix(root, "aws_")
		if known && len(t) > 1 && !in.Declares(t) {
			return t.SourceRange(), fmt.Sprintf("%s is not declared", terraform.AddressOf(t))
		}
	}
	t, ok := eval.Unwrap(e).(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return at, ""
	}
	r := in.Referred(t.Traversal)
	if r == nil || !r.Counted() {
		return at, ""
	}
	list, known := in.Expand(r)
	switch indexed := eval.Indexed(t.Traversal, r); {
	case !indexed:
		return t.Range(), fmt.Sprintf("%s has count or for_each; one of its instances must be named", r.Address())
	case known && len(list) == 0:
		return t.Range(), fmt.Sprintf("%s has no instances", r.Address())
	}
	return at, ""
}
