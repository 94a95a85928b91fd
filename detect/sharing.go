package detect

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// sharing returns the instances in which a table may be meant: its own, those
// that call it, and those that one of these passes the table to.
func sharing(in *eval.Instance, table *terraform.Resource) []*eval.Instance {
	var out []*eval.Instance
	var visit func(in *eval.Instance)
	visit = func(in *eval.Instance) {
		if slices.Contains(out, in) {
			return
		}
		in.RequireTypes("aws_dynamodb_")
		out = append(out, in)
		for _, c := range in.Calls {
			if !passes(in, c, table) {
				continue
			}
			list, _ := in.Called(c)
			for _, child := range list {
				visit(child)
			}
		}
	}
	for ; in != nil; in = in.Caller {
		visit(in)
	}
	return out
}

// passes reports whether an argument of a call refers to a table.
func passes(in *eval.Instance, c *terraform.Call, table *terraform.Resource) bool {
	for _, a := range c.Merged.Body.Attributes {
		if RefersTo(in, a.Expr, table) {
			return true
		}
	}
	return false
}

// replicaResource judges an aws_dynamodb_table_replica of an instance, if it is
// one of the table's.
func (j *judgement) replicaResource(in *eval.Instance, r *terraform.Resource) {
	list, known := in.Expand(r)
	if !known {
		if there, decided := in.Evaluator().Decide(in, r.Address(), "there is "+r.Address(), "there is no "+r.Address()); decided && !there {
			return
		}
	}
	for _, e := range list {
		a, key := r.Attribute("global_table_arn"), r.Attribute("kms_key_arn")
		if a == nil || !j.isARN(in, a, e.Scope) {
			continue
		}
		if key == nil || !j.keyed(in, key, e.Scope) {
			j.add(fact{
				argument: Argument{In: in.Module, Resource: r, Block: r.Merged, Name: "kms_key_arn"}, problem: ReplicaWithoutKey,
				at: in.Place(r.Block.TypeRange), declined: NewReason(ReplicaResource, ""), branch: Sentence(ProblemKind, ReplicaWithoutKey),
			})
		}
	}
}

// isARN reports whether an argument is the ARN of the table, or one that is
// written out and has its name.
func (j *judgement) isARN(in *eval.Instance, a *hclsyntax.Attribute, scope eval.Scope) bool {
	v, _ := in.Value(a.Expr, scope).Unmark()
	if s := in.Evaluator().StandIn(v); s != nil {
		return s.Resource == j.table && s.In == j.in && s.Expansion.Key == j.instance
	}
	name := j.table.Attribute("name")
	if name == nil || !terraform.IsString(v) {
		return false
	}
	own, _ := j.in.Value(name.Expr, j.scope).Unmark()
	parts := strings.SplitN(v.AsString(), ":", 6)
	if !terraform.IsString(own) || len(parts) < 6 || parts[2] != "dynamodb" || parts[5] != "table/"+own.AsString() {
		return false
	}
	region := j.in.RegionOf(j.table)
	return region == "" || region == parts[3]
}

// keyed reports whether an argument of an instance is a valid customer managed
// key in this world.
func (j *judgement) keyed(in *eval.Instance, a *hclsyntax.Attribute, scope eval.Scope) bool {
	there := *j
	there.in = in
	v, possible := in.Settle(a.Expr, scope, in.Value(a.Expr, scope))
	return !possible || there.verdict(v, a, scope, "").problem == ""
}
