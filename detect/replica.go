package detect

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// A Replica is one replica of a table, or those that a dynamic block
// generates.
type Replica struct {
	Block  *hclsyntax.Block // the block, or the content of the dynamic one
	Region string           // the expression of its region
	Known  string           // the region, when it is known
	// Literal says that the region is written as a literal.
	Literal bool
	Dynamic *DynamicReplica // nil for a static block
}

// A DynamicReplica is how a dynamic block gives its replicas their regions.
type DynamicReplica struct {
	// Collection is the expression of for_each, Type the type of its value.
	// Collection is "" where the keys of replicas cannot be made from it.
	Collection string
	Type       cty.Type
	// RegionOf is the region of the element r of the collection, with the key
	// k: "r", "k" or "r.region".
	RegionOf string
}

// Name returns what a replica is called in a finding: its region.
func (r *Replica) Name() string {
	return cmp.Or(r.known(), r.Region)
}

// known returns the region of a replica, "" where it is not known and for those
// that a dynamic block generates, which are several.
func (r *Replica) known() string {
	if r.Dynamic != nil {
		return ""
	}
	return r.Known
}

// ReplicaComment is the comment above the key of a replica.
const ReplicaComment = "# Terraform deletes and re-creates an existing replica to change its key."

// replicas judges the table's replicas: each needs a customer managed key of
// its own region, else the provider refuses the table's
// (hashicorp/terraform-provider-aws#17422).
func (j *judgement) replicas() {
	static, dynamic := j.table.Nested("replica")
	for _, b := range static {
		j.replica(b, j.staticReplica(b), j.scope)
	}
	for _, d := range dynamic {
		j.dynamicReplicas(d)
	}
	for _, in := range j.home.Declaring(ReplicaType) {
		for _, r := range in.OfType(ReplicaType) {
			j.inside(in).replicaResource(r)
		}
	}
	j.foreignReplicas()
}

func (j *judgement) staticReplica(b *hclsyntax.Block) *Replica {
	a := b.Body.Attributes["region_name"]
	if a == nil {
		return &Replica{Block: b}
	}
	r := &Replica{Block: b, Region: j.in.Source(a.Expr), Literal: terraform.IsString(terraform.Literal(a.Expr))}
	if v, _ := j.in.Value(a.Expr, j.scope).Unmark(); terraform.IsString(v) {
		r.Known = v.AsString()
	}
	return r
}

// dynamicReplicas judges the replicas that a dynamic block generates. Where
// nobody knows how many, they are judged as if there were some, in a world of
// its own.
func (j *judgement) dynamicReplicas(d *hclsyntax.Block) {
	contents := terraform.Contents(d)
	forEach := d.Body.Attributes["for_each"]
	if len(contents) == 0 || forEach == nil {
		return
	}
	scopes, known := j.in.Elements(d, j.scope)
	if !known {
		source := j.in.Source(forEach.Expr)
		if there, decided := j.in.Evaluator().Decide(j.in, "replicas of "+source, source+" is not empty", source+" is empty"); decided && !there {
			return
		}
		scopes = []eval.Scope{j.scope.With(eval.Iterator(d), cty.DynamicVal)}
	}
	for _, s := range scopes {
		j.replica(contents[0], j.dynamicReplica(contents[0], forEach, eval.Iterator(d), s), s)
	}
}

// dynamicReplica tells how the elements of a dynamic block give the regions:
// the element itself, its key, or an attribute of it.
func (j *judgement) dynamicReplica(content *hclsyntax.Block, forEach *hclsyntax.Attribute, iterator string, s eval.Scope) *Replica {
	r := &Replica{Block: content, Dynamic: &DynamicReplica{}}
	a := content.Body.Attributes["region_name"]
	if a == nil {
		return r
	}
	r.Region = j.in.Source(a.Expr)
	if v, _ := j.in.Value(a.Expr, s).Unmark(); terraform.IsString(v) {
		r.Known = v.AsString()
	}
	rest, ok := strings.CutPrefix(r.Region, iterator+".value")
	switch {
	case ok && (rest == "" || strings.HasPrefix(rest, ".") && !strings.ContainsAny(rest, "[( ")):
		r.Dynamic.RegionOf = "r" + rest
	case r.Region == iterator+".key":
		r.Dynamic.RegionOf = "k"
	default:
		return r
	}
	if static(forEach.Expr) {
		v, _ := j.in.Value(forEach.Expr, j.scope).Unmark()
		r.Dynamic.Collection, r.Dynamic.Type = j.in.Source(forEach.Expr), v.Type()
	}
	return r
}

