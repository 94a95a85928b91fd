package detect

import (
	"cmp"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/lazyregexp"
	"cmkify/internal/terraform"
)

// A keyVerdict is what DynamoDB would do with the key that a value names.
type keyVerdict struct {
	problem  ProblemID // "" when DynamoDB takes it for a customer managed key
	declined *Reason   // why no rewrite can fix it, else nil
	// undecided says why nothing can be said of it, else nil.
	undecided *Reason
	nothing   bool   // null or empty
	ref       string // what the key is called
	// misnamed says that the key is right, but named by something else than its
	// ARN: by the attribute was, in the place of attribute, of what it is a
	// stand-in of. arn is an expression
	// that names it rightly, "" where no address leads to it.
	misnamed            bool
	was, attribute, arn string
	of                  *eval.StandIn
	// key is the KMS key of the configuration that the value leads to, also
	// when it is named wrongly, and in the instance that declares it; else nil.
	key       *terraform.Resource
	in        *eval.Instance
	expansion eval.Expansion
}

var (
	// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
	keyARN = lazyregexp.New(`^arn:([^:]+):kms:([^:]+):([^:]*):key/[^:/]+$`)
	// alias/aws/ is reserved for AWS managed keys, by name and in an ARN.
	managedAlias = lazyregexp.New(`^(arn:[^:]+:kms:[^:]*:[^:]*:)?alias/aws/|^[^ ]*:alias/aws/`)
	aliasARN     = lazyregexp.New(`^arn:.*:(alias/.*)$`)
)

// verdict judges the value of an argument that names a key of a region, which is
// "" when it is not known.
func (j *judgement) verdict(v cty.Value, a *hclsyntax.Attribute, scope eval.Scope, region string) keyVerdict {
	if s := j.in.Evaluator().StandIn(v); s != nil {
		return j.standIn(s, region)
	}
	if r := j.wholeKey(a.Expr); r != nil {
		return j.standIn(&eval.StandIn{In: j.in, Resource: r}, region)
	}
	bare, marks := v.Unmark()
	out := keyVerdict{problem: JudgeValue(v), ref: j.in.Source(a.Expr)}
	out.nothing = out.problem == NoKey
	switch {
	case !bare.IsKnown() && j.in.Complete && BadReference(j.in, a.Expr) != "":
		out.problem = KeyNotARN // it does not exist, which is an error of the module
	case !bare.IsKnown():
		text, _ := j.in.Text(a.Expr, scope)
		if out.problem = textProblem(text); out.problem == KeyNotARN {
			return j.byAlias(out, a, text, region)
		}
	case out.problem == KeyNotARN && terraform.IsString(bare):
		return j.byAlias(out, a, bare.AsString(), region)
	case out.problem == "":
		if len(marks) == 0 {
			out.ref = bare.AsString()
		}
		if elsewhere(j.home, j.table, bare.AsString(), region) {
			out.problem = UnusableKey
		}
	}
	return out
}

// wholeKey returns the key, or what looks one up, that an expression refers to
// as a whole; nil for none.
func (j *judgement) wholeKey(e hclsyntax.Expression) *terraform.Resource {
	t, ok := eval.Unwrap(e).(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return nil
	}
	r := j.in.Referred(t.Traversal)
	if r == nil || r.Counted() || ARNAttribute(r) == "" || terraform.AddressOf(t.Traversal) != j.in.Source(e) {
		return nil
	}
	return r
}

// textProblem judges a key of which only a part is known, such as a template
// that ends in an alias.
func textProblem(text string) ProblemID {
	switch {
	case managedAlias.MatchString(text):
		return AWSManagedKey
	case aliasARN.MatchString(text):
		return KeyNotARN
	}
	return ""
}

// Elsewhere reports whether the ARN of a key is of another region or account
// than a table, where both are known, or of another partition than its own region:
// there is no such key.
func Elsewhere(in *eval.Instance, table *terraform.Resource, arn string) bool {
	return elsewhere(in, table, arn, in.RegionOf(table))
}

