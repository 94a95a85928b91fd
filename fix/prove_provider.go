package fix

import (
	"slices"

	"cmkify/fix/keys"
	"cmkify/internal/terraform"
)

// proveProviders holds that what is new in a root module, and what that calls,
// uses provider configurations that are there: Terraform refuses any other but
// the default one.
// https://developer.hashicorp.com/terraform/language/meta-arguments/resource-provider
func proveProviders(before *Judged, p *Plan, after *Judged) *Refusal {
	for i, m := range after.Modules {
		old, uses := map[string]bool{}, map[string]bool{}
		for _, r := range before.Modules[i].Module.Resources {
			old[r.Address()], uses[r.ProviderRegion().Provider] = true, true
		}
		for _, r := range m.Module.Resources {
			if old[r.Address()] || uses[r.ProviderRegion().Provider] {
				continue // what others use is no worse with one more
			}
			for _, way := range m.Ways {
				if used := way.Provider(r); used.Config == nil && used.Name != "aws" && used.In.Caller == nil && !used.In.Open {
					return refusal(p.using(r), "%s uses the provider configuration %s, which nothing declares", r.Address(), used.Name)
				}
			}
		}
	}
	return nil
}

// using returns the IDs of the outcomes that use a key.
func (p *Plan) using(key *terraform.Resource) []string {
	var out []string
	for _, o := range p.Outcomes {
		if slices.ContainsFunc(o.Keys, func(c keys.Choice) bool { return c.Ref == key.Address() }) {
			out = append(out, o.ID())
		}
	}
	return out
}
