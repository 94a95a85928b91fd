package keys

import (
	"slices"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/policy"
	"cmkify/internal/terraform"
)

// A Candidate is a key of the module that tables might use.
type Candidate struct {
	Resource *terraform.Resource // the key, or the data source that looks it up; nil for a local
	Ref      string              // its address
	Expr     string              // what gives its ARN
	At       terraform.Place
	Unfit    string // why it is not used, "" when it may be
	// Expected says that people would expect it to be used: tables of the provider
	// and region use it, or it is meant for them.
	Expected bool
}

// keyTypes are the resources and data sources that are, or look up, keys.
var keyTypes = []string{
	"aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key", "data.aws_kms_key", "data.aws_kms_alias",
}

// Candidates judges every key of the module for tables of a provider and
// region, best first: the one that most of them use already, then those that
// are meant for DynamoDB. A key is fit if DynamoDB can use it and it is proved
// open to the users of the tables that would share it.
func (c *Chooser) Candidates(at terraform.ProviderRegion) []Candidate {
	if list, done := c.judged[at]; done {
		return list
	}
	var out []Candidate
	for _, r := range c.In.Resources {
		if slices.Contains(keyTypes, r.Kind()) {
			out = append(out, c.candidate(r, at))
		}
	}
	for _, name := range c.In.Locals() {
		if l := c.localCandidate(name, at); l != nil {
			out = append(out, *l)
		}
	}
	uses := c.uses(at)
	slices.SortStableFunc(out, func(a, b Candidate) int { return uses[b.Resource] - uses[a.Resource] })
	c.judged[at] = out
	return out
}

// uses counts the tables of a provider and region that use each key rightly,
// or will once this run has fixed them.
func (c *Chooser) uses(at terraform.ProviderRegion) map[*terraform.Resource]int {
	if counts := c.used[at]; counts != nil {
		return counts
	}
	out := map[*terraform.Resource]int{}
	c.used[at] = out
	for _, f := range c.All {
		if f.Status != detect.Compliant && f.Status != detect.Fixable || f.Table.ProviderRegion() != at || !f.KeepsKey() && !f.Has(detect.KeyNotARN) {
			continue
		}
		for _, k := range f.Keys {
			if k.For == detect.TableKey && k.Resource != nil && k.In == c.In {
				out[k.Resource]++
			}
		}
	}
	return out
}

// sharers returns the tables of a provider and region that a key would be
// shared by: those that use it, and those that need one.
func (c *Chooser) sharers(at terraform.ProviderRegion) []*terraform.Resource {
	if list, done := c.sharing[at]; done {
		return list
	}
	var out []*terraform.Resource
	for _, f := range c.All {
		if f.Table.ProviderRegion() == at && slices.ContainsFunc(f.Wants, func(w detect.Want) bool { return w.Value.Key != nil && w.Value.Key.Replica == nil }) {
			out = append(out, f.Table)
		}
	}
	c.sharing[at] = out
	return out
}

func (c *Chooser) candidate(r *terraform.Resource, at terraform.ProviderRegion) Candidate {
	out := Candidate{Resource: r, Ref: r.Address(), Expr: r.Address() + "." + detect.ARNAttribute(r), At: c.In.Place(r.Block.TypeRange)}
	out.Unfit = c.unfit(r, at)
	out.Expected = r.ProviderRegion() == at && !detect.Managed(c.In, r) && (c.uses(at)[r] > 0 || c.unmeant(r) == "")
	return out
}

// unfit tells why a key is not used, "" when it may be.
func (c *Chooser) unfit(r *terraform.Resource, at terraform.ProviderRegion) string {
	switch {
	case detect.Managed(c.In, r):
		return "it is an AWS managed key"
	case detect.Unusable(c.In, r):
		return "DynamoDB cannot use it"
	case r.Counted():
		return "it has count or for_each"
	case !r.Single():
		return "its lifecycle may switch it off"
	case r.ProviderRegion() != at:
		return "it has another provider or region"
	}
	if c.uses(at)[r] == 0 {
		if why := c.unmeant(r); why != "" {
			return why
		}
	}
	if apart := c.policyApart(r); apart != "" {
		return "its policy is set by " + apart
	}
	if w := detect.Rotation(c.In, r, c.Options.Detect); w != nil {
		switch f := w.Argument.Resource.File; {
		case elsewhere(w):
			return "it does not rotate in every case"
		case !c.Options.Writable(f):
			return "it does not rotate, and " + f.Path + " must not be changed"
		}
	}
	for _, table := range c.sharers(at) {
		if open, why := c.opens(r, table); !open {
			return why
		}
	}
	return ""
}

