package detect

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A Candidate is a key of the directory that tables of its pair might use.
type Candidate struct {
	Block *terraform.Resource // the key, or the data source that looks it up; nil for a local
	Ref   string              // its address
	Expr  string              // what gives its ARN
	At    hcl.Range
	// Unfit says why it is not reused by itself, "" when it is.
	Unfit string
	// Covered says that its policy lets the tables' users decrypt.
	Covered bool
}

// keyTypes are the resources and data sources that are, or stand for, keys.
var keyTypes = []string{
	"aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key", "data.aws_kms_key", "data.aws_kms_alias",
}

// Candidates judges every key of the directory for the tables of a pair. A
// key is fit if it could serve them and is meant for DynamoDB: its label,
// description or alias, or a statement of its policy, says so, and its policy
// lets the account's callers, or the tables' users by name, decrypt through
// DynamoDB; without a policy, if every grant of item access in the directory
// comes with kms:Decrypt.
func Candidates(m *terraform.Module, pair terraform.Pair) []Candidate {
	var out []Candidate
	all := grants(m)
	for _, r := range m.Resources {
		if slices.Contains(keyTypes, kindOf(r)) {
			out = append(out, candidate(m, r, pair, all))
		}
	}
	for _, name := range m.Locals() {
		if c := localCandidate(m, name, pair, all); c != nil {
			out = append(out, *c)
		}
	}
	return out
}

// localCandidate judges a local that holds the ARN of a key as a literal, nil
// when it does not. One that holds a reference is the key it refers to.
func localCandidate(m *terraform.Module, name string, pair terraform.Pair, all []grant) *Candidate {
	a := m.Local(name)
	v := terraform.Literal(a.Expr)
	if !terraform.IsString(v) || !keyARN.MatchString(v.AsString()) {
		return nil
	}
	c := &Candidate{Ref: "local." + name, Expr: "local." + name, At: a.SrcRange}
	switch {
	case pair != (terraform.Pair{}):
		c.Unfit = "it is in one region, and the table has a provider or region of its own"
	case !dynamo.MatchString(name):
		c.Unfit = unfitPurpose
	case len(all) == 0 || len(lacking(m, all)) > 0:
		c.Unfit = unfitGrants
	}
	return c
}

const (
	unfitPurpose = "it is meant for something else, or nothing says for what"
	unfitGrants  = "it has no policy here, and not every user of the tables is granted kms:Decrypt here"
)

func kindOf(r *terraform.Resource) string {
	if r.Data {
		return "data." + r.Type
	}
	return r.Type
}

func candidate(m *terraform.Module, r *terraform.Resource, pair terraform.Pair, all []grant) Candidate {
	c := Candidate{Block: r, Ref: r.Address(), Expr: r.Address() + "." + keyARNs[kindOf(r)], At: r.Declared.Range()}
	p, apart := keyPolicy(m, r)
	c.Covered = p.coversCallers() || p.coversRoles(rolesOf(all))
	problem, _ := unusable(m, r)
	switch {
	case managed(m, &terraform.Origin{Resource: r}, 0):
		c.Unfit = "an AWS managed key"
	case problem != "":
		c.Unfit = "DynamoDB cannot use it"
	case r.Counted():
		c.Unfit = "it has count or for_each"
	case r.Pair() != pair:
		c.Unfit = "it has another provider or region"
	case apart != "":
		c.Unfit = "its policy stands apart, in " + apart
	case !meant(m, r, p):
		c.Unfit = unfitPurpose
	case r.Attribute("policy") != nil && !p.known:
		c.Unfit = "its policy cannot be read"
	case r.Attribute("policy") != nil && !c.Covered:
		c.Unfit = "its policy keeps callers out"
	case r.Attribute("policy") == nil && (len(all) == 0 || len(lacking(m, all)) > 0):
		c.Unfit = unfitGrants
	}
	return c
}

func rolesOf(all []grant) []string {
	var out []string
	for _, g := range all {
		if g.role == "" {
			return nil
		}
		out = append(out, g.role)
	}
	return out
}

// keyPolicy returns a key's policy, and the address of an aws_kms_key_policy
// that gives it one from outside.
func keyPolicy(m *terraform.Module, key *terraform.Resource) (p policy, apart string) {
	if a := key.Attribute("policy"); a != nil {
		p = readPolicy(m, a.Expr)
	}
	for _, r := range m.OfType("aws_kms_key_policy") {
		if a := r.Attribute("key_id"); a != nil && refersTo(a.Expr, key) {
			apart = r.Address()
		}
	}
	return p, apart
}

func refersTo(e hclsyntax.Expression, r *terraform.Resource) bool {
	for _, t := range e.Variables() {
		if terraform.AddressOf(t) == r.Address() {
			return true
		}
	}
	return false
}

var dynamo = regexp.MustCompile(`(?i)dynamo`)

// meant reports whether a key says that it is for DynamoDB.
func meant(m *terraform.Module, key *terraform.Resource, p policy) bool {
	names := []string{key.Name}
	for _, name := range []string{"description", "name", "key_id"} {
		if a := key.Attribute(name); a != nil {
			names = append(names, texts(plain(m.Value(a.Expr, nil)))...)
		}
	}
	for _, alias := range m.OfType("aws_kms_alias") {
		if a := alias.Attribute("target_key_id"); a != nil && refersTo(a.Expr, key) {
			names = append(names, alias.Name)
			if name := alias.Attribute("name"); name != nil {
				names = append(names, texts(plain(m.Value(name.Expr, nil)))...)
			}
		}
	}
	return dynamo.MatchString(strings.Join(names, " ")) || slices.ContainsFunc(p.statements, statement.viaDynamoDB)
}
