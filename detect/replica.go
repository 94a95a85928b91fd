package detect

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// A Replica is one replica of a table, or those that a dynamic block makes,
// and its key.
type Replica struct {
	Region  string // the expression of its region
	Literal string // the region, when it stands as a literal
	Dynamic bool
	// For a dynamic block: the collection, how one element of it gives the
	// region (in an expression over the element r), and whether the elements
	// are the regions themselves.
	Collection, RegionOf string
	Plain                bool
}

// Name returns what a replica is called in a finding: its region.
func (r Replica) Name() string {
	if r.Literal != "" {
		return r.Literal
	}
	return r.Region
}

// ReplicaComment stands above the key of a replica.
const ReplicaComment = "# An existing replica is deleted and made again to change its key."

// replicas judges the table's replicas: each needs a customer managed key of
// its own region, else the provider refuses the table's
// (hashicorp/terraform-provider-aws#17422).
func (j *judgement) replicas() {
	static, dynamic := j.Table.Nested("replica")
	for _, b := range static {
		j.replica(b, staticReplica(j.module, b), j.scope)
	}
	for _, d := range dynamic {
		j.dynamicReplicas(d)
	}
	for _, r := range replicaResources(j.module, j.Table) {
		a := r.Attribute("kms_key_arn")
		if a == nil || !j.keyed(a) {
			j.problem(j.module, ReplicaWithoutKey, r.Declared.Range())
			j.Decline(ReplicaResource)
		}
	}
}

// keyed reports whether an attribute is surely a key that DynamoDB takes.
func (j *judgement) keyed(a *hclsyntax.Attribute) bool {
	right, wrong := j.judgeReplicaKey(a, j.scope)
	return len(wrong) == 0 && !slices.ContainsFunc(right, func(v KeyVerdict) bool { return v.Problem != "" })
}

func staticReplica(m *terraform.Module, b *hclsyntax.Block) Replica {
	a := b.Body.Attributes["region_name"]
	if a == nil {
		return Replica{}
	}
	r := Replica{Region: m.Source(a.Expr)}
	if v := terraform.Literal(a.Expr); terraform.IsString(v) {
		r.Literal = v.AsString()
	}
	return r
}

// dynamicReplicas judges the replicas that a dynamic block makes.
func (j *judgement) dynamicReplicas(d *hclsyntax.Block) {
	contents := terraform.Contents(d)
	forEach := d.Body.Attributes["for_each"]
	if len(contents) == 0 || forEach == nil {
		return
	}
	iterator := "replica"
	if a := d.Body.Attributes["iterator"]; a != nil {
		iterator = hcl.ExprAsKeyword(a.Expr)
	}
	if scopes := j.elements(forEach, iterator); len(scopes) > 0 {
		j.replica(contents[0], dynamicReplica(j.module, contents[0], forEach, iterator), scopes...)
	}
}

// elements returns what the iterator of a dynamic block is for each element
// of its collection; one scope without it when the collection is not known.
func (j *judgement) elements(forEach *hclsyntax.Attribute, iterator string) []terraform.Scope {
	collection, _ := j.module.Value(forEach.Expr, j.scope).Unmark()
	if !collection.IsKnown() || collection.IsNull() || !collection.CanIterateElements() {
		return []terraform.Scope{j.scope}
	}
	scopes := []terraform.Scope{}
	for it := collection.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if collection.Type().IsSetType() {
			key = value
		}
		scopes = append(scopes, j.scope.With(iterator, cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})))
	}
	return scopes
}

// dynamicReplica tells how the elements of a dynamic block give the regions:
// the element itself, its key, or an attribute of it. Anything else leaves
// Collection empty.
func dynamicReplica(m *terraform.Module, content *hclsyntax.Block, forEach *hclsyntax.Attribute, iterator string) Replica {
	a := content.Body.Attributes["region_name"]
	if a == nil {
		return Replica{}
	}
	r := Replica{Region: m.Source(a.Expr), Dynamic: true}
	rest, ok := strings.CutPrefix(r.Region, iterator+".value")
	switch {
	case ok && rest == "":
		r.Plain, r.RegionOf = true, "r"
	case ok && strings.HasPrefix(rest, ".") && !strings.ContainsAny(rest, "[( "):
		r.RegionOf = "r" + rest
	case r.Region == iterator+".key":
		r.RegionOf = "key"
	default:
		return r
	}
	if static(forEach.Expr) {
		r.Collection = m.Source(forEach.Expr)
	}
	return r
}

// static reports whether an expression derives from literals, locals,
// variables and functions alone, so that it may stand in the for_each of a
// key.
func static(e hclsyntax.Expression) bool {
	return !slices.ContainsFunc(e.Variables(), func(t hcl.Traversal) bool {
		return t.RootName() != "var" && t.RootName() != "local"
	})
}

// replica judges the key in a replica block, or in the content of a dynamic
// one: then for each of its elements.
func (j *judgement) replica(b *hclsyntax.Block, r Replica, scopes ...terraform.Scope) {
	a := b.Body.Attributes["kms_key_arn"]
	if a == nil {
		j.problem(j.module, ReplicaWithoutKey, b.TypeRange)
		j.Goals = append(j.Goals, Goal{In: j.Table, Path: []string{"replica", "kms_key_arn"}, Block: b, Expr: KeyMark, Replica: &r, Comment: ReplicaComment})
		return
	}
	var fine []KeyVerdict
	for _, s := range scopes {
		right, wrong := j.judgeReplicaKey(a, s)
		switch {
		case len(right) == 0:
			j.replaceReplicaKey(a, r, wrong[0], j.regionIn(b, s))
			return
		case len(wrong) > 0:
			j.open = &openKey{a, branchOf(wrong[0])}
			return
		}
		fine = append(fine, right...)
	}
	j.useReplicaKey(a, r, fine)
}

