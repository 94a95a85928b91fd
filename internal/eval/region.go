package eval

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// Region returns the region of a provider, "" when it is not known.
func (p Provider) Region() string {
	if p.Config == nil {
		return ""
	}
	a := p.Config.Merged.Body.Attributes["region"]
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
func (i *Instance) PartitionOf(r *terraform.Resource) string { return Partition(i.RegionOf(r)) }

// partitions are those of regions by what their names begin with; all others are
// public.
// https://github.com/aws/aws-sdk-go-v2/blob/main/internal/endpoints/awsrulesfn/partitions.json
var partitions = []struct{ prefix, partition string }{
	{"cn-", "aws-cn"},
	{"us-gov-", "aws-us-gov"},
	{"us-iso-", "aws-iso"},
	{"us-isob-", "aws-iso-b"},
	{"eu-isoe-", "aws-iso-e"},
	{"us-isof-", "aws-iso-f"},
	{"eusc-", "aws-eusc"},
}

// Partition returns the partition of a region.
func Partition(region string) string {
	for _, p := range partitions {
		if strings.HasPrefix(region, p.prefix) {
			return p.partition
		}
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

// NewKeyARN returns the ARN of a key that is yet to be made, which no key has
// that is there: for a table, in a region, or in the table's own for "". The region
// that it returns is "" when it is not known.
func (i *Instance) NewKeyARN(table *terraform.Resource, in string) (region, arn string) {
	at, region := i.location(table), i.RegionOf(table)
	if in != "" {
		at.region, region = in, in
	}
	return region, fmt.Sprintf("arn:%s:kms:%s:%s:key/00000000%s000000000000", at.partition, at.region, at.account, standInMark)
}

// regionNames are the attributes of data.aws_region that are the name of a region.
var regionNames = []string{"id", "name", "region"}

// choosesRegion reports whether a data.aws_region looks up a region that it names,
// not the one that it works in.
// https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/data-sources/region
func choosesRegion(r *terraform.Resource) bool {
	return r.Attribute("name") != nil || r.Attribute("endpoint") != nil
}

// IsOwnRegion reports whether an attribute of a resource is the name of the region
// that its provider configuration is of.
func IsOwnRegion(r *terraform.Resource, of hcl.Traverser) bool {
	return r.Kind() == "data.aws_region" && slices.Contains(regionNames, stepName(of)) && !choosesRegion(r) && r.Attribute("region") == nil
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
		if region := i.RegionOf(r); region != "" && slices.Contains(regionNames, name) && !choosesRegion(r) {
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
	body := p.Config.Merged.Body
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
