package eval

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A Provider is a provider configuration as a resource reaches it: that of the
// module in which the way of calls ends that pass it on.
type Provider struct {
	In   *Instance
	Name string // "aws" or "aws.west"
	// Config is the provider block, nil when that module has none.
	Config *terraform.ProviderConfig
}

// Provider returns the provider configuration that a resource of the instance
// uses.
func (i *Instance) Provider(r *terraform.Resource) Provider {
	name := r.ProviderRegion().Provider
	if name == "" {
		name = "aws"
	}
	return i.provider(name)
}

// provider follows a configuration to the module that declares it. Without a
// providers argument, a call passes the default configuration only.
func (i *Instance) provider(name string) Provider {
	for n, c := range i.AWSConfigs() {
		if providerName(c.Reference()) == name || c.Serves(name) {
			configs := i.AWSConfigs()
			return Provider{i, name, &configs[n]}
		}
	}
	if i.Caller == nil {
		return Provider{In: i, Name: name}
	}
	passed, given := i.passed(name)
	switch {
	case given:
		return i.Caller.provider(passed)
	case name == "aws":
		return i.Caller.provider(name)
	}
	return Provider{In: i, Name: name}
}

// PassedProvider returns what a provider configuration of the instance is to
// its caller, each as a provider argument names it; ok is false where the call
// does not pass it, or the module has it itself.
func (i *Instance) PassedProvider(reference string) (passed string, ok bool) {
	name := providerName(reference)
	if i.Caller == nil || slices.ContainsFunc(i.AWSConfigs(), func(c terraform.ProviderConfig) bool { return providerName(c.Reference()) == name }) {
		return "", false
	}
	if passed, given := i.passed(name); given {
		return passed, true
	}
	return name, name == "aws"
}

// PassedIn returns what the provider argument says for a configuration that each
// of some ways to a module passes to it, and that is in the region which an
// expression is there, and in the account of what a resource uses.
func PassedIn(ways []*Instance, region hclsyntax.Expression, like *terraform.Resource) (reference string, found bool) {
	if len(ways) == 0 {
		return "", false
	}
	for _, name := range ways[0].passedNames() {
		unfit := func(in *Instance) bool {
			p, v := in.provider(name), unmark(in.Value(region, nil))
			return !slices.Contains(in.passedNames(), name) || !terraform.IsString(v) || p.Region() != v.AsString() ||
				p.account() != in.Provider(like).account()
		}
		if !slices.ContainsFunc(ways, unfit) {
			if name == "aws" {
				name = "" // the default
			}
			return name, true
		}
	}
	return "", false
}

// SameAccount reports whether two resources of a module are in one account, in every
// way that it is reached.
func SameAccount(ways []*Instance, one, other *terraform.Resource) bool {
	return !slices.ContainsFunc(ways, func(in *Instance) bool { return in.Provider(one).account() != in.Provider(other).account() })
}

// MayBeIn reports whether a provider configuration of a module may be in a region,
// as far as is known of those that its ways of calls pass.
func MayBeIn(ways []*Instance, reference, region string) bool {
	return !slices.ContainsFunc(ways, func(in *Instance) bool {
		of := in.provider(reference).Region()
		return of != "" && of != region
	})
}

// passedNames returns the names of the provider configurations that the call
// passes.
func (i *Instance) passedNames() []string {
	if i.Call == nil || i.Call.Argument("providers") == nil {
		return nil
	}
	object, ok := Unwrap(i.Call.Argument("providers").Expr).(*hclsyntax.ObjectConsExpr)
	if !ok {
		return nil
	}
	var out []string
	for _, item := range object.Items {
		out = append(out, i.providerReference(item.KeyExpr))
	}
	return out
}

func providerName(reference string) string {
	if reference == "" {
		return "aws"
	}
	return reference
}

// passed returns what the call's providers argument gives for a name.
func (i *Instance) passed(name string) (string, bool) {
	a := i.Call.Argument("providers")
	if a == nil {
		return "", false
	}
	object, ok := Unwrap(a.Expr).(*hclsyntax.ObjectConsExpr)
	if !ok {
		return "", false
	}
	for _, item := range object.Items {
		if i.providerReference(item.KeyExpr) == name {
			return i.Caller.providerReference(item.ValueExpr), true
		}
	}
	return "", false
}

// providerReference returns a reference to a provider configuration of the instance
// by the shared name of the provider: with what is in brackets behind one that is
// one of several.
func (i *Instance) providerReference(e hclsyntax.Expression) string {
	return i.SharedProvider(i.referenceText(e))
}

func (i *Instance) referenceText(e hclsyntax.Expression) string {
	if key, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		e = key.Wrapped
	}
	if v := terraform.Literal(e); terraform.IsString(v) { // in JSON
		return v.AsString()
	}
	t, diags := hcl.AbsTraversalForExpr(e)
	if diags.HasErrors() || slices.ContainsFunc(t, isIndex) {
		return i.Source(e)
	}
	names := []string{t.RootName()}
	for _, step := range t[1:] {
		names = append(names, stepName(step))
	}
	return strings.Join(names, ".")
}

func isIndex(step hcl.Traverser) bool {
	_, is := step.(hcl.TraverseIndex)
	return is
}
