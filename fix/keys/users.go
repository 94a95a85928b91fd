package keys

import (
	"cmkify/internal/eval"
	"cmkify/internal/policy"
	"cmkify/internal/terraform"
)

// itemActions read or write what a table holds.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
var itemActions = []string{
	"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchGetItem",
	"dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:Query", "dynamodb:Scan",
	"dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete",
}

// indexActions read an index of a table.
var indexActions = []string{"dynamodb:Query", "dynamodb:Scan", "dynamodb:PartiQLSelect"}

// streamAction reads the stream of a table, which its key encrypts, too. It
// decrypts as its caller: grantStreamRead of the AWS CDK adds kms:Decrypt.
const streamAction = "dynamodb:GetRecords"

// keyActions are what DynamoDB calls KMS for, as whoever calls DynamoDB.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
var keyActions = []string{
	"kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
	"kms:DescribeKey", "kms:CreateGrant",
}

// An identity is a role, user, group or permission set of the module, or a policy
// that belongs to nobody here.
type identity struct {
	arn      string // "" for a policy that belongs to nobody here, a group or a permission set
	policies []attached
	// bounded says that it may do no more than its permissions boundary allows; that
	// is nil when it is not one of the module's policies.
	bounded  bool
	boundary *attached
	// peopled says that it is a group with users of the module, who have its policies
	// beside their own.
	peopled bool
	// elsewhere says that it is a policy of nobody here: who has it may have others.
	elsewhere bool
}

// An attached is a policy of an identity and where it is written.
type attached struct {
	policy.Policy
	writing
	at    terraform.Place
	known bool
}

// A user is an identity that reads or writes a table.
type user struct {
	identity
	at      []terraform.Place // of the policies that let it
	certain bool              // they surely do
}

// users are those of one table.
type users struct {
	list []user
	// unread is why others may use the table, too: a policy or a file of the
	// module that could not be read. "" if every policy could.
	unread string
}

// identities reads the policies of the module's roles, users and groups.
func (c *Chooser) identities() []identity {
	if c.everyone == nil {
		c.everyone = append([]identity{}, identitiesOf(c.In)...)
	}
	return c.everyone
}

// everybody reads the policies of the roles, users and groups of the whole
// configuration that the module is part of: also of modules that it calls, and that
// are called beside it.
func (c *Chooser) everybody() []identity {
	if c.everywhere == nil {
		c.everywhere = []identity{}
		for _, in := range c.In.Everywhere() {
			c.everywhere = append(c.everywhere, identitiesOf(in)...)
		}
	}
	return c.everywhere
}

func identitiesOf(in *eval.Instance) []identity {
	in.RequireTypes("aws_iam_")
	in.RequireTypes("aws_ssoadmin_")
	r := &policyReader{in: in, byName: map[owner]int{}, boundaries: map[string][]int{}}
	r.readOwn()
	for _, kind := range ownerTypes {
		for _, of := range in.OfType(kind) {
			r.takeIn(of)
		}
	}
	for _, kind := range []string{"role", "user", "group"} {
		for _, p := range in.OfType("aws_iam_" + kind + "_policy") {
			r.inline(p, "policy", kind)
		}
	}
	for _, p := range in.OfType("aws_ssoadmin_permission_set_inline_policy") {
		r.inline(p, "inline_policy", "permission_set_arn")
	}
	r.boundSets()
	r.managed()
	r.knownBoundaries()
	r.others()
	r.members()
	for _, d := range in.Resources {
		if d.Kind() != "data.aws_iam_policy_document" {
			continue
		}
		if in.RequireReaders(d.Address()); !r.used(d) {
			r.document(d)
		}
	}
	return r.list
}
