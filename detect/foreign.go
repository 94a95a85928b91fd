package detect

import (
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// A ForeignReplica is an aws_dynamodb_table_replica without a valid key that
// finds its table by name: in an ARN that is written out, or by a data source. The
// table may be another configuration's: of the files of the replica nothing is read
// for it any more, since several tables may be judged at once.
type ForeignReplica struct {
	NamedTable
	Where string // its address, and its file and line
	// Argument is the key that the replica has not.
	Argument Argument
}

// A NamedTable is what tells of a table by its name.
type NamedTable struct {
	Name            string
	region, account string // each "" when it is not known
}

// ForeignReplicas returns the replicas of a configuration that find tables of
// others by name and have no key, by the instance of its root.
func ForeignReplicas(root *eval.Instance) []ForeignReplica {
	var out []ForeignReplica
	own := tableNames(root)
	for _, in := range root.Declaring(ReplicaType) {
		for _, r := range in.OfType(ReplicaType) {
			list, _ := in.Expand(r)
			for _, e := range list {
				a, key := r.Attribute("global_table_arn"), r.Attribute("kms_key_arn")
				j := &judgement{view: &view{}, in: in, home: in, table: r}
				if a == nil || key != nil && j.keyed(key, e.Scope) {
					continue
				}
				if t := namedBy(in, in.Value(a.Expr, e.Scope)); t.Name != "" && !own[t.Name] {
					lacking := Argument{In: in.Module, Resource: r, Block: r.Block, Name: "kms_key_arn"}
					where := in.Address() + r.Address() + e.Key + " at " + in.Place(r.Block.TypeRange).Line()
					out = append(out, ForeignReplica{t, where, lacking})
				}
			}
		}
	}
	return out
}

// tableNames returns the names of the tables of a configuration, as far as they
// are known.
func tableNames(root *eval.Instance) map[string]bool {
	out := map[string]bool{}
	for _, in := range root.Declaring(TableType) {
		for _, r := range in.OfType(TableType) {
			maps.Copy(out, namesOf(in, r))
		}
	}
	return out
}

// namesOf returns the names of the instances of a table, as far as they are known.
func namesOf(in *eval.Instance, table *terraform.Resource) map[string]bool {
	out := map[string]bool{}
	list, _ := in.Expand(table)
	for _, e := range list {
		if name := nameOf(in, table, e.Scope); name != "" {
			out[name] = true
		}
	}
	return out
}

// namedBy returns the table that a value leads to by its name, one without a name
// when it does not.
func namedBy(in *eval.Instance, v cty.Value) NamedTable {
	if s := in.Evaluator().StandIn(v); s != nil {
		name := lookup(s, "name")
		if s.Resource.Kind() != "data."+TableType || s.Attribute != "arn" || !terraform.IsString(name) {
			return NamedTable{}
		}
		return NamedTable{name.AsString(), s.In.RegionOf(s.Resource), s.In.Provider(s.Resource).AccountID()}
	}
	if v, _ = v.Unmark(); !terraform.IsString(v) {
		return NamedTable{}
	}
	parts := strings.SplitN(v.AsString(), ":", 6)
	if len(parts) < 6 || parts[2] != "dynamodb" || !strings.HasPrefix(parts[5], "table/") {
		return NamedTable{}
	}
	t := NamedTable{Name: strings.TrimPrefix(parts[5], "table/"), region: parts[3]}
	if account := parts[4]; !in.Evaluator().HoldsAccount(account) {
		t.account = account
	}
	return t
}

// isNamed reports whether a name is that of the table, in its region and account
// as far as these are known.
func (j *judgement) isNamed(t NamedTable) bool {
	differ := func(a, b string) bool { return a != "" && b != "" && a != b }
	return nameOf(j.home, j.table, j.scope) == t.Name && !differ(t.region, j.home.RegionOf(j.table)) && !differ(t.account, j.home.Provider(j.table).AccountID())
}

// nameOf returns the name of an instance of a resource, "" when it is not known.
func nameOf(in *eval.Instance, table *terraform.Resource, scope eval.Scope) string {
	a := table.Attribute("name")
	if a == nil {
		return ""
	}
	v, _ := in.Value(a.Expr, scope).Unmark()
	if !terraform.IsString(v) {
		return ""
	}
	return v.AsString()
}

// foreignReplicas judges the replicas of the table that another configuration
// makes, as far as its name tells.
func (j *judgement) foreignReplicas() {
	name := nameOf(j.home, j.table, j.scope)
	if j.options.Replicas == nil || name == "" {
		return
	}
	own := j.home.Declaring(ReplicaType)
	for _, f := range j.options.Replicas(name) {
		judged := slices.ContainsFunc(own, func(in *eval.Instance) bool { return in.Dir == f.Argument.In.Dir })
		if judged || !j.isNamed(f.NamedTable) {
			continue
		}
		j.add(fact{
			argument: f.Argument, problem: ReplicaWithoutKey,
			at: j.place(j.table.Block.TypeRange), of: f.Where, declined: NewReason(ReplicaResource, ""), branch: Sentence(ProblemKind, ReplicaWithoutKey),
		})
	}
}
