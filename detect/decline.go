package detect

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// lifecycleReason returns why a rewrite of the table would do harm or nothing,
// nil when it would not.
func lifecycleReason(in *eval.Instance, c *combination) *Reason {
	table := c.Table
	return cmp.Or(
		when(c.errors, BrokenSibling),
		when(table.File.Generated(), GeneratedFile),
		oldProvider(in),
		when(c.ignored(), IgnoreChanges),
		when(c.changesKeys() && strongConsistency(in, table), StrongConsistency),
		when(c.concernsKeys() && c.referredTo(in, "aws_dynamodb_global_table", "name"), GlobalTableV1),
		when(Ignores(table, "replica") && !c.KeepsKey(), ReplicaResource),
		when(c.wantsKey() && table.ProviderRegion().PerInstance(), PerInstanceRegion),
	)
}

func when(applies bool, id ReasonID) *Reason {
	if !applies {
		return nil
	}
	return NewReason(id, "")
}

// oldProvider returns a reason if only AWS provider versions before 3.0 are
// allowed, by the constraints of the module or of those that call it.
func oldProvider(in *eval.Instance) *Reason {
	for ; in != nil; in = in.Caller {
		if in.Terraform011() {
			return NewReasonf(OldProvider, "only Terraform 0.11 or earlier reads this configuration, and its AWS providers re-create a table to change its key; upgrade to Terraform 0.12 or later with AWS provider 3.0 or later, and rerun")
		}
		if !in.AllowsAWS(func(major int) bool { return major >= 3 }) {
			return NewReason(OldProvider, "")
		}
	}
	return nil
}

// changesKeys reports whether a strongly consistent table would get another
// key: the table's own counts, since it must change with the replicas'.
func (c *combination) changesKeys() bool {
	return c.anyWrong(func(f *fact) bool { return f.concernsKeys() && f.problem != KeyNotRotated })
}

// concernsKeys reports whether something is wrong with a key.
func (c *combination) concernsKeys() bool { return c.anyWrong((*fact).concernsKeys) }

// ignored reports whether the lifecycle of the table ignores a nested block in
// which something is wrong.
func (c *combination) ignored() bool {
	return c.anyWrong(func(f *fact) bool {
		return f.check != nil && f.argument.Nested == f.check.block && Ignores(c.Table, f.check.block)
	})
}

func (c *combination) anyWrong(holds func(f *fact) bool) bool {
	return slices.ContainsFunc(c.groups, func(g *group) bool {
		return slices.ContainsFunc(g.wrong, func(f fact) bool { return holds(&f) })
	})
}

// wantsKey reports whether the table itself needs a key.
func (c *combination) wantsKey() bool {
	return c.anyWrong(func(f *fact) bool { return f.value.Key != nil })
}

// referredTo reports whether an attribute of some resource of a type refers
// to the table, or has the same name.
func (c *combination) referredTo(in *eval.Instance, resourceType, attribute string) bool {
	for _, near := range c.options.passages.sharing(in, c.Table) {
		if referredIn(near, in, c.Table, resourceType, attribute) {
			return true
		}
	}
	return false
}

// referredIn is referredTo for the resources of one instance.
func referredIn(near, in *eval.Instance, table *terraform.Resource, resourceType, attribute string) bool {
	for _, r := range near.OfType(resourceType) {
		a := r.Attribute(attribute)
		if a == nil {
			continue
		}
		if RefersTo(near, a.Expr, table) {
			return true
		}
		name := table.Attribute("name")
		if name == nil {
			continue
		}
		if v, _ := near.Value(a.Expr, nil).Unmark(); terraform.IsString(v) && v.RawEquals(in.Value(name.Expr, nil)) {
			return true
		}
	}
	return false
}

// Ignores reports whether the lifecycle of a resource ignores changes of an
// attribute, of a part of it, or all changes. Terraform still reads the quoted
// names and the ["*"] of its first versions.
func Ignores(r *terraform.Resource, name string) bool {
	lifecycles, _ := r.Nested("lifecycle")
	for _, l := range lifecycles {
		a := l.Body.Attributes["ignore_changes"]
		if a == nil {
			continue
		}
		if v := terraform.Literal(a.Expr); hcl.ExprAsKeyword(a.Expr) == "all" || terraform.IsString(v) && v.AsString() == "all" { // in JSON
			return true
		}
		tuple, ok := eval.Unwrap(a.Expr).(*hclsyntax.TupleConsExpr)
		if !ok {
			continue
		}
		for _, item := range tuple.Exprs {
			if root := ignoredRoot(item); root == name || root == "all" || root == "*" {
				return true
			}
		}
	}
	return false
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
