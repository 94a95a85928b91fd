package keys

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// replica returns the key of one replica of a table, or of those that a
// dynamic block generates, or why there is none. own is the table's own.
func (c *Chooser) replica(need *detect.KeyNeed, own *Choice) (Choice, *detect.Reason) {
	r := need.Replica
	none := Choice{For: r.Name()}
	if c.Options.SkipReplicas {
		return none, detect.NewReasonf(detect.ReplicaExpression, "--replicas skip; set kms_key_arn, with a key of its region, on each replica")
	}
	if key := c.copyOf(own, need.Table, r); key != nil {
		return Choice{For: r.Name(), Ref: key.Address(), Action: Reused, Expr: key.Address() + ".arn", Resource: key, In: c.In}, nil
	}
	at := terraform.ProviderRegion{Provider: need.Table.ProviderRegion().Provider, Region: r.Region}
	newer := c.Options.Newer(c.In)
	provider, configured := c.configured(need.Table, r)
	switch {
	case newer && r.Dynamic != nil && r.Dynamic.Collection != "":
		n, reason := c.createEach(at.Provider, r, sameAs(own))
		if reason != nil {
			return none, reason
		}
		return Choice{For: r.Name(), Ref: n.Address(), Action: Created, Expr: fmt.Sprintf("%s[%s].arn", n.Address(), r.Region), New: n}, nil
	case r.Dynamic != nil, r.Region == "", newer && at.PerInstance():
		return none, detect.NewReason(detect.ReplicaExpression, "")
	case configured: // which any version of the provider takes
		at = terraform.ProviderRegion{Provider: provider}
	case !newer:
		provider, reason := c.providerFor(need.Table, r)
		if reason != nil {
			return none, reason
		}
		at = terraform.ProviderRegion{Provider: provider}
	}
	choice, reason := c.table(need, at, sameAs(own))
	choice.For = r.Name()
	return choice, reason
}

// sameAs returns the address of the table's own new key, whose policy those of
// its replicas share; "" for none.
func sameAs(own *Choice) string {
	if own == nil || own.New == nil || own.New.Policy != PolicyDynamoDB || own.New.ForEach != "" {
		return ""
	}
	return own.New.Address()
}

// copyOf returns the replica key, in the region of a replica, of the table's
// own key when that is a multi-region key, and it is proved open to the
// table's users; nil when there is none.
func (c *Chooser) copyOf(own *Choice, table *terraform.Resource, r *detect.Replica) *terraform.Resource {
	if own == nil || own.Resource == nil || own.In != c.In || r.Known == "" || r.Dynamic != nil {
		return nil
	}
	if a := own.Resource.Attribute("multi_region"); a == nil || !eval.AsBool(c.In.Value(a.Expr, nil)).RawEquals(cty.True) {
		return nil
	}
	for _, key := range c.In.OfType("aws_kms_replica_key") {
		a := key.Attribute("primary_key_arn")
		if a == nil || !key.Single() || c.In.RegionOf(key) != r.Known || c.avoid[key.Address()] {
			continue
		}
		if s := c.In.Evaluator().StandIn(c.In.Value(a.Expr, nil)); s == nil || s.Resource != own.Resource {
			continue
		}
		if open, _ := c.open(c.accessTo(key), table); open || own.Action == Used && c.sameAccess(own.Resource, key) {
			return key
		}
	}
	return nil
}

// sameAccess reports whether a replica key lets in whom the primary does: both
// have no policy, or the same one, and the table works with the primary's.
func (c *Chooser) sameAccess(primary, key *terraform.Resource) bool {
	a, b := primary.Attribute("policy"), key.Attribute("policy")
	if a == nil || b == nil {
		return a == b
	}
	return c.In.Source(a.Expr) == c.In.Source(b.Expr)
}

// createEach returns the new keys for the replicas that a dynamic block
// generates, one for each region.
func (c *Chooser) createEach(provider string, r *detect.Replica, sameAs string) (*New, *detect.Reason) {
	n := c.new(terraform.ProviderRegion{Provider: provider, Region: "each.key"}, sameAs)
	n.ForEach = forEach(r.Dynamic)
	if n.ForEach == "" {
		return nil, detect.NewReason(detect.ReplicaExpression, "")
	}
	if have := c.created(n.At, n.ForEach); have != nil {
		return have, nil
	}
	n.Label = c.freeLabel(keyType+".", c.Options.Name+"_replicas"+suffix(n.At.Alias(), ""), c.labels())
	c.finish(n)
	return n, nil
}

// forEach returns the for_each of keys whose each.key are the regions of a
// dynamic block's elements, "" where the type of its collection does not tell
// how to write it.
func forEach(d *detect.DynamicReplica) string {
	ty := d.Type
	list := ty.IsTupleType() || ty.IsListType()
	set := ty.IsSetType()
	keyed := ty.IsObjectType() || ty.IsMapType()
	switch {
	case d.RegionOf == "r" && set:
		return d.Collection
	case d.RegionOf == "r" && list:
		return "toset(" + d.Collection + ")"
	case d.RegionOf == "r" && keyed:
		return "toset(values(" + d.Collection + "))"
	case d.RegionOf == "k" && set: // the key of a set's element is the element
		return d.Collection
	case d.RegionOf == "k" && keyed:
		return "toset(keys(" + d.Collection + "))"
	case strings.HasPrefix(d.RegionOf, "r.") && (list || set || keyed):
		return fmt.Sprintf("{ for r in %s : %s => r }", d.Collection, d.RegionOf)
	}
	return ""
}
