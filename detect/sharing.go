package detect

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// passages are the calls that pass a table on, by the instance that they are in
// and by the table.
type passages map[*eval.Instance]map[*terraform.Resource][]*terraform.Call

// of returns the calls of an instance that pass tables on.
func (p passages) of(in *eval.Instance) map[*terraform.Resource][]*terraform.Call {
	if have := p[in]; have != nil {
		return have
	}
	out := map[*terraform.Resource][]*terraform.Call{}
	p[in] = out
	for _, c := range in.Calls {
		for _, table := range TablesIn(in, c.Merged.Body) {
			out[table] = append(out[table], c)
		}
	}
	return out
}

// sharing returns the instances in which a table may be meant: its own, those
// that call it, and those that one of these passes the table to.
func (p passages) sharing(in *eval.Instance, table *terraform.Resource) []*eval.Instance {
	var out []*eval.Instance
	var visit func(in *eval.Instance)
	visit = func(in *eval.Instance) {
		if slices.Contains(out, in) {
			return
		}
		out = append(out, in)
		for _, c := range p.of(in)[table] {
			list, _ := in.Called(c)
			for _, child := range list {
				child.RequireTypes("aws_dynamodb_")
				visit(child)
			}
		}
	}
	for ; in != nil; in = in.Caller {
		visit(in)
	}
	return out
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
