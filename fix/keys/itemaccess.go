package keys

import (
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/eval"
	"cmkify/internal/lazyregexp"
	"cmkify/internal/policy"
	"cmkify/internal/terraform"
)

// usersOf returns the identities of the module that read or write a table.
func (c *Chooser) usersOf(table *terraform.Resource) *users {
	if u := c.users[table]; u != nil {
		return u
	}
	u := &users{all: !c.In.Encrypted}
	c.users[table] = u
	list, _ := c.In.Expand(table)
	for _, id := range c.identities() {
		found := user{identity: id}
		for _, p := range id.policies {
			u.all = u.all && p.known
			verdict := policy.No
			for _, e := range list {
				verdict = max(verdict, c.itemAccess(p, table, e))
			}
			if verdict > policy.No {
				found.at = append(found.at, p.at)
				found.certain = found.certain || verdict == policy.Yes
			}
		}
		if len(found.at) > 0 {
			u.list = append(u.list, found)
		}
	}
	return u
}

// itemAccess tells whether a policy lets its owner read or write a table, or
// read its stream.
func (c *Chooser) itemAccess(p attached, table *terraform.Resource, e eval.Expansion) policy.Verdict {
	t := c.target(table)
	out := policy.No
	arns := c.tableARNs(p, table, e)
	for _, arn := range arns {
		for _, action := range itemActions {
			out = max(out, p.Allows(t, action, arn))
		}
	}
	for _, arn := range c.streamARNs(arns, table, e) {
		out = max(out, p.Allows(t, streamAction, arn))
	}
	return out
}

// streamARNs returns the ARNs that a policy may mean a table's stream by: its
// stand-in, and one below each of the table's. There are none without a stream.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html#amazondynamodb-resources-for-iam-policies
func (c *Chooser) streamARNs(arns []string, table *terraform.Resource, e eval.Expansion) []string {
	a := table.Attribute("stream_enabled")
	if a == nil || eval.AsBool(c.In.Value(a.Expr, e.Scope)).RawEquals(cty.False) {
		return nil
	}
	var out []string
	if arn, found := c.In.AttributeText(table, e, "stream_arn"); found {
		out = append(out, arn)
	}
	for _, arn := range arns {
		out = append(out, arn+"/stream/2006-01-02T15:04:05.000")
	}
	return out
}

var tableARN = lazyregexp.New(`arn:([^:"]+):dynamodb:([^:"]*):([^:"]*):table/`)

// tableARNs returns the ARNs that a policy may mean a table by: its stand-in,
// which a reference gives, and, when its name is known, one for each account
// and region that the policy writes out.
func (c *Chooser) tableARNs(p attached, table *terraform.Resource, e eval.Expansion) []string {
	var out []string
	if arn, found := c.In.AttributeText(table, e, "arn"); found {
		out = append(out, arn)
	}
	name, found := c.In.AttributeText(table, e, "name")
	if !found || eval.IsOpaque(name) {
		return out
	}
	for _, m := range tableARN.FindAllStringSubmatch(p.text, -1) {
		region, account := m[2], m[3]
		if region == "*" || region == "" {
			region = "us-east-1"
		}
		if account == "*" || account == "" {
			account = c.In.AccountOf(table)
		}
		out = append(out, fmt.Sprintf("arn:%s:dynamodb:%s:%s:table/%s", m[1], region, account, name))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// target returns what policies are asked about for a table.
func (c *Chooser) target(table *terraform.Resource) policy.Target {
	t := policy.Target{Account: c.In.AccountOf(table), Region: c.In.RegionOf(table)}
	if static, dynamic := table.Nested("replica"); len(static)+len(dynamic) > 0 {
		t.Region = "" // DynamoDB calls KMS across regions
	}
	return t
}
