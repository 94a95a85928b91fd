package detect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// decline turns a finding with problems into a manual one where a rewrite
// would do harm or nothing. A reason that was found before stays, unless
// nothing can be said for certain beside a broken file.
func (j *judgement) decline() {
	m, table := j.module, j.Table
	for _, r := range []struct {
		reason  ID
		applies func() bool
	}{
		{BrokenSibling, func() bool { return len(m.Errors) > 0 }},
		{GeneratedFile, func() bool { return table.File.Generated() }},
		{OldProvider, func() bool { return !m.AllowsAWS(func(major int) bool { return major >= 3 }) }},
		{IgnoreChanges, func() bool { return ignores(table, encryptionBlock) }},
		{StrongConsistency, func() bool { return j.changesReplicas() && strongConsistency(m, table) }},
		{GlobalTableV1, func() bool { return hasGlobalTable(m, table) }},
		{ReplicaResource, func() bool { return ignores(table, "replica") && !j.keepsKey() }},
		{PerInstanceRegion, func() bool { return j.WantsKey() && table.Pair().PerInstance() }},
	} {
		if j.Status == Manual && r.reason != BrokenSibling {
			return
		}
		if r.applies() {
			j.Decline(r.reason)
			return
		}
	}
	j.declineGoals()
}

// declineGoals declines goals that no text can be written for: additions to a
// dynamic block's content are fine, but JSON is not written.
func (j *judgement) declineGoals() {
	for _, g := range j.Goals {
		f := j.module.File(g.File())
		if !f.JSON() || terraform.IsInputs(f.Name) {
			continue
		}
		if j.module.IsOverride(f) {
			j.Decline(Override)
			return
		}
		j.DeclineWith(JSONSyntax, Sentence("reason", JSONSyntax)+": "+j.pasteJSON())
		return
	}
}

// pasteJSON returns the JSON that the goals ask for.
func (j *judgement) pasteJSON() string {
	var rotations []string
	table := false
	for _, g := range j.Goals {
		if len(g.Path) == 1 {
			rotations = append(rotations, fmt.Sprintf(`"enable_key_rotation": true in %s`, g.In.Address()))
		} else {
			table = true
		}
	}
	if table {
		rotations = slices.Insert(rotations, 0, `"server_side_encryption": {"enabled": true, "kms_key_arn": "${aws_kms_key.dynamodb.arn}"}`)
	}
	return strings.Join(rotations, ", ")
}

// WantsKey reports whether the finding's goals need a key of the pair.
func (f *Finding) WantsKey() bool {
	return slices.ContainsFunc(f.Goals, func(g Goal) bool { return strings.Contains(g.Expr, KeyMark) })
}

// changesReplicas reports whether a strongly consistent table would get
// another key: the table's own counts, since it must change with the replicas'.
func (j *judgement) changesReplicas() bool {
	return slices.ContainsFunc(j.Problems, func(p Problem) bool { return p.ID != KeyNotRotated })
}

// hasGlobalTable reports whether an aws_dynamodb_global_table (version
// 2017.11.29) of the directory has the table's name.
func hasGlobalTable(m *terraform.Module, table *terraform.Resource) bool {
	return referredTo(m, table, "aws_dynamodb_global_table", "name")
}

// referredTo reports whether an attribute of some resource of a type refers
// to the table, or has the same literal name.
func referredTo(m *terraform.Module, table *terraform.Resource, resourceType, attribute string) bool {
	for _, r := range m.OfType(resourceType) {
		a := r.Attribute(attribute)
		if a == nil {
			continue
		}
		for _, t := range a.Expr.Variables() {
			if len(t) > 1 && t.RootName() == table.Type && isStep(t[1], table.Name) {
				return true
			}
		}
		name := table.Attribute("name")
		if name == nil {
			continue
		}
		if v := terraform.Literal(a.Expr); terraform.IsString(v) && v.RawEquals(terraform.Literal(name.Expr)) {
			return true
		}
	}
	return false
}

func isStep(step hcl.Traverser, name string) bool {
	attr, ok := step.(hcl.TraverseAttr)
	return ok && attr.Name == name
}

// ignores reports whether the table's lifecycle ignores changes of an
// attribute, of a part of it, or all changes. Terraform still reads the
// quoted names and the [all] of its first versions.
func ignores(table *terraform.Resource, name string) bool {
	lifecycles, _ := table.Nested("lifecycle")
	for _, l := range lifecycles {
		a := l.Body.Attributes["ignore_changes"]
		if a == nil {
			continue
		}
		if hcl.ExprAsKeyword(a.Expr) == "all" {
			return true
		}
		for _, item := range listItems(a.Expr) {
			if root := ignoredRoot(item); root == name || root == "all" || root == "*" {
				return true
			}
		}
	}
	return false
}

func listItems(e hclsyntax.Expression) []hclsyntax.Expression {
	if tuple, ok := e.(*hclsyntax.TupleConsExpr); ok {
		return tuple.Exprs
	}
	return nil
}

func ignoredRoot(item hclsyntax.Expression) string {
	if v := terraform.Literal(item); v.IsKnown() && v.Type() == cty.String && !v.IsNull() {
		t, diags := hclsyntax.ParseTraversalAbs([]byte(v.AsString()), "", hcl.InitialPos)
		if diags.HasErrors() {
			return v.AsString()
		}
		return t.RootName()
	}
	if t, diags := hcl.AbsTraversalForExpr(item); !diags.HasErrors() {
		return t.RootName()
	}
	return ""
}
