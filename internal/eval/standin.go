package eval

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// A StandIn is the value that an attribute has instead of the one that only an
// apply can tell. It has the shape of that, and no other attribute has it: a
// result that is a stand-in names where it comes from, through any function.
type StandIn struct {
	In        *Instance
	Resource  *terraform.Resource
	Expansion Expansion // which of its instances
	Attribute string    // "arn", "key_id", ...
}

// registry holds the stand-ins of an evaluator by their text.
type registry struct {
	seed     int
	byText   map[string]*StandIn
	opaque   map[string]string // by what they stand for
	accounts map[string]string // of providers
	// variables are those that an opaque text stands for.
	variables map[string]part
}

// StandIn returns what a known value stands in for, nil when it is none.
func (ev *Evaluator) StandIn(v cty.Value) *StandIn {
	if v = unmark(v); !terraform.IsString(v) {
		return nil
	}
	return ev.standIns.byText[v.AsString()]
}

// standInMark is in every stand-in: the middle of its UUID, which no key of
// AWS has but by an accident that nobody will see.
const standInMark = "-c3f1-4d2b-9a57-"

// opaqueText is what stands in for one string.
var opaqueText = regexp.MustCompile(opaqueMark + `[0-9]+` + opaqueMark)

// opaqueMark begins and ends text that stands in for a string that is not
// known. It is a character of private use, which JSON takes as it is: a policy in
// a heredoc has it among what is known.
const opaqueMark = "\U0010FFFD"

// Glob returns a text of [Instance.Text] with * in the place of what is not known.
func Glob(text string) string { return opaqueText.ReplaceAllString(text, "*") }

// IsOpaque reports whether a text of [Instance.Text] holds what is not known.
func IsOpaque(text string) bool { return strings.Contains(text, opaqueMark) }

// differsOpaquely reports whether a value may be another one where unknown strings
// have stand-ins: it is not known, or holds a stand-in, which may be an ARN that
// ends in a name there.
func differsOpaquely(v cty.Value) bool {
	v, _ = v.UnmarkDeep()
	differs := !v.IsWhollyKnown()
	_ = cty.Walk(v, func(_ cty.Path, part cty.Value) (bool, error) {
		differs = differs || terraform.IsString(part) && strings.Contains(part.AsString(), standInMark)
		return !differs, nil
	})
	return differs
}

// computed returns an attribute that the provider computes: a stand-in for an
// ARN or id, else unknown.
func (ev *Evaluator) computed(i *Instance, r *terraform.Resource, e Expansion, name string) cty.Value {
	if v := i.environment(r, name); v != cty.NilVal {
		return v
	}
	if r.Kind() == "data.aws_iam_policy_document" && ev.opaque && (name == "json" || name == "minified_json") {
		return i.policyDocument(r, e)
	}
	shape := shapeOf(r.Kind(), name)
	switch {
	case ev.options.Plan && shape != "":
		return cty.UnknownVal(cty.String)
	case !ev.options.Plan && shape != "":
		return cty.StringVal(ev.standIns.text(i, r, e, name, shape))
	}
	return ev.hide(cty.DynamicVal, i.Address()+r.Address()+e.Key+"."+name)
}

// shapeOf returns the shape of an attribute's stand-in, with %s for the UUID;
// "" for an attribute that is just unknown. Source: the attributes of the AWS
// provider's documentation pages.
func shapeOf(kind, name string) string {
	key := strings.HasPrefix(strings.TrimPrefix(kind, "data."), "aws_kms_")
	alias := strings.HasSuffix(kind, "aws_kms_alias")
	switch {
	case name == "arn" && alias, name == "id" && kind == "data.aws_kms_alias":
		return "arn:<partition>:kms:<region>:<account>:alias/%s"
	case name == "id" && alias:
		return "alias/%s"
	case key && name == "arn", alias && name == "target_key_arn":
		return "arn:<partition>:kms:<region>:<account>:key/%s"
	case key && (name == "id" || name == "key_id"), alias && name == "target_key_id":
		return "%s"
	case name == "arn" && strings.HasPrefix(kind, "aws_iam_"):
		return "arn:<partition>:iam::<account>:" + strings.TrimPrefix(kind, "aws_iam_") + "/%s"
	case name == "arn":
		service, rest, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(kind, "data."), "aws_"), "_")
		return "arn:<partition>:" + service + ":<region>:<account>:" + rest + "/%s"
	case name == "id":
		return "%s"
	}
	return ""
}

