package detect

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
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
	nothing  bool      // null or empty
	ref      string    // what the key is called
	// misnamed says that the key is right, but named by something else than its
	// ARN: by the attribute was, in the place of attribute. arn is an expression
	// that names it rightly, "" where no address leads to it.
	misnamed            bool
	was, attribute, arn string
	// key is the KMS key of the configuration that the value leads to, also
	// when it is named wrongly, and in the instance that declares it; else nil.
	key       *terraform.Resource
	in        *eval.Instance
	expansion eval.Expansion
}

var (
	// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
	keyARN = lazyregexp.New(`^arn:[^:]+:kms:([^:]+):([^:]*):key/[^:/]+$`)
	// alias/aws/ is reserved for AWS managed keys, by name and in an ARN.
	managedAlias = lazyregexp.New(`^(arn:[^:]+:kms:[^:]*:[^:]*:)?alias/aws/|^[^ ]*:alias/aws/`)
	aliasARN     = lazyregexp.New(`^arn:.*:alias/`)
)

// arnAttributes tells which attribute of what is the ARN of a key. Source: the
// documentation pages of the AWS provider 5.100.0 and 6.
var arnAttributes = map[string]string{
	"aws_kms_key":                  "arn",
	"aws_kms_replica_key":          "arn",
	"aws_kms_external_key":         "arn",
	"aws_kms_replica_external_key": "arn",
	"aws_kms_alias":                "target_key_arn",
	"data.aws_kms_key":             "arn",
	"data.aws_kms_alias":           "target_key_arn",
}

// ARNAttribute returns the attribute of a resource that is the ARN of a key,
// "" when it has none.
func ARNAttribute(r *terraform.Resource) string { return arnAttributes[r.Kind()] }

// NamesARN reports whether a reference may be to the ARN of a key: to that
// attribute of what has one, or to something else.
func NamesARN(t hcl.Traversal) bool {
	steps := 2
	kind := t.RootName()
	if a, ok := t[min(1, len(t)-1)].(hcl.TraverseAttr); ok && kind == "data" {
		steps, kind = 3, "data."+a.Name
	}
	right := arnAttributes[kind]
	if right == "" || len(t) <= steps {
		return right == ""
	}
	last, ok := t[len(t)-1].(hcl.TraverseAttr)
	return ok && last.Name == right
}

// IsKeyARN reports whether a text is the ARN of a KMS key.
func IsKeyARN(text string) bool { return keyARN.MatchString(text) }

// JudgeValue tells the problem of a value in the place of a key's ARN, as far
// as the value alone tells; "" when it may be a customer managed key.
func JudgeValue(v cty.Value) ProblemID {
	v, _ = v.Unmark()
	switch {
	case !v.IsKnown():
		return ""
	case v.IsNull():
		return NoKey
	case !terraform.IsString(v):
		return KeyNotARN
	case v.AsString() == "":
		return NoKey
	case managedAlias.MatchString(v.AsString()):
		return AWSManagedKey
	case keyARN.MatchString(v.AsString()):
		return ""
	}
	return KeyNotARN
}

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
	case !bare.IsKnown() && j.in.Complete && referenceError(j.in, a.Expr) != nil:
		out.problem = KeyNotARN // it does not exist, which is an error of the module
	case !bare.IsKnown():
		out.problem = j.textProblem(a, scope)
	case out.problem == KeyNotARN && terraform.IsString(bare):
		if alias := j.ownAlias(j.in, bare.AsString()); alias != nil {
			named := j.standIn(&eval.StandIn{In: j.in, Resource: alias, Attribute: "name"}, region)
			if _, literal := a.Expr.(*hclsyntax.TemplateExpr); literal {
				named.was = ""
				return named
			}
		}
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
func (j *judgement) textProblem(a *hclsyntax.Attribute, scope eval.Scope) ProblemID {
	text, found := j.in.Text(a.Expr, scope)
	switch {
	case !found:
		return ""
	case managedAlias.MatchString(text):
		return AWSManagedKey
	case aliasARN.MatchString(text):
		return KeyNotARN
	}
	return ""
}

