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
	u := &users{}
	if c.In.Encrypted {
		u.unread = "a file of this directory is encrypted"
	}
	c.users[table] = u
	for _, id := range c.identities() {
		for _, p := range id.policies {
			if !p.known && u.unread == "" {
				u.unread = fmt.Sprintf("the policy at %s cannot be determined", p.at.Line())
			}
		}
	}
	u.list = c.usersAmong(c.identities(), table)
	return u
}

// usersAmong returns those of some identities that read or write a table.
func (c *Chooser) usersAmong(of []identity, table *terraform.Resource) []user {
	var names []tableNames
	list, _ := c.In.Expand(table)
	for _, e := range list {
		names = append(names, c.namesOf(table, e))
	}
	var out []user
	for _, id := range of {
		found := user{identity: id}
		for _, p := range id.policies {
			verdict := policy.No
			for _, n := range names {
				verdict = max(verdict, p.itemAccess(n))
			}
			if verdict > policy.No {
				found.at = append(found.at, p.at)
				found.certain = found.certain || verdict == policy.Yes && !id.peopled
			}
		}
		if len(found.at) > 0 {
			out = append(out, found)
		}
	}
	return out
}

// tableNames are what policies may mean an instance of a table by.
type tableNames struct {
	target   policy.Target
	arn      string // its stand-in, which a reference gives
	name     string // of which parts may be opaque
	streamed bool
	stream   string // the stand-in of its stream's ARN
	indexed  bool   // it may have secondary indexes
}

func (c *Chooser) namesOf(table *terraform.Resource, e eval.Expansion) tableNames {
	n := tableNames{target: c.target(table)}
	n.arn, _ = c.In.AttributeText(table, e, "arn")
	if name, found := c.In.AttributeText(table, e, "name"); found {
		n.name = name
	}
	a := table.Attribute("stream_enabled")
	n.streamed = a != nil && !eval.AsBool(c.In.Value(a.Expr, e.Scope)).RawEquals(cty.False)
	n.stream, _ = c.In.AttributeText(table, e, "stream_arn")
	for _, blockType := range []string{"global_secondary_index", "local_secondary_index"} {
		static, dynamic := table.Nested(blockType)
		n.indexed = n.indexed || len(static)+len(dynamic) > 0
	}
	return n
}

// itemAccess tells whether a policy lets its owner read or write a table, or
// read an index or its stream, which have ARNs below each of the table's.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html#amazondynamodb-resources-for-iam-policies
func (p attached) itemAccess(n tableNames) policy.Verdict {
	out := policy.No
	ask := func(arn string, actions ...string) {
		if arn == "" || p.Concerns(arn) == policy.No {
			return
		}
		for _, action := range actions {
			out = max(out, p.Allows(n.target, action, arn))
		}
	}
	arns := p.tableARNs(n)
	for _, arn := range arns {
		ask(arn, itemActions...)
	}
	if n.indexed {
		for _, arn := range arns {
			for _, name := range append([]string{"any"}, p.indexes...) {
				ask(arn+"/index/"+name, indexActions...)
			}
		}
	}
	if n.streamed {
		ask(n.stream, streamAction)
		for _, arn := range arns {
			ask(arn+"/stream/2006-01-02T15:04:05.000", streamAction)
		}
	}
	return out
}

var (
	writtenARN   = lazyregexp.New(`arn:([^:"]+):(dynamodb|kms):([^:"]*):([^:"]*):`)
	writtenIndex = lazyregexp.New(`/index/([^"\\\s]+)`)
)

// A home is a partition, region and account that a policy writes out in an ARN;
// * or nothing stands for any.
type home struct{ partition, service, region, account string }

// A writing is what the text of a policy says of which there is no more in the
// policy that is read from it.
type writing struct {
	homes   []home   // of the ARNs of tables and keys
	indexes []string // names of indexes of tables
}

// writingIn returns that of a text.
func writingIn(text string) (out writing) {
	for _, m := range writtenARN.FindAllStringSubmatch(text, -1) {
		out.homes = append(out.homes, home{m[1], m[2], m[3], m[4]})
	}
	for _, m := range writtenIndex.FindAllStringSubmatch(text, -1) {
		out.indexes = append(out.indexes, m[1])
	}
	return out
}

// arn returns the ARN of something there; region and account are those that
// stand for any.
func (h home) arn(region, account, name string) string {
	if h.region != "*" && h.region != "" {
		region = h.region
	}
	if h.account != "*" && h.account != "" {
		account = h.account
	}
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", h.partition, h.service, region, account, name)
}

// tableARNs returns the ARNs that the policy may mean a table by: its stand-in,
// and, when its name is known, one for each account and region that the policy
// writes out.
func (p attached) tableARNs(n tableNames) []string {
	var out []string
	if n.arn != "" {
		out = append(out, n.arn)
	}
	if n.name == "" {
		return out
	}
	for _, h := range p.homes {
		if h.service == "dynamodb" {
			out = append(out, h.arn("us-east-1", n.target.Account, "table/"+n.name))
		}
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