// text returns the stand-in of an attribute, made on demand.
func (s *registry) text(i *Instance, r *terraform.Resource, e Expansion, name, shape string) string {
	address := i.Address() + r.Address() + e.Key
	if e.Key == "" && r.Counted() {
		address += "[?]"
	}
	id := fmt.Sprintf("%08x%s%012x", s.hash(address)>>32, standInMark, s.hash(i.Root().Dir+"\x00"+address)&0xffffffffffff)
	if own := i.ownName(r, e, name); own != "" {
		id = own
	}
	where := i.location(r)
	text := strings.NewReplacer("<partition>", where.partition, "<region>", where.region, "<account>", where.account, "%s", id).Replace(shape)
	if s.byText == nil {
		s.byText = map[string]*StandIn{}
	}
	if s.byText[text] == nil {
		s.byText[text] = &StandIn{i, r, e, sameAs(shape, name)}
		if arn := shapeOf(r.Kind(), "arn"); shape == "%s" && arn != "" {
			s.text(i, r, e, "arn", arn) // which an expression may make of the id
		}
	}
	return text
}

// sameAs returns the name of the attribute that a stand-in is called by: the id
// of a key is its key_id, that of a looked-up alias its ARN.
func sameAs(shape, name string) string {
	switch {
	case name == "id" && shape == "%s":
		return "key_id"
	case name == "id" && strings.HasPrefix(shape, "arn:"):
		return "arn"
	}
	return name
}

// ownName returns the name that the ARN of a role, user or table ends in, where
// policies are read: they may write it out. It is "" when it is not known, or in
// other ARNs; that of a table that is looked up may be known in part.
func (i *Instance) ownName(r *terraform.Resource, e Expansion, attribute string) string {
	named := r.Type == "aws_iam_role" || r.Type == "aws_iam_user" || r.Type == "aws_dynamodb_table"
	a := r.Attribute("name")
	if !i.ev.opaque || attribute != "arn" || !named || a == nil {
		return ""
	}
	v := unmark(i.Value(a.Expr, e.Scope))
	if !terraform.IsString(v) || IsOpaque(v.AsString()) && r.Kind() != "data.aws_dynamodb_table" {
		return ""
	}
	if p := r.Attribute("path"); p != nil {
		if path := unmark(i.Value(p.Expr, e.Scope)); terraform.IsString(path) {
			return strings.Trim(path.AsString(), "/") + "/" + v.AsString()
		}
		return ""
	}
	return v.AsString()
}

func (s *registry) hash(text string) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d\x00%s", s.seed, text)
	return h.Sum64()
}

// account returns the stand-in of the account that a provider configuration
// works in.
func (s *registry) account(provider string) string {
	if s.accounts == nil {
		s.accounts = map[string]string{}
	}
	if s.accounts[provider] == "" {
		s.accounts[provider] = fmt.Sprintf("%012d", s.hash("account "+provider)%1_000_000_000_000)
	}
	return s.accounts[provider]
}

// HoldsAccount reports whether a text holds the stand-in of an account.
func (ev *Evaluator) HoldsAccount(text string) bool {
	for _, id := range ev.standIns.accounts {
		if strings.Contains(text, id) {
			return true
		}
	}
	return false
}

// hideVariable is hide for the value of a variable, and, of an object, for its
// attributes.
func (ev *Evaluator) hideVariable(v cty.Value, of part) cty.Value {
	bare, marks := v.Unmark()
	if ty := bare.Type(); ev.opaque && !bare.IsKnown() && ty.IsObjectType() {
		attributes := map[string]cty.Value{}
		for name, ty := range ty.AttributeTypes() {
			attributes[name] = ev.hideVariable(cty.UnknownVal(ty), of.step(name))
		}
		return cty.ObjectVal(attributes).WithMarks(marks)
	}
	if ev.opaque && !bare.IsKnown() && of.lacksWithin(bare.Type()) {
		return ev.represented(of, bare.Type()).WithMarks(marks)
	}
	id := of.named().id
	if have, told := ev.told(id); told && len(of.path) > 0 {
		if have.IsNull() {
			have = cty.NullVal(bare.Type())
		}
		return have.WithMarks(marks)
	}
	v = ev.hide(v, id)
	if text := ev.standIns.opaque[id]; text != "" {
		if ev.standIns.variables == nil {
			ev.standIns.variables = map[string]part{}
		}
		ev.standIns.variables[text] = of
	}
	return v
}

// hide returns a value, or, where unknown strings are to have stand-ins, one
// for an unknown string. id tells what the string is.
func (ev *Evaluator) hide(v cty.Value, id string) cty.Value {
	bare, marks := v.Unmark()
	if !ev.opaque || bare.IsKnown() || bare.Type() != cty.String && bare.Type() != cty.DynamicPseudoType {
		return v
	}
	s := &ev.standIns
	if s.opaque == nil {
		s.opaque = map[string]string{}
	}
	if s.opaque[id] == "" {
		s.opaque[id] = fmt.Sprintf("%s%d%s", opaqueMark, len(s.opaque), opaqueMark)
	}
	return cty.StringVal(s.opaque[id]).WithMarks(marks)
}