// Elsewhere reports whether the ARN of a key is of another region or account
// than a table, where both are known.
func Elsewhere(in *eval.Instance, table *terraform.Resource, arn string) bool {
	return elsewhere(in, table, arn, in.RegionOf(table))
}

func elsewhere(in *eval.Instance, table *terraform.Resource, arn, region string) bool {
	parts := keyARN.FindStringSubmatch(arn)
	if parts == nil {
		return false
	}
	account := in.Provider(table).AccountID()
	return region != "" && parts[1] != region || account != "" && parts[2] != account
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
		v.problem, v.misnamed, v.attribute = KeyNotARN, true, right
		if s.In == j.in && (s.Expansion.Key != "" || !s.Resource.Counted()) {
			v.arn = s.Resource.Address() + s.Expansion.Key + "." + right
		}
	}
	return v
}

// away reports whether a key, or what looks it up, is in another region or
// account than the table, where both are known.
func (j *judgement) away(s *eval.StandIn, region string) bool {
	if own := s.In.RegionOf(s.Resource); own != "" && region != "" && own != region {
		return true
	}
	own, account := s.In.Provider(s.Resource).AccountID(), j.home.Provider(j.table).AccountID()
	if own != "" && account != "" && own != account {
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
	one, other := cmp.Or(j.table.ProviderRegion().Provider, "aws"), cmp.Or(v.key.ProviderRegion().Provider, "aws")
	yes, decided := j.in.Evaluator().Decide(j.in, "the region of "+one+" and "+other,
		other+" has another region than "+one, other+" has the region of "+one)
	return yes && decided
}

// renamed returns what makes the reference at an origin right: another name in
// the place of the attribute's. It is nil where there is no such reference.
func (v keyVerdict) renamed(o eval.Origin) *Source {
	var steps hcl.Traversal
	switch e := o.Expr.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		if steps = e.Traversal; o.In.Referred(steps) == nil {
			return nil // an output, say, which has names of its own
		}
	case *hclsyntax.RelativeTraversalExpr:
		steps = e.Traversal
	}
	if len(steps) == 0 {
		return nil
	}
	last, ok := steps[len(steps)-1].(hcl.TraverseAttr)
	if !ok || arnLike(last.Name) != arnLike(v.was) {
		return nil
	}
	at := o.In.Place(last.SrcRange)
	at.Start = at.End - len(last.Name)
	return &Source{At: at, Text: v.attribute, Origin: o}
}

// arnLike tells the attributes apart that have stand-ins of their own; the id
// of a key is its key_id.
func arnLike(name string) string {
	if name == "id" {
		return "key_id"
	}
	return name
}

// maxSteps ends the search along references that go round in a circle, which
// Terraform refuses anyway.
const maxSteps = 8

// lookup returns what the argument of a data source or alias says of which key
// it looks up.
func lookup(s *eval.StandIn, names ...string) cty.Value {
	for _, name := range names {
		if a := s.Resource.Attribute(name); a != nil {
			v, _ := s.In.Settle(a.Expr, s.Expansion.Scope, s.In.Value(a.Expr, s.Expansion.Scope)).Unmark()
			return v
		}
	}
	return cty.DynamicVal
}

// managed reports whether a data source looks an AWS managed key up, by name
// or through another lookup.
func managed(s *eval.StandIn, steps int) bool {
	if !s.Resource.Data || steps > maxSteps {
		return false
	}
	v := lookup(s, "name", "key_id")
	if next := s.In.Evaluator().StandIn(v); next != nil {
		return managed(next, steps+1)
	}
	return terraform.IsString(v) && managedAlias.MatchString(v.AsString())
}