// judgeReplicaKey returns what the key of a replica can come to: what the
// replica may keep, mended perhaps, and what it may not.
func (j *judgement) judgeReplicaKey(a *hclsyntax.Attribute, s terraform.Scope) (right, wrong []KeyVerdict) {
	for _, result := range j.module.Results(a.Expr, s) {
		if v := judgeResult(j.module, result); v.Problem != "" && v.Expr == "" {
			wrong = append(wrong, v)
		} else {
			right = append(right, v)
		}
	}
	return right, wrong
}

// useReplicaKey notes the keys that a replica may keep, and what must be mended
// of them.
func (j *judgement) useReplicaKey(a *hclsyntax.Attribute, r Replica, verdicts []KeyVerdict) {
	mended := map[hcl.Range]bool{}
	for _, v := range verdicts {
		if v.Problem != "" && !mended[v.At] {
			mended[v.At] = true
			j.problem(j.module, v.Problem, a.SrcRange)
			j.Goals = append(j.Goals, Goal{At: v.At, Expr: v.Expr, Comment: ReplicaComment})
		}
	}
	j.Keys = append(j.Keys, Key{For: r.Name(), Ref: keyRef(j.module, a.Expr, verdicts), Action: "used", Block: verdicts[0].Block})
	for _, v := range verdicts {
		j.rotate(v.Block)
	}
}

// replaceReplicaKey notes that a replica needs another key, and asks for it
// where the wrong one stands. region is that of the replica, "" when it is not
// known.
func (j *judgement) replaceReplicaKey(a *hclsyntax.Attribute, r Replica, v KeyVerdict, region string) {
	id := v.Problem
	if id == NoKey {
		id = ReplicaWithoutKey
	}
	j.problem(j.module, id, a.SrcRange)
	switch {
	case v.Decline != "":
		j.Decline(v.Decline)
	case v.Result.Place != terraform.Direct:
		want := "the ARN of a customer managed key of its region"
		if region != "" && r.Dynamic {
			want += ", " + region
		}
		j.byHand(a, v.Result, want)
	default:
		j.Goals = append(j.Goals, Goal{At: a.Expr.Range(), Expr: KeyMark, Replica: &r, Comment: ReplicaComment})
	}
}

// regionIn returns the region of a replica, "" when it is not known.
func (j *judgement) regionIn(b *hclsyntax.Block, s terraform.Scope) string {
	if a := b.Body.Attributes["region_name"]; a != nil {
		if v, _ := j.module.Value(a.Expr, s).Unmark(); terraform.IsString(v) {
			return v.AsString()
		}
	}
	return ""
}

// replicaResources returns the aws_dynamodb_table_replica resources of the
// directory that belong to the table.
func replicaResources(m *terraform.Module, table *terraform.Resource) []*terraform.Resource {
	var out []*terraform.Resource
	for _, r := range m.OfType("aws_dynamodb_table_replica") {
		if a := r.Attribute("global_table_arn"); a != nil && refersTo(a.Expr, table) {
			out = append(out, r)
		}
	}
	return out
}

// strongConsistency reports whether the table's replicas are strongly
// consistent, or one is a witness: those cannot be made again.
func strongConsistency(m *terraform.Module, table *terraform.Resource) bool {
	static, dynamic := table.Nested("replica")
	for _, b := range slices.Concat(static, terraform.Contents(dynamic...)) {
		if a := b.Body.Attributes["consistency_mode"]; a != nil {
			if v, _ := m.Value(a.Expr, nil).Unmark(); !v.IsKnown() || v.RawEquals(cty.StringVal("STRONG")) {
				return true
			}
		}
	}
	witness, made := table.Nested("global_table_witness")
	return len(witness)+len(made) > 0
}

// ReplicaWarning adds to a finding what happens to live replicas, and the way
// round it: the keys first, then the table by hand, then the rest.
func ReplicaWarning(f *Finding) {
	var targets, updates []string
	for _, k := range f.Keys {
		region := k.For
		switch {
		case k.For == "table":
			region = "<main region>"
		case !regionName.MatchString(k.For):
			region = "<" + k.For + ">"
		}
		if k.Action == "created" {
			targets = append(targets, "-target="+k.Ref)
		}
		updates = append(updates, fmt.Sprintf(`{"Update":{"RegionName":"%s","KMSMasterKeyId":"<ARN of %s>"}}`, region, k.Ref))
	}
	name := "<table>"
	if a := f.Table.Attribute("name"); a != nil {
		if v := terraform.Literal(a.Expr); terraform.IsString(v) && tableName.MatchString(v.AsString()) {
			name = v.AsString()
		}
	}
	var commands []string
	if len(targets) > 0 {
		commands = append(commands, "terraform apply "+strings.Join(targets, " "))
	}
	commands = append(commands,
		fmt.Sprintf(`aws dynamodb update-table --table-name %s --replica-updates '[%s]'`, name, strings.Join(updates, ",")),
		"terraform apply")
	message := Sentence("warning", ReplicaRecreated) + " " + strings.Join(commands, "; ")
	f.Warnings = append(f.Warnings, Note{ReplicaRecreated, message, commands})
}

// tableName is what DynamoDB takes for one, and a shell leaves alone.
var tableName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,255}$`)

var regionName = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d+$`)