func elsewhere(in *eval.Instance, table *terraform.Resource, arn, region string) bool {
	parts := keyARN.FindStringSubmatch(arn)
	if parts == nil {
		return false
	}
	account := in.Provider(table).AccountID()
	return region != "" && parts[2] != region || account != "" && parts[3] != account || parts[1] != eval.Partition(parts[2])
}

// A NamedKey is what an expression names as the key of a table.
type NamedKey struct {
	Problem  ProblemID           // "" when the table may use it
	Resource *terraform.Resource // the key, when it is one of the configuration, else nil
	In       *eval.Instance
}

// JudgeKey judges the key that an expression of an instance names for a table,
// which may be of another one, that it calls.
func JudgeKey(in *eval.Instance, need *KeyNeed, e hclsyntax.Expression) NamedKey {
	j := &judgement{view: &view{}, in: in, home: need.In, table: need.Table}
	v := j.verdict(in.Value(e, nil), &hclsyntax.Attribute{Name: "kms_key_arn", Expr: e}, nil, need.In.RegionOf(need.Table))
	return NamedKey{v.problem, v.key, v.in}
}

// standIn judges a value that is an attribute of a resource or data source, in
// the place of a key of a region.
func (j *judgement) standIn(s *eval.StandIn, region string) keyVerdict {
	if s.Attribute == eval.HandedOn {
		return j.handedOn(s, region)
	}
	v := keyVerdict{ref: s.In.Address() + s.Resource.Address() + s.Expansion.Key, was: s.Attribute}
	right := arnAttributes[s.Resource.Kind()]
	if right == "" {
		v.problem = KeyNotARN
		return v
	}
	if managed(s, 0) {
		v.problem = AWSManagedKey
		return v
	}
	key := keyOf(s, 0)
	if key != nil {
		v.key, v.in, v.expansion = key.Resource, key.In, key.Expansion
		if v.problem, v.declined = unusable(key); v.problem != "" {
			return v
		}
	}
	if j.away(s, region) || key != nil && j.away(key, region) {
		v.problem = UnusableKey
		return v
	}
	if s.Attribute != right {
		v.problem, v.misnamed, v.attribute, v.of = KeyNotARN, true, right, s
		if s.In == j.in && (s.Expansion.Key != "" || !s.Resource.Counted()) {
			v.arn = s.Resource.Address() + s.Expansion.Key + "." + right
		}
	}
	return v
}

// away reports whether a key, or what looks it up, is in another region than the
// one that it is for, or another account than the table, where both are known. A
// region that is not known to be the table's is that of a replica, which is never
// in the region of the table.
func (j *judgement) away(s *eval.StandIn, region string) bool {
	own, beside := s.In.RegionOf(s.Resource), s.In == j.home && s.Resource.ProviderRegion() == j.table.ProviderRegion()
	if own != "" && region != "" && own != region || own == "" && region != "" && beside {
		return true
	}
	account, tables := s.In.Provider(s.Resource).AccountID(), j.home.Provider(j.table).AccountID()
	if account != "" && tables != "" && account != tables {
		return true
	}
	v := lookup(s, "key_id")
	return s.Resource.Data && terraform.IsString(v) && elsewhere(j.home, j.table, v.AsString(), region)
}

// apart decides whether a key of the module is of another region than the
// table, where callers pass the provider configurations of both.
func (j *judgement) apart(v keyVerdict) bool {
	if v.key == nil || v.in != j.in || !j.in.Open || v.key.ProviderRegion() == j.table.ProviderRegion() {
		return false
	}
	if j.in.RegionOf(v.key) != "" && j.in.RegionOf(j.table) != "" {
		return false
	}
	one, other := j.regionText(j.table), j.regionText(v.key)
	yes, decided := j.in.Evaluator().Decide(j.in, one+" and "+other, other+" is not "+one, other+" is "+one)
	return yes && decided
}

// regionText returns what the region of a resource of the module is called, known
// or not.
func (j *judgement) regionText(r *terraform.Resource) string {
	at := r.ProviderRegion()
	return cmp.Or(j.in.RegionOf(r), at.Region, "the region of "+cmp.Or(at.Provider, "aws"))
}