// keyOf follows aliases and lookups to the key that they stand for, as far as
// the configuration declares it.
func keyOf(s *eval.StandIn, steps int) *eval.StandIn {
	next := map[string]string{"aws_kms_alias": "target_key_id", "data.aws_kms_key": "key_id", "data.aws_kms_alias": "name"}[s.Resource.Kind()]
	if next == "" {
		return s
	}
	if steps > maxSteps {
		return nil
	}
	v := lookup(s, next)
	if to := s.In.Evaluator().StandIn(v); to != nil {
		return keyOf(to, steps+1)
	}
	if terraform.IsString(v) && s.Resource.Data {
		if alias := aliasNamed(s.In, v.AsString(), s.Resource); alias != nil {
			return keyOf(&eval.StandIn{In: s.In, Resource: alias}, steps+1)
		}
	}
	return nil
}

// ownAlias returns the alias of the module that has a name, for the table.
func (j *judgement) ownAlias(in *eval.Instance, name string) *terraform.Resource {
	return aliasNamed(in, name, j.table)
}

func aliasNamed(in *eval.Instance, name string, like *terraform.Resource) *terraform.Resource {
	for _, alias := range in.OfType("aws_kms_alias") {
		a := alias.Attribute("name")
		if a == nil || alias.Counted() || alias.ProviderRegion() != like.ProviderRegion() {
			continue
		}
		if v, _ := in.Value(a.Expr, nil).Unmark(); terraform.IsString(v) && v.AsString() == name {
			return alias
		}
	}
	return nil
}

// unusable tells why DynamoDB cannot use a key of the configuration. DynamoDB
// takes symmetric encryption keys that are enabled:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
func unusable(s *eval.StandIn) (ProblemID, *Reason) {
	value := func(name string) cty.Value {
		a := s.Resource.Attribute(name)
		if a == nil {
			return cty.DynamicVal
		}
		v, _ := s.In.Value(a.Expr, s.Expansion.Scope).Unmark()
		return v
	}
	for _, name := range []string{"is_enabled", "enabled"} {
		if eval.AsBool(value(name)).RawEquals(cty.False) {
			return UnusableKey, NewReason(KeyDisabled, "")
		}
	}
	for name, want := range map[string]string{"customer_master_key_spec": "SYMMETRIC_DEFAULT", "key_usage": "ENCRYPT_DECRYPT"} {
		if v := value(name); terraform.IsString(v) && v.AsString() != want {
			return UnusableKey, nil
		}
	}
	return "", nil
}

// Unusable tells whether DynamoDB cannot use a key of an instance.
func Unusable(in *eval.Instance, key *terraform.Resource) bool {
	s := keyOf(&eval.StandIn{In: in, Resource: key}, 0)
	if s == nil {
		return false
	}
	problem, _ := unusable(s)
	return problem != ""
}

// Managed tells whether a data source of an instance looks an AWS managed key
// up.
func Managed(in *eval.Instance, r *terraform.Resource) bool {
	return managed(&eval.StandIn{In: in, Resource: r}, 0)
}

const rotationAttribute = "enable_key_rotation"

// unrotated returns the key that could rotate by itself and does not, nil when
// there is none. A replica key rotates as its primary does; keys in a custom
// store, imported and unusable ones cannot rotate:
// https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
func unrotated(s *eval.StandIn) *eval.StandIn {
	switch {
	case s == nil || s.Resource.Data:
		return nil
	case s.Resource.Type == "aws_kms_replica_key":
		if primary := s.In.Evaluator().StandIn(lookup(s, "primary_key_arn")); primary != nil && primary.Resource.Kind() == "aws_kms_key" {
			return unrotated(primary)
		}
		return nil
	case s.Resource.Type != "aws_kms_key":
		return nil
	}
	if a := s.Resource.Attribute("custom_key_store_id"); a != nil {
		if v, _ := s.In.Value(a.Expr, s.Expansion.Scope).Unmark(); !v.IsKnown() || !v.IsNull() {
			return nil
		}
	}
	a := s.Resource.Attribute(rotationAttribute)
	if a == nil {
		return s
	}
	if rotates := s.In.Truth(a.Expr, s.Expansion.Scope); rotates.IsKnown() && (rotates.IsNull() || rotates.False()) {
		return s
	}
	return nil
}

