package keys

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// A NewProvider is a provider configuration to be written: a copy of another
// one with its own alias and region, which is an expression.
type NewProvider struct {
	Name          string // what the directory calls the AWS provider
	Alias, Region string
	From          *terraform.ProviderConfig // nil for one that nothing configures
}

// reference returns what names the configuration, by the shared name of the provider.
func (p *NewProvider) reference() string { return terraform.AWSName + "." + p.Alias }

// replicaAlias is the alias of a configuration whose region is no literal.
const replicaAlias = "replica"

// configured returns what the provider argument says for the region of a
// replica: a configuration of the table's account that is there, or that the region
// is looked up with.
func (c *Chooser) configured(table *terraform.Resource, r *detect.Replica) (provider string, found bool) {
	if provider, found := c.lookedUp(table, r); found {
		return provider, true
	}
	own, configs := c.configOf(table)
	for i, config := range configs {
		same := own == nil && config.SameAccount(config.Anonymous()) || own != nil && (&configs[i] == own || config.SameAccount(*own))
		if same && !config.Each() && c.inRegion(config, r) && !c.Options.LeadsBack(config.Address()) {
			return config.Reference(), true
		}
	}
	return "", false
}

// lookedUp returns what the provider argument says of the data source that a
// replica's region is an attribute of, where it works in the table's account.
// https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/data-sources/region
func (c *Chooser) lookedUp(table *terraform.Resource, r *detect.Replica) (provider string, found bool) {
	t, diags := hclsyntax.ParseTraversalAbs([]byte(r.Region), "", hcl.InitialPos)
	if diags.HasErrors() || len(t) != 4 {
		return "", false
	}
	source, of := c.In.Referred(t), t[3]
	if source == nil || !source.Single() || !eval.IsOwnRegion(source, of) {
		return "", false
	}
	provider = source.ProviderRegion().Provider
	if provider == table.ProviderRegion().Provider || source.ProviderRegion().PerInstance() || c.Options.LeadsBack("provider."+cmp.Or(provider, terraform.AWSName)) {
		return "", false
	}
	return provider, eval.SameAccount(c.Options.Ways, source, table)
}

// configOf returns the provider configuration of a table, nil when there is
// none, among all of the module.
func (c *Chooser) configOf(table *terraform.Resource) (own *terraform.ProviderConfig, configs []terraform.ProviderConfig) {
	configs = c.In.AWSConfigs()
	for i, config := range configs {
		if config.Serves(table.ProviderRegion().Provider) {
			own = &configs[i]
		}
	}
	return own, configs
}

// providerFor returns what the provider argument says for the region of a
// replica, for a provider below version 6, where no configuration of the module
// is of that region: one that is passed or, in a root module, a new one.
func (c *Chooser) providerFor(table *terraform.Resource, r *detect.Replica) (string, *detect.Reason) {
	own, configs := c.configOf(table)
	if region, err := terraform.ParseExpression(r.Region, ""); err == nil {
		if passed, found := eval.PassedIn(c.Options.Ways, region, table); found {
			return passed, nil
		}
	}
	region := r.Known
	if region == "" || !r.Literal && !c.plain(r.Region) {
		return "", detect.NewReason(detect.ReplicaExpression, "")
	}
	alias := strings.ReplaceAll(region, "-", "_")
	if !IsRegion(region) || !terraform.ValidName(alias) {
		return "", detect.NewReasonf(detect.ReplicaExpression, "invalid region_name %q", region)
	}
	if !r.Literal {
		alias = replicaAlias
	}
	if own != nil && (own.Each() || own.Overridden || !c.Options.Writable(own.File) && slices.ContainsFunc(c.In.Files, (*terraform.File).JSON)) {
		return "", detect.NewReason(detect.ReplicaProvider, fmt.Sprintf(
			`; add provider "aws" with alias = %q, region = %s and the account of the one at %s, then rerun`,
			alias, r.Region, c.In.Place(own.Block.TypeRange).Line()))
	}
	if c.In.Caller != nil || c.In.Open {
		return "", detect.NewReason(detect.ReplicaProvider, c.passOne(alias, region))
	}
	return c.newProvider(alias, r.Region, own, configs).reference(), nil
}

// passOne returns how callers pass the module a configuration of a region: by an
// alias which has that name, or another one if callers pass something else by it.
func (c *Chooser) passOne(alias, region string) string {
	passed := c.In.PassedAliases()
	local := c.In.LocalProvider(terraform.AWSName)
	if slices.Contains(passed, alias) && eval.MayBeIn(c.Options.Ways, terraform.AWSName+"."+alias, region) {
		return fmt.Sprintf("; where each call passes a configuration of %s as %s.%s, add a key with provider = %s.%s, then kms_key_arn here",
			region, local, alias, local, alias)
	}
	alias = free(alias, func(a string) bool { return slices.Contains(passed, a) })
	return fmt.Sprintf(
		"; add configuration_aliases = [%s.%s] to required_providers, providers = { %s = aws, %s.%s = <a configuration of %s> } to each call of the module, then kms_key_arn here",
		local, alias, local, local, alias, region)
}

// free returns the first of base, base_2, base_3, ... that is not taken.
func free(base string, taken func(string) bool) string {
	out := base
	for n := 2; taken(out); n++ {
		out = fmt.Sprintf("%s_%d", base, n)
	}
	return out
}

// plain reports whether an expression reads nothing but variables and locals, as
// a provider configuration may. What these are known to be is no resource's.
func (c *Chooser) plain(source string) bool {
	e, err := terraform.ParseExpression(source, "")
	return err == nil && !slices.ContainsFunc(e.Variables(), func(t hcl.Traversal) bool { return t.RootName() != "var" && t.RootName() != "local" })
}

// inRegion reports whether a configuration is in the region of a replica: by
// its value, or by the same expression.
func (c *Chooser) inRegion(config terraform.ProviderConfig, r *detect.Replica) bool {
	a := config.Merged.Body.Attributes["region"]
	if a == nil {
		return false
	}
	if c.In.Source(a.Expr) == r.Region {
		return true
	}
	v, _ := c.In.Value(a.Expr, nil).Unmark()
	return r.Known != "" && terraform.IsString(v) && v.AsString() == r.Known
}

func (c *Chooser) newProvider(alias, region string, own *terraform.ProviderConfig, configs []terraform.ProviderConfig) *NewProvider {
	for _, have := range c.Providers {
		if have.Region == region && (have.From == nil) == (own == nil) && (own == nil || have.From.Block == own.Block) {
			return have
		}
	}
	taken := func(a string) bool {
		return slices.ContainsFunc(configs, func(p terraform.ProviderConfig) bool { return p.Alias == a }) ||
			slices.ContainsFunc(c.Providers, func(p *NewProvider) bool { return p.Alias == a })
	}
	p := &NewProvider{c.In.LocalProvider(terraform.AWSName), free(alias, taken), region, own}
	c.Providers = append(c.Providers, p)
	return p
}
