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
func (c *combination) lifecycleReason() *Reason {
	table := c.Table
	return cmp.Or(
		when(c.errors, BrokenSibling),
		when(c.changesTable() && table.File.Generated(), GeneratedFile),
		c.oldProvider(),
		when(c.ignored(), IgnoreChanges),
		c.localEndpoint(),
		when(c.changesKeys() && c.anyWay(func(in *eval.Instance) bool { return strongConsistency(in, table) }), StrongConsistency),
		when(c.concernsKeys() && c.anyWay(func(in *eval.Instance) bool { return inGlobalTable(in, table) }), GlobalTableV1),
		c.replicasElsewhere(),
		when(c.wantsKey() && table.ProviderRegion().PerInstance(), PerInstanceRegion),
	)
}

func when(applies bool, id ReasonID) *Reason {
	if !applies {
		return nil
	}
	return NewReason(id, "")
}

// replicasElsewhere returns a reason if the table gets another key and ignores
// changes of its replicas, which are then managed elsewhere: perhaps by the
// resources that are found, all of which may have keys.
func (c *combination) replicasElsewhere() *Reason {
	keyed := slices.ContainsFunc(c.groups, func(g *group) bool { return g.argument.Resource.Type == ReplicaType && g.right > 0 })
	switch {
	case !Ignores(c.Table, "replica") || c.KeepsKey():
		return nil
	case keyed && !c.Has(ReplicaWithoutKey):
		return NewReasonf(ReplicaResource, "its replicas are managed outside the table, and those that are found have keys; if there are no others without one, set enabled = true and kms_key_arn on the table")
	}
	return NewReason(ReplicaResource, "")
}

// anyWay reports whether something holds as some instance of the module is
// reached.
func (c *combination) anyWay(holds func(in *eval.Instance) bool) bool {
	return slices.ContainsFunc(c.sights, func(s *sight) bool { return holds(s.in) })
}

// oldProvider returns a reason if the table would change, and only AWS provider
// versions before 3.0 are allowed, by the constraints of the module or of those that
// call it.
func (c *combination) oldProvider() *Reason {
	if !c.changesTable() {
		return nil
	}
	for _, s := range c.sights {
		for in := s.in; in != nil; in = in.Caller {
			if in.Terraform011() {
				return NewReasonf(OldProvider, "only Terraform 0.11 or earlier reads this configuration, and its AWS providers re-create a table to change its key; upgrade to Terraform 0.12 or later with AWS provider 3.0 or later, and rerun")
			}
			if !in.AllowsAWS(func(major int) bool { return major >= 3 }) {
				return NewReason(OldProvider, "")
			}
		}
	}
	return nil
}

// changesTable reports whether the table itself would change: not where only a key
// is to rotate.
func (c *combination) changesTable() bool {
	return c.anyWrong(func(f *fact) bool { return f.problem != KeyNotRotated })
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

// GlobalTableType is a global table of version 2017.11.29, which names the tables
// of several regions, perhaps from another module.
const GlobalTableType = "aws_dynamodb_global_table"

// ResourcePolicyType is a policy of a table, perhaps in another module.
const ResourcePolicyType = "aws_dynamodb_resource_policy"

// inGlobalTable reports whether the table belongs to such a global table: one
// that may be created has its name, or refers to it where names are not known. It
// names but one of its tables, and waits for all.
// https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/dynamodb_global_table
func inGlobalTable(in *eval.Instance, table *terraform.Resource) bool {
	names := namesOf(in, table)
	return slices.ContainsFunc(in.Declaring(GlobalTableType), func(other *eval.Instance) bool {
		return slices.ContainsFunc(other.OfType(GlobalTableType), func(r *terraform.Resource) bool {
			list, _ := other.Expand(r)
			a := r.Attribute("name")
			if a == nil || len(list) == 0 {
				return false
			}
			named := func(e eval.Expansion) bool { return names[nameOf(other, r, e.Scope)] }
			return slices.ContainsFunc(list, named) || RefersTo(other, r, a, table) || waitsFor(other, r, table)
		})
	})
}

// waitsFor reports whether the depends_on of a resource names another one.
func waitsFor(in *eval.Instance, r, other *terraform.Resource) bool {
	a := r.Attribute("depends_on")
	return a != nil && slices.ContainsFunc(a.Expr.Variables(), func(t hcl.Traversal) bool { return in.Referred(t) == other })
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