// rotation notes that a key which the table uses could rotate, and does not.
func (j *judgement) rotation(v keyVerdict) {
	if v.key == nil {
		return
	}
	if f := rotationFact(&eval.StandIn{In: v.in, Resource: v.key, Expansion: v.expansion}, j.options); f != nil {
		j.add(*f)
	}
}

// rotationFact returns what would make a key rotate; nil when it does, cannot,
// or a comment on it says that it need not.
func rotationFact(s *eval.StandIn, o Options) *fact {
	weak := unrotated(s)
	if weak == nil || o.Comments.Find(weak.Resource, &rotationCheck) != nil {
		return nil
	}
	key := weak.Resource
	f := &fact{
		argument: Argument{In: weak.In.Module, Resource: key, Block: key.Merged, Name: rotationAttribute},
		problem:  KeyNotRotated, repair: true, at: weak.In.Place(key.Block.Range()), value: on, branch: Sentence(ProblemKind, KeyNotRotated),
	}
	if ignores(key, rotationAttribute) {
		f.declined = NewReasonf(IgnoreChanges, "the lifecycle of %s ignores changes of %s, so a fix would have no effect; remove the argument from ignore_changes and rerun", key.Address(), rotationAttribute)
	}
	if a := key.Attribute(rotationAttribute); a != nil {
		o := weak.In.Trace(a.Expr, weak.Expansion.Scope)
		j := &judgement{in: weak.In, home: weak.In, table: key}
		j.from(f, a, o, "true")
		f.repair = !f.open
		f.at = weak.In.Place(a.Expr.Range())
		if f.source != nil && !f.source.At.IsZero() {
			f.at = f.source.At
		}
	}
	return f
}

// Rotation returns what would make a key rotate, nil when nothing is to be
// done. It is open when the key rotates in some cases and not in others.
func Rotation(in *eval.Instance, key *terraform.Resource, o Options) *Want {
	var facts []*fact
	worlds := 0
	complete := in.Evaluator().Explore(func() {
		worlds++
		if f := rotationFact(&eval.StandIn{In: in, Resource: key}, o); f != nil {
			facts = append(facts, f)
		}
	})
	if len(facts) == 0 {
		return nil
	}
	w := facts[0].want()
	w.Open = w.Open || len(facts) < worlds || !complete
	return &w
}

// byHand says where a value is decided, and what to set there.
func (j *judgement) byHand(a *hclsyntax.Attribute, o eval.Origin, want string) string {
	switch {
	case o.Name != "" && o.In != nil && o.In.Variable(o.Name) != nil && o.Kind != eval.Local:
		return fmt.Sprintf("%s comes from var.%s; set %s = %s %s", a.Name, o.Name, o.Name, want, whereSet(j.in, o))
	case o.Kind == eval.Local && o.Expr != nil:
		return fmt.Sprintf("%s = %s is set at %s; change it to %s there", a.Name, j.in.Source(a.Expr), o.In.Place(o.Expr.Range()).Line(), want)
	}
	return fmt.Sprintf("%s = %s is computed; set it to %s", a.Name, j.in.Source(a.Expr), want)
}

// whereSet says where a variable gets its value, and which files set it.
func whereSet(in *eval.Instance, o eval.Origin) string {
	if o.Called != nil {
		return "in the call at " + o.Called.Caller.Place(o.Called.Call.Block.Range()).Line()
	}
	var files []string
	loaded, others := in.Inputs(o.Name)
	for _, i := range append(loaded, others...) {
		place := terraform.Place{File: i.File}
		if i.Expr != nil {
			place.Start = i.Expr.Range().Start.Byte
		}
		files = append(files, place.Line())
	}
	v := in.Variable(o.Name)
	switch {
	case len(files) > 0:
		return "in " + strings.Join(files, ", ")
	case in.Open:
		return "where the module is called"
	case v == nil || v.Default == nil:
		return "in terraform.tfvars"
	}
	return fmt.Sprintf("in terraform.tfvars, or its default at %s", in.Place(v.Default.Range()).Line())
}
