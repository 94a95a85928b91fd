package eval

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

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
		if providerName(c.Reference()) == name {
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
		if referenceText(item.KeyExpr) == name {
			return referenceText(item.ValueExpr), true
		}
	}
	return "", false
}

// referenceText returns the names of a reference to a provider configuration.
func referenceText(e hclsyntax.Expression) string {
	if key, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		e = key.Wrapped
	}
	if v := terraform.Literal(e); terraform.IsString(v) { // in JSON
		return v.AsString()
	}
	t, diags := hcl.AbsTraversalForExpr(e)
	if diags.HasErrors() {
		return ""
	}
	names := []string{t.RootName()}
	for _, step := range t[1:] {
		names = append(names, stepName(step))
	}
	return strings.Join(names, ".")
}

// Region returns the region of a provider, "" when it is not known.
func (p Provider) Region() string {
	if p.Config == nil {
		return ""
	}
	a := p.Config.Block.Body.Attributes["region"]
	if a == nil {
		return ""
	}
	if v := unmark(p.In.Value(a.Expr, nil)); terraform.IsString(v) {
		return v.AsString()
	}
	return ""
}

// account tells accounts apart: configurations that say the same of who they
// are work in the same one.
func (p Provider) account() string {
	switch {
	case p.Config == nil:
		return p.In.Root().Dir + " " + p.Name
	case p.Config.OwnAccount():
		return p.In.Root().Dir + " " + p.In.Address() + p.Name
	}
	return p.In.Root().Dir + " " + p.Config.Identity()
}

// RegionOf returns the region of a resource, "" when it is not known.
func (i *Instance) RegionOf(r *terraform.Resource) string {
	if a := r.Attribute("region"); a != nil {
		switch v := unmark(i.Value(a.Expr, nil)); {
		case terraform.IsString(v):
			return v.AsString()
		case !v.IsKnown() || !v.IsNull():
			return ""
		}
	}
	return i.Provider(r).Region()
}

// AccountOf returns the stand-in of the account of a resource.
func (i *Instance) AccountOf(r *terraform.Resource) string {
	return i.ev.standIns.account(i.Provider(r).account())
}

// PartitionOf returns the partition of a resource: that of its region, else
// that of the public regions.
func (i *Instance) PartitionOf(r *terraform.Resource) string {
	switch region := i.RegionOf(r); {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// location is where a resource is.
type location struct{ partition, region, account string }

func (i *Instance) location(r *terraform.Resource) location {
	region := i.RegionOf(r)
	if region == "" {
		// One that is not known is another one for another seed, so that what
		// depends on it is noticed.
		region = fmt.Sprintf("us-east-%d", 1+i.ev.options.Seed%2)
	}
	return location{i.PartitionOf(r), region, i.AccountOf(r)}
}

// environment returns an attribute of the data sources that tell who and where
// a provider is; no value for any other.
func (i *Instance) environment(r *terraform.Resource, name string) cty.Value {
	if !r.Data {
		return cty.NilVal
	}
	switch r.Type {
	case "aws_caller_identity":
		if name == "arn" {
			return cty.NilVal
		}
		if (name == "account_id" || name == "id") && !i.ev.options.Plan {
			return cty.StringVal(i.AccountOf(r))
		}
	case "aws_region":
		if region := i.RegionOf(r); region != "" && (name == "name" || name == "id" || name == "region") {
			return cty.StringVal(region)
		}
	case "aws_partition":
		if i.ev.opaque && (name == "partition" || name == "id") {
			return cty.StringVal(i.PartitionOf(r))
		}
	default:
		return cty.NilVal
	}
	return i.ev.hide(unknownText, i.Address()+r.Address()+"."+name)
}

// AccountID returns the id of the account that a provider works in, "" unless
// the configuration says so: as the only one that it allows, or in the role
// that it assumes.
func (p Provider) AccountID() string {
	if p.Config == nil {
		return ""
	}
	body := p.Config.Block.Body
	if a := body.Attributes["allowed_account_ids"]; a != nil {
		if ids, known := textsOf(p.In.Value(a.Expr, nil)); known && len(ids) == 1 {
			return ids[0]
		}
	}
	if p.Config.OwnAccount() {
		return ""
	}
	for _, b := range body.Blocks {
		a := b.Body.Attributes["role_arn"]
		if b.Type != "assume_role" || a == nil {
			continue
		}
		if v := unmark(p.In.Value(a.Expr, nil)); terraform.IsString(v) {
			if parts := strings.Split(v.AsString(), ":"); len(parts) > 5 && parts[2] == "iam" {
				return parts[4]
			}
		}
	}
	return ""
}
