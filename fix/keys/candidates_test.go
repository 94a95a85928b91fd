package keys

import (
	"slices"
	"strings"
	"testing"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// key returns a key of that label with more arguments.
func key(label, more string) string {
	return "resource \"aws_kms_key\" \"" + label + "\" {\n  enable_key_rotation = true\n" + more + "}\n"
}

// TestUnfit judges one key for one table, and holds why it is not used.
func TestUnfit(t *testing.T) {
	const (
		west    = "provider \"aws\" {\n  region = \"us-east-1\"\n}\nprovider \"aws\" {\n  alias  = \"west\"\n  region = \"us-west-2\"\n}\n"
		unmeant = "nothing says that it is for DynamoDB"
		other   = "its label, description or alias says that it is for something else"
		role    = `resource "aws_iam_role" "app" {
  name = "app"
}
`
	)
	grant := func(actions string) string {
		return role + "resource \"aws_iam_role_policy\" \"app\" {\n  role   = aws_iam_role.app.id\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = [" + actions + "], Resource = \"*\" }] })\n}\n"
	}
	for name, c := range map[string]struct{ src, want string }{
		"meant by its label":            {key("dynamodb", open), ""},
		"meant by its description":      {key("k", "description = \"DynamoDB tables\"\n"+forAll), ""},
		"meant by its alias's name":     {key("k", forAll) + "resource \"aws_kms_alias\" \"a\" {\n  name          = \"alias/dynamodb\"\n  target_key_id = aws_kms_key.k.key_id\n}\n", ""},
		"meant by its alias's label":    {key("k", forAll) + "resource \"aws_kms_alias\" \"dynamodb\" {\n  name          = \"alias/k\"\n  target_key_id = aws_kms_key.k.key_id\n}\n", ""},
		"meant by its policy":           {key("k", open), ""},
		"another key's alias":           {key("k", forAll) + key("other", "") + "resource \"aws_kms_alias\" \"dynamodb\" {\n  name          = \"alias/k\"\n  target_key_id = aws_kms_key.other.key_id\n}\n", unmeant},
		"nothing says for what":         {key("main", "description = \"Main key\"\n"+forAll), unmeant},
		"its description negates":       {key("dynamodb", "description = \"Do not use for DynamoDB\"\n"+open), other},
		"its alias is for streams":      {key("dynamodb", open) + "resource \"aws_kms_alias\" \"a\" {\n  name          = \"alias/dynamodb-streams\"\n  target_key_id = aws_kms_key.dynamodb.key_id\n}\n", other},
		"its alias is for something":    {key("dynamodb", open) + "resource \"aws_kms_alias\" \"a\" {\n  name          = \"alias/app\"\n  target_key_id = aws_kms_key.dynamodb.key_id\n}\n", ""},
		"counted":                       {key("dynamodb", "count = 1\n"+open), "it has count or for_each"},
		"for each":                      {key("dynamodb", "for_each = toset([\"a\"])\n"+open), "it has count or for_each"},
		"disabled":                      {key("dynamodb", "is_enabled = false\n"+open), "DynamoDB cannot use it"},
		"asymmetric":                    {strings.Replace(key("dynamodb", "customer_master_key_spec = \"RSA_2048\"\n"+open), "enable_key_rotation = true\n", "", 1), "DynamoDB cannot use it"},
		"symmetric, said so":            {key("dynamodb", "customer_master_key_spec = \"SYMMETRIC_DEFAULT\"\n"+open), ""},
		"for signing":                   {strings.Replace(key("dynamodb", "key_usage = \"SIGN_VERIFY\"\n"+open), "enable_key_rotation = true\n", "", 1), "DynamoDB cannot use it"},
		"of another provider":           {west + key("dynamodb", "provider = aws.west\n"+open), "it has another provider or region"},
		"of another region":             {key("dynamodb", "region = \"eu-west-1\"\n"+open), "it has another provider or region"},
		"its policy is apart":           {key("dynamodb", open) + "resource \"aws_kms_key_policy\" \"p\" {\n  key_id = aws_kms_key.dynamodb.id\n  policy = \"{}\"\n}\n", "its policy is set by aws_kms_key_policy.p"},
		"another key's policy is apart": {key("dynamodb", open) + key("other", "") + "resource \"aws_kms_key_policy\" \"p\" {\n  key_id = aws_kms_key.other.id\n  policy = \"{}\"\n}\n", ""},
		"rotates as others decide":      {strings.Replace(key("dynamodb", open), "= true", "= var.rotate", 1) + "variable \"rotate\" {}\n", "it does not rotate in every case"},
		"does not rotate, yet":          {strings.Replace(key("dynamodb", open), "= true", "= false", 1), ""},
		"managed by AWS":                {"data \"aws_kms_alias\" \"dynamodb\" {\n  name = \"alias/aws/dynamodb\"\n}\n", "it is an AWS managed key"},
		"looked up":                     {"data \"aws_kms_alias\" \"dynamodb\" {\n  name = \"alias/dynamodb\"\n}\n", "its policy cannot be determined"},
		"external":                      {"resource \"aws_kms_external_key\" \"dynamodb\" {\n" + open + "}\n", ""},
		"policy of a variable":          {key("dynamodb", "policy = var.policy\n") + "variable \"policy\" {}\n", "its policy cannot be determined"},
		"policy that is none":           {key("dynamodb", "policy = \"{}}\"\n"), "its policy cannot be determined"},
		"policy of the account":         {key("dynamodb", "policy = jsonencode({ Statement = [{ Effect = \"Allow\", Principal = { AWS = data.aws_caller_identity.current.account_id }, Action = \"kms:*\", Resource = \"*\" }] })\n"), "its policy does not allow all callers: kms:Encrypt is not surely allowed to every principal of the account; statement 1 is limited by its Principal"},
		"no policy, no users":           {key("dynamodb", ""), "it has no policy, and no user of the tables is found here"},
		"no policy, users that may":     {key("dynamodb", "") + grant(`"dynamodb:*", "kms:*"`), ""},
		"no policy, users that may not": {key("dynamodb", "") + grant(`"dynamodb:*", "kms:Decrypt"`), "the policy at main.tf:8 grants access to items but not to this key"},
		"no policy, unknown users":      {key("dynamodb", "") + grant(`"dynamodb:*", "kms:*"`) + "resource \"aws_iam_policy\" \"p\" {\n  policy = var.policy\n}\nvariable \"policy\" {}\n", "the policy at main.tf:12 cannot be determined, so the table's users are not all known"},
		"policy of the users":           {key("dynamodb", "policy = jsonencode({ Statement = [{ Effect = \"Allow\", Principal = { AWS = aws_iam_role.app.arn }, Action = \"kms:*\", Resource = \"*\" }] })\n") + grant(`"dynamodb:*"`), ""},
		"policy of the users, but one":  {key("dynamodb", "policy = jsonencode({ Statement = [{ Effect = \"Allow\", Principal = { AWS = aws_iam_role.app.arn }, Action = \"kms:*\", Resource = \"*\" }] })\n") + grant(`"dynamodb:*"`) + strings.ReplaceAll(grant(`"dynamodb:GetItem"`), "app", "ops"), "the policy at main.tf:16 grants access to items but not to this key"},
	} {
		t.Run(name, func(t *testing.T) {
			chosen := chooserOf(t, account+c.src+plain)
			got := chosen.Candidates(terraform.ProviderRegion{})
			if len(got) == 0 || got[0].Unfit != c.want {
				t.Errorf("%+v; want %q", got, c.want)
			}
		})
	}
}

// TestUnfitReplicas holds that a key whose policy names a table's users does
// not do for one with replicas: replication has a role of its own.
func TestUnfitReplicas(t *testing.T) {
	src := account + key("dynamodb", "policy = jsonencode({ Statement = [{ Effect = \"Allow\", Principal = { AWS = aws_iam_role.app.arn }, Action = \"kms:*\", Resource = \"*\" }] })\n") + `resource "aws_iam_role" "app" {
  name = "app"
  inline_policy {
    policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "dynamodb:*", Resource = "*" }] })
  }
}
resource "aws_dynamodb_table" "t" {
  name = "t"
  %s
}
`
	for more, want := range map[string]string{
		"": "",
		"replica {\n region_name = \"us-west-2\"\n}": "the table has replicas, and the policy does not allow the replication role",
		"dynamic \"replica\" {\n for_each = [\"us-west-2\"]\n content {\n region_name = replica.value\n kms_key_arn = \"\"\n }\n}": "the table has replicas, and the policy does not allow the replication role",
	} {
		got := chooserOf(t, strings.Replace(src, "%s", more, 1)).Candidates(terraform.ProviderRegion{})
		if len(got) != 1 || got[0].Unfit != want {
			t.Errorf("%s: %+v; want %q", more, got, want)
		}
	}
}

// TestCandidates holds which keys are judged, and in which order: the one that
// most tables use stands first, and its uses say for what it is.
func TestCandidates(t *testing.T) {
	use := func(label, key string) string {
		return "resource \"aws_dynamodb_table\" \"" + label + "\" {\n  server_side_encryption {\n    enabled     = true\n    kms_key_arn = " + key + "\n  }\n}\n"
	}
	src := account + key("dynamodb", open) + key("main", forAll) + key("second", forAll) +
		use("a", "aws_kms_key.main.arn") + use("b", "aws_kms_key.main.arn") + use("c", "aws_kms_key.second.arn") +
		use("d", "aws_kms_key.dynamodb.id") + // not an ARN: wrong, but it is the key
		"resource \"aws_dynamodb_table\" \"off\" {\n  server_side_encryption {\n    enabled     = false\n    kms_key_arn = aws_kms_key.second.arn\n  }\n}\n" +
		strings.Replace(use("elsewhere", "aws_kms_key.second.arn"), "{\n", "{\n  region = \"eu-west-1\"\n", 1) +
		plain + "locals {\n  arn   = \"arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012\"\n  other = \"x\"\n  ref   = aws_kms_key.main.arn\n}\nresource \"aws_kms_alias\" \"a\" {\n  target_key_id = aws_kms_key.main.id\n}\n"
	c := chooserOf(t, src)
	at := terraform.ProviderRegion{}
	var got []string
	for _, candidate := range c.Candidates(at) {
		got = append(got, strings.TrimSuffix(candidate.Expr+": "+candidate.Unfit, ": "))
	}
	want := []string{
		"aws_kms_key.main.arn", "aws_kms_key.dynamodb.arn", "aws_kms_key.second.arn",
		"local.arn: its policy cannot be determined",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	choice, reason := c.For(c.need(t, "aws_dynamodb_table.t", 0), nil)
	if reason != nil || choice.Action != Reused || choice.Ref != "aws_kms_key.main" || choice.Expr != "aws_kms_key.main.arn" || choice.For != detect.TableKey || choice.Rotation != nil {
		t.Errorf("%+v, %v", choice, reason)
	}
	c.AvoidReuse("aws_kms_key.main")
	c.AvoidReuse("aws_kms_key.dynamodb")
	if choice, _ = c.For(c.need(t, "aws_dynamodb_table.t", 0), nil); choice.Ref != "aws_kms_key.second" {
		t.Errorf("%+v", choice)
	}
	c.AvoidReuse("aws_kms_key.second")
	if choice, _ = c.For(c.need(t, "aws_dynamodb_table.t", 0), nil); choice.Action != Created || choice.Ref != "aws_kms_key.dynamodb_2" {
		t.Errorf("%+v", choice)
	}
	for _, candidate := range c.Candidates(terraform.ProviderRegion{Region: `"eu-west-1"`}) {
		want := "it has another provider or region"
		if candidate.Resource == nil {
			want = "it is in one region, and the table has a provider or region of its own"
		}
		if candidate.Unfit != want {
			t.Errorf("for another region: %+v", candidate)
		}
	}
}

// TestUnused holds that a reader is told why each key of the configuration is
// not used.
func TestUnused(t *testing.T) {
	c := chooserOf(t, account+key("dynamodb", open)+key("other", "")+plain)
	got := c.Unused(c.resource(t, "aws_dynamodb_table.t"))
	if len(got) != 1 || got[0].Text != "aws_kms_key.other is not reused: nothing says that it is for DynamoDB" || got[0].At.Line() != "main.tf:21" {
		t.Errorf("%+v", got)
	}
}

// TestRotated holds that a key that is reused begins to rotate, or that it is
// not used where that is not its own decision.
func TestRotated(t *testing.T) {
	c := chooserOf(t, account+strings.Replace(key("dynamodb", open), "= true", "= false", 1)+plain)
	choice, reason := c.For(c.need(t, "aws_dynamodb_table.t", 0), nil)
	if reason != nil || choice.Action != Reused || choice.Rotation == nil || choice.Rotation.Argument.Name != "enable_key_rotation" || choice.Rotation.Argument.Resource != choice.Resource {
		t.Errorf("%+v, %v", choice, reason)
	}
}

// TestSaysDynamoDB holds what a name or description says.
func TestIsAbandoned(t *testing.T) {
	for text, want := range map[string]bool{
		"Deprecated": true, "do not use": true, "must not be used": true, "don't use it": true, "tables_legacy": true, "alias/unused": true, "Temporary key": true,
		"": false, "do not delete": false, "used by the shop": false, "notused": false, "legacies": false, "Encrypts tables": false,
	} {
		if got := isAbandoned(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestSaysDynamoDB(t *testing.T) {
	for text, want := range map[string]bool{
		"dynamodb": true, "DynamoDB tables": true, "dynamo": true, "orders_dynamodb": true, "alias/dynamodb-orders": true, "Encrypts DynamoDB.": true,
		"": false, "tables": false, "orders": false,
		"not for dynamodb": false, "never DynamoDB": false, "don't use for DynamoDB": false, "everything except dynamodb": false,
		"dynamodb_streams": false, "dynamodb-exports": false, "SNS topic for dynamodb": false, "lambda and dynamodb": false, "old dynamodb": false,
		"dynamodb backup": false, "s3 dynamodb": false, "dynamodb_legacy": false, "nicht für DynamoDB": false, "dynamodb_temp": false,
	} {
		if got := saysDynamoDB(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
		if got := mentionsOther(text); got && !strings.Contains(strings.ToLower(text), "dynamo") || got && want {
			t.Errorf("%q mentions something else: %v", text, got)
		}
	}
}