// opens reports whether a key is proved open to all users of a table, and why
// not.
func (c *Chooser) opens(key, table *terraform.Resource) (open bool, why string) {
	a := c.accessTo(key)
	if key.Data {
		a = access{written: true} // its policy is not here, nor what it lets IAM do
	}
	return c.open(a, table)
}

// opensFor reports whether a key is proved open for a need. The users of a table
// of another module are not looked for: only a key that is open to the whole
// account serves it.
func (c *Chooser) opensFor(key *terraform.Resource, need *detect.KeyNeed) bool {
	if need.In.Module == c.In.Module {
		open, _ := c.opens(key, need.Table)
		return open
	}
	a := c.accessTo(key)
	t := policy.Target{Account: c.In.AccountOf(key), Region: c.In.RegionOf(key), Key: a.arn}
	if hasReplicas(need.Table) {
		t.Region = ""
	}
	open, _ := a.policy.OpenToAccount(t)
	return open
}

// Serves reports whether a key of the module, which a call passes, is proved open
// to the users of a table, and rotates.
func (c *Chooser) Serves(key *terraform.Resource, need *detect.KeyNeed) bool {
	return c.opensFor(key, need) && c.policyApart(key) == "" && detect.Rotation(c.In, key, c.Options.Detect) == nil
}

// policyApart returns the address of an aws_kms_key_policy that sets a key's
// policy, in this module or another one, "" for none.
func (c *Chooser) policyApart(key *terraform.Resource) string {
	const policyType = "aws_kms_key_policy"
	roots := map[*eval.Instance]bool{}
	for _, way := range append([]*eval.Instance{c.In}, c.Options.Ways...) {
		if roots[way.Root()] {
			continue
		}
		roots[way.Root()] = true
		for _, in := range way.Declaring(policyType) {
			for _, r := range in.OfType(policyType) {
				if a := r.Attribute("key_id"); a != nil && detect.RefersTo(in, r, a, key) {
					return in.Within(c.In) + r.Address()
				}
			}
		}
	}
	return ""
}

// localCandidate judges a local that holds the ARN of a key as a literal, nil
// when it does not. One that holds a reference is the key it refers to.
func (c *Chooser) localCandidate(name string, at terraform.ProviderRegion) *Candidate {
	a := c.In.Local(name)
	v := terraform.Literal(a.Expr)
	if !terraform.IsString(v) || !detect.IsKeyARN(v.AsString()) {
		return nil
	}
	out := &Candidate{Ref: "local." + name, Expr: "local." + name, At: c.In.Place(a.SrcRange)}
	if at != (terraform.ProviderRegion{}) {
		out.Unfit = "it is in one region, and the table has a provider or region of its own"
	} else {
		out.Unfit = "its policy cannot be determined"
	}
	return out
}

// maxUnused is of how many keys it is said why they are not used.
const maxUnused = 30

// An Unused is why a key of the module is not used.
type Unused struct {
	eval.Step
	Expected bool // see [Candidate]
}

// Unused returns why the keys of the module were not used for a table.
func (c *Chooser) Unused(table *terraform.Resource) []Unused {
	var out []Unused
	for _, candidate := range c.Candidates(table.ProviderRegion()) {
		if len(out) == maxUnused {
			break
		}
		why := candidate.Unfit
		if why == "" && c.avoid[candidate.Ref] {
			why = "it depends on a table that would use it"
		}
		if why != "" {
			step := eval.Step{At: candidate.At, Text: candidate.Ref + " is not reused: " + why}
			out = append(out, Unused{step, candidate.Expected})
		}
	}
	return out
}
