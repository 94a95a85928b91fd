package keys

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
	"cmkify/internal/lazyregexp"
	"cmkify/internal/terraform"
)

// stranger returns where a table is given to what may use it as somebody whose
// policies are not here, "" for nowhere: a resource that does not run as one of
// the table's users, a module that the table is passed to, an output that
// callers of the module read.
func (c *Chooser) stranger(table *terraform.Resource, u *users) string {
	c.In.RequireAll()
	gets := func(b *hclsyntax.Block) bool {
		return anyArgument(b.Body, func(a *hclsyntax.Attribute) bool { return detect.RefersTo(c.In, a.Expr, table) })
	}
	for _, r := range c.In.Resources {
		if r != table && !isBystander(r) && gets(r.Merged) && !c.runsAs(r, u) {
			return c.In.Place(r.Block.TypeRange).Line()
		}
	}
	for _, call := range c.In.Calls {
		if gets(call.Merged) {
			return c.In.Place(call.Block.TypeRange).Line()
		}
	}
	if c.In.Caller == nil {
		return ""
	}
	for _, o := range c.In.Outputs() {
		if gets(o.Block) {
			return c.In.Place(o.Block.TypeRange).Line()
		}
	}
	return ""
}

// bystanders begin the types of resources that refer to tables and call
// DynamoDB as nobody, or are policies, which are read by themselves.
var bystanders = []string{"aws_dynamodb_", "aws_appautoscaling_", "aws_cloudwatch_", "aws_iam_", "aws_kms_", "aws_ssoadmin_permission_set_inline_policy"}

func isBystander(r *terraform.Resource) bool {
	lets := r.Type == "aws_dynamodb_resource_policy" // others, whatever their own policies say
	return !lets && slices.ContainsFunc(bystanders, func(prefix string) bool { return strings.HasPrefix(r.Type, prefix) })
}

// roleName is what arguments are called that say as whom AWS calls a service:
// role, role_arn, task_role_arn, iam_role_arn, credentials.
var roleName = lazyregexp.New(`(^|_)role(_arn)?$|^credentials$`)

// runsAs reports whether a resource calls DynamoDB only as known users of a
// table. What invokes a function does so as that.
func (c *Chooser) runsAs(r *terraform.Resource, u *users) bool {
	if a := r.Attribute("function_name"); a != nil && r.Type == "aws_lambda_event_source_mapping" {
		return slices.ContainsFunc(c.In.OfType("aws_lambda_function"), func(f *terraform.Resource) bool {
			return detect.RefersTo(c.In, a.Expr, f) && c.runsAs(f, u)
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
