package keys

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/lazyregexp"
	"cmkify/internal/terraform"
)

// A holder is what a table is given to that may use it as somebody whose
// policies are not here: a resource, else a module that the table is passed to,
// or an output that callers of the module read.
type holder struct {
	at       terraform.Place
	resource *terraform.Resource // nil for a module and an output
}

// stranger returns where a table is given to what does not run as one of its
// users, "" for nowhere.
func (c *Chooser) stranger(table *terraform.Resource, u *users) string {
	if c.holders == nil {
		c.holders = c.readHolders()
	}
	for _, h := range append(slices.Clone(c.holders[table]), c.namedHolders(table)...) {
		if h.resource == nil || !c.runsAs(h.resource, u) {
			return h.at.Line()
		}
	}
	if c.Options.GrantedElsewhere == nil {
		return ""
	}
	return c.Options.GrantedElsewhere(c.In.Dir, c.nameOf(table), c.outputsOf(table))
}

// nameOf returns the name of a table, with * in the place of what is not known of
// it.
func (c *Chooser) nameOf(table *terraform.Resource) string {
	a := table.Attribute("name")
	if a == nil {
		return ""
	}
	name, _ := c.In.Text(a.Expr, nil)
	return eval.Glob(name)
}

// outputsOf returns the names of the outputs that tell of a table.
func (c *Chooser) outputsOf(table *terraform.Resource) []string {
	var out []string
	for _, o := range c.In.Outputs() {
		if slices.Contains(detect.TablesIn(c.In, o.Block.Body), table) {
			out = append(out, o.Name)
		}
	}
	return out
}

// readHolders returns the holders of all tables.
func (c *Chooser) readHolders() map[*terraform.Resource][]holder {
	c.In.RequireAll()
	out := map[*terraform.Resource][]holder{}
	add := func(declared, merged *hclsyntax.Block, r *terraform.Resource) {
		for _, table := range detect.TablesIn(c.In, merged.Body) {
			if table != r {
				out[table] = append(out[table], holder{c.In.Place(declared.TypeRange), r})
			}
		}
	}
	for _, r := range c.In.Resources {
		if !isBystander(r) {
			add(r.Block, r.Merged, r)
		}
	}
	for _, call := range c.In.Calls {
		add(call.Block, call.Merged, nil)
	}
	if c.In.Caller != nil || c.In.Open {
		for _, o := range c.In.Outputs() {
			add(o.Block, o.Block, nil)
		}
	}
	return out
}

// itemType is an item of a table, which whoever runs Terraform reads and writes.
const itemType = "aws_dynamodb_table_item"

// bystanders begin the types of resources that refer to tables and call
// DynamoDB as nobody, or are policies, which are read by themselves.
var bystanders = []string{"aws_dynamodb_", "aws_appautoscaling_", "aws_cloudwatch_", "aws_iam_", "aws_kms_", "aws_ssoadmin_permission_set_inline_policy"}

func isBystander(r *terraform.Resource) bool {
	lets := r.Type == detect.ResourcePolicyType // others, whatever their own policies say
	return !lets && r.Type != itemType && slices.ContainsFunc(bystanders, func(prefix string) bool { return strings.HasPrefix(r.Type, prefix) })
}

// roleName is what arguments are called that say as whom AWS calls a service:
// role, role_arn, task_role_arn, iam_role_arn, credentials.
var roleName = lazyregexp.New(`(^|_)role(_arn)?$|^credentials$`)

// runsAs reports whether a resource calls DynamoDB only as known users of a
// table. What invokes a function does so as that.
func (c *Chooser) runsAs(r *terraform.Resource, u *users) bool {
	if a := r.Attribute("function_name"); a != nil && r.Type == "aws_lambda_event_source_mapping" {
		return slices.ContainsFunc(c.In.OfType("aws_lambda_function"), func(f *terraform.Resource) bool {
			return detect.RefersTo(c.In, r, a, f) && c.runsAs(f, u)
		})
	}
	named, strange := false, false
	anyArgument(r.Merged.Body, func(a *hclsyntax.Attribute) bool {
		if roleName.MatchString(a.Name) {
			named, strange = true, strange || !c.isUser(a.Expr, u)
		}
		return strange
	})
	return named && !strange
}

// isUser reports whether an expression is the ARN of a known user.
func (c *Chooser) isUser(e hclsyntax.Expression, u *users) bool {
	text, found := c.In.Text(e, nil)
	return found && slices.ContainsFunc(u.list, func(one user) bool { return one.arn == text && text != "" })
}

// anyArgument reports whether something holds for an argument of a block, or of
// one in it.
func anyArgument(b *hclsyntax.Body, holds func(*hclsyntax.Attribute) bool) bool {
	for _, a := range b.Attributes {
		if holds(a) {
			return true
		}
	}
	return slices.ContainsFunc(b.Blocks, func(nested *hclsyntax.Block) bool { return anyArgument(nested.Body, holds) })
}