// static reports whether an expression derives from literals, locals,
// variables and functions alone, so that it may be the for_each of a key.
func static(e hclsyntax.Expression) bool {
	return !slices.ContainsFunc(e.Variables(), func(t hcl.Traversal) bool {
		return t.RootName() != "var" && t.RootName() != "local"
	})
}

// replica judges the key in a replica block, or in the content of a dynamic
// one for one of its elements.
func (j *judgement) replica(b *hclsyntax.Block, r *Replica, scope eval.Scope) {
	argument := j.argument(b, "replica", "kms_key_arn")
	need := Value{Key: &KeyNeed{In: j.in, Table: j.table, Replica: r}}
	a := b.Body.Attributes["kms_key_arn"]
	if a == nil {
		j.add(fact{argument: argument, problem: ReplicaWithoutKey, at: j.place(b.TypeRange), of: r.known(), value: need, comment: ReplicaComment, branch: Sentence(ProblemKind, ReplicaWithoutKey)})
		return
	}
	from := len(j.facts)
	j.key(argument, a, scope, need, false)
	for n := from; n < len(j.facts); n++ {
		f := &j.facts[n]
		if f.argument.Block != b || f.problem == "" {
			continue
		}
		f.at, f.comment = j.place(a.SrcRange), ReplicaComment
		if f.problem == NoKey {
			f.problem, f.of = ReplicaWithoutKey, r.known()
		}
		if r.Known != "" {
			f.why.set = strings.Replace(f.why.set, "a customer managed key", "a customer managed key of its region, "+r.Known, 1)
		}
	}
}

// ReplicaType is a replica that stands outside of its table, perhaps in another
// module.
const ReplicaType = "aws_dynamodb_table_replica"

// replicaResource judges a replica that the instance declares, if it is one of the
// table's.
func (j *judgement) replicaResource(r *terraform.Resource) {
	list, known := j.in.Expand(r)
	if !known {
		if there, decided := j.in.Evaluator().Decide(j.in, r.Address(), "there is "+r.Address(), "there is no "+r.Address()); decided && !there {
			return
		}
	}
	for _, e := range list {
		a, key := r.Attribute("global_table_arn"), r.Attribute("kms_key_arn")
		if a == nil || !j.replicates(r, a, e.Scope) {
			continue
		}
		f := fact{argument: Argument{In: j.in.Module, Resource: r, Block: r.Merged, Name: "kms_key_arn"}}
		if key == nil || !j.keyed(key, e.Scope) {
			f.problem, f.declined, f.branch = ReplicaWithoutKey, NewReason(ReplicaResource, ""), Sentence(ProblemKind, ReplicaWithoutKey)
			f.at, f.of = j.place(r.Block.TypeRange), j.in.Within(j.home)+r.Address()
		}
		j.add(f)
	}
}

// replicates reports whether the global_table_arn of a replica is that of the
// table, or finds it by its name; where its value is not known, whether it refers
// to the table.
func (j *judgement) replicates(r *terraform.Resource, arn *hclsyntax.Attribute, scope eval.Scope) bool {
	v, _ := j.in.Value(arn.Expr, scope).Unmark()
	if t := namedBy(j.in, v); t.Name != "" {
		return j.isNamed(t)
	}
	if s := j.in.Evaluator().StandIn(v); s != nil {
		return s.Resource == j.table && s.In.Same(j.home) && eval.SameKey(s.Expansion.Key, j.instance)
	}
	return !v.IsWhollyKnown() && RefersTo(j.in, r, arn, j.table)
}

// keyed reports whether an argument is a valid customer managed key in this
// world.
func (j *judgement) keyed(a *hclsyntax.Attribute, scope eval.Scope) bool {
	v, possible := j.in.Settle(a.Expr, scope, j.in.Value(a.Expr, scope))
	return !possible || j.verdict(v, a, scope, "").problem == ""
}

// strongConsistency reports whether the table's replicas are strongly
// consistent, or one is a witness: those cannot be re-created.
func strongConsistency(in *eval.Instance, table *terraform.Resource) bool {
	static, dynamic := table.Nested("replica")
	for _, b := range slices.Concat(static, terraform.Contents(dynamic...)) {
		if a := b.Body.Attributes["consistency_mode"]; a != nil {
			if v, _ := in.Value(a.Expr, nil).Unmark(); !v.IsKnown() || v.RawEquals(cty.StringVal("STRONG")) {
				return true
			}
		}
	}
	witness, made := table.Nested("global_table_witness")
	return len(witness)+len(made) > 0
}
