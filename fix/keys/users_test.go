package keys

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cmkify/detect"
)

// users are who uses a table: "line" surely, "line?" perhaps; "and others" when
// they are not all known.
func usersText(u *users) string {
	var out []string
	for _, one := range u.list {
		var lines []string
		for _, at := range one.at {
			lines = append(lines, strings.TrimPrefix(at.Line(), "main.tf:"))
		}
		text := strings.Join(lines, "+")
		if !one.certain {
			text += "?"
		}
		out = append(out, text)
	}
	slices.Sort(out)
	if u.unread != "" {
		out = append(out, "and others")
	}
	return strings.Join(out, " ")
}

// TestUsersOf holds which identities of a directory use a table, by the line
// of the policy that lets them. The table is on lines 1 to 3.
func TestUsersOf(t *testing.T) {
	const role = "resource \"aws_iam_role\" \"app\" {\n  name = \"app\"\n}\n" // lines 4 to 6
	inline := func(statement string) string {
		return "resource \"aws_iam_role_policy\" \"app\" {\n  role   = aws_iam_role.app.id\n  policy = jsonencode({ Statement = [{ " + statement + " }] })\n}\n"
	}
	const all = `Effect = "Allow", Action = "dynamodb:*", Resource = "*"`
	managed := func(label string) string {
		return "resource \"aws_iam_policy\" \"" + label + "\" {\n  policy = jsonencode({ Statement = [{ " + all + " }] })\n}\n"
	}
	document := func(label, more string) string {
		return "data \"aws_iam_policy_document\" \"" + label + "\" {\n  statement {\n    actions   = [\"dynamodb:GetItem\"]\n    resources = [\"*\"]\n" + more + "  }\n}\n"
	}
	attach := func(kind, policy, to string) string {
		return "resource \"aws_iam_" + kind + "_policy_attachment\" \"x\" {\n  policy_arn = " + policy + "\n  " + kind + " = " + to + "\n}\n"
	}
	for name, c := range map[string]struct{ src, want string }{
		"nobody":                           {"", ""},
		"a role without policy":            {role, ""},
		"all actions":                      {role + inline(all), "7"},
		"reading":                          {role + inline(`Effect = "Allow", Action = ["dynamodb:GetItem"], Resource = "*"`), "7"},
		"writing":                          {role + inline(`Effect = "Allow", Action = ["dynamodb:BatchWriteItem"], Resource = "*"`), "7"},
		"PartiQL":                          {role + inline(`Effect = "Allow", Action = ["dynamodb:PartiQLInsert"], Resource = "*"`), "7"},
		"not items":                        {role + inline(`Effect = "Allow", Action = ["dynamodb:DescribeTable", "s3:*"], Resource = "*"`), ""},
		"all but the keys":                 {role + inline(`Effect = "Allow", NotAction = ["kms:*"], Resource = "*"`), "7"},
		"denied":                           {role + inline(`Effect = "Deny", Action = "dynamodb:*", Resource = "*"`), ""},
		"this table":                       {role + inline(`Effect = "Allow", Action = "dynamodb:*", Resource = aws_dynamodb_table.t.arn`), "7"},
		"another table":                    {role + inline(`Effect = "Allow", Action = "dynamodb:*", Resource = "arn:aws:dynamodb:us-east-1:111122223333:table/other"`), ""},
		"this table, by its name":          {role + inline(`Effect = "Allow", Action = "dynamodb:*", Resource = "arn:aws:dynamodb:us-east-1:111122223333:table/t"`), "7"},
		"this table, anywhere":             {role + inline(`Effect = "Allow", Action = "dynamodb:*", Resource = "arn:aws:dynamodb:*:*:table/t"`), "7"},
		"this table, no account":           {role + inline(`Effect = "Allow", Action = "dynamodb:*", Resource = "arn:aws:dynamodb:eu-west-1:*:table/t*"`), "7"},
		"its index":                        {role + inline(`Effect = "Allow", Action = "dynamodb:Query", Resource = "${aws_dynamodb_table.t.arn}/index/*"`), ""},
		"on a condition":                   {role + inline(`Effect = "Allow", Action = "dynamodb:*", Resource = "*", Condition = { StringEquals = { "aws:SourceVpc" = "vpc-1" } }`), "7?"},
		"actions of a variable":            {role + inline(`Effect = "Allow", Action = var.actions, Resource = "*"`) + "variable \"actions\" {}\n", "7?"},
		"a policy of a variable":           {role + "resource \"aws_iam_role_policy\" \"app\" {\n  role   = aws_iam_role.app.id\n  policy = var.policy\n}\nvariable \"policy\" {}\n", "and others"},
		"a policy that is none":            {role + "resource \"aws_iam_role_policy\" \"app\" {\n  role   = aws_iam_role.app.id\n  policy = \"{\"\n}\n", "and others"},
		"of a role elsewhere":              {strings.ReplaceAll(inline(all), "aws_iam_role.app.id", `"elsewhere"`), "4"},
		"a user":                           {"resource \"aws_iam_user\" \"u\" {\n  name = \"u\"\n}\nresource \"aws_iam_user_policy\" \"u\" {\n  user   = aws_iam_user.u.name\n  policy = jsonencode({ Statement = [{ " + all + " }] })\n}\n", "7"},
		"a group":                          {"resource \"aws_iam_group\" \"g\" {\n  name = \"g\"\n}\nresource \"aws_iam_group_policy\" \"g\" {\n  group  = aws_iam_group.g.name\n  policy = jsonencode({ Statement = [{ " + all + " }] })\n}\n", "7"},
		"a group with two policies":        {"resource \"aws_iam_group\" \"g\" {\n  name = \"g\"\n}\n" + managed("p") + attach("group", "aws_iam_policy.p.arn", "aws_iam_group.g.name") + managed("q") + strings.ReplaceAll(attach("group", "aws_iam_policy.q.arn", "aws_iam_group.g.name"), "\"x\"", "\"y\""), "7+14"},
		"in the role itself":               {"resource \"aws_iam_role\" \"app\" {\n  inline_policy {\n    policy = jsonencode({ Statement = [{ " + all + " }] })\n  }\n}\n", "6"},
		"a managed policy of its own":      {role + managed("p") + attach("role", "aws_iam_policy.p.arn", "aws_iam_role.app.name"), "7"},
		"one that nobody has":              {managed("p"), "4"},
		"attached to a user":               {"resource \"aws_iam_user\" \"u\" {\n  name = \"u\"\n}\n" + managed("p") + attach("user", "aws_iam_policy.p.arn", "aws_iam_user.u.name"), "7"},
		"attached to several":              {role + strings.ReplaceAll(role, "app", "ops") + managed("p") + "resource \"aws_iam_policy_attachment\" \"x\" {\n  policy_arn = aws_iam_policy.p.arn\n  roles      = [aws_iam_role.app.name, aws_iam_role.ops.name]\n}\n", "10 10"},
		"attached to nobody":               {role + managed("p") + strings.ReplaceAll(attach("role", "aws_iam_policy.p.arn", "x"), "  role = x\n", ""), "7"},
		"nothing is attached":              {role + strings.ReplaceAll(attach("role", "x", "aws_iam_role.app.name"), "  policy_arn = x\n", ""), ""},
		"another one is attached":          {role + managed("p") + strings.ReplaceAll(managed("q"), "dynamodb:*", "s3:*") + attach("role", "aws_iam_policy.q.arn", "aws_iam_role.app.name"), "7"},
		"two policies":                     {role + inline(all) + managed("p") + attach("role", "aws_iam_policy.p.arn", "aws_iam_role.app.name"), "7+11"},
		"AWS's, attached":                  {role + attach("role", `"arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"`, "aws_iam_role.app.name"), "7"},
		"AWS's, attached to a group":       {"resource \"aws_iam_group\" \"g\" {\n  name = \"g\"\n}\n" + attach("group", `"arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"`, "aws_iam_group.g.name"), "7"},
		"AWS's, attached to a user":        {"resource \"aws_iam_user\" \"u\" {\n  name = \"u\"\n}\n" + attach("user", `"arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"`, "aws_iam_user.u.name"), "7"},
		"AWS's, in the role":               {"resource \"aws_iam_role\" \"app\" {\n  managed_policy_arns = [\"arn:aws:iam::aws:policy/AdministratorAccess\"]\n}\n", "5"},
		"AWS's, of a function":             {role + attach("role", `"arn:aws:iam::aws:policy/AWSLambdaInvocation-DynamoDB"`, "aws_iam_role.app.name"), ""},
		"AWS's for something else":         {role + attach("role", `"arn:aws:iam::aws:policy/AmazonS3FullAccess"`, "aws_iam_role.app.name"), ""},
		"a document that nobody reads":     {document("d", ""), "4"},
		"one that the role's policy reads": {role + document("d", "") + "resource \"aws_iam_role_policy\" \"app\" {\n  role   = aws_iam_role.app.id\n  policy = data.aws_iam_policy_document.d.json\n}\n", "13"},
		"one that a nested block reads":    {document("d", "") + "resource \"aws_iam_role\" \"app\" {\n  inline_policy {\n    policy = data.aws_iam_policy_document.d.json\n  }\n}\n", "12"},
		"one of a resource":                {document("d", "    principals {\n      type        = \"AWS\"\n      identifiers = [\"*\"]\n    }\n"), ""},
		"two roles by for_each":            {"resource \"aws_iam_role\" \"app\" {\n  for_each = toset([\"a\", \"b\"])\n  name     = each.key\n}\nresource \"aws_iam_role_policy\" \"app\" {\n  for_each = aws_iam_role.app\n  role     = each.value.id\n  policy   = jsonencode({ Statement = [{ " + all + " }] })\n}\n", "8 8"},
	} {
		t.Run(name, func(t *testing.T) {
			chosen := chooserOf(t, plain+c.src)
			if got := usersText(chosen.usersOf(chosen.resource(t, "aws_dynamodb_table.t"))); got != c.want {
				t.Errorf("used by %q, want %q", got, c.want)
			}
		})
	}
}

// TestItemActions holds that who may do one thing with items uses the table:
// all that DynamoDB lists as reading or writing them, by API or PartiQL.
func TestItemActions(t *testing.T) {
	for _, action := range strings.Fields("GetItem PutItem UpdateItem DeleteItem BatchGetItem BatchWriteItem ConditionCheckItem Query Scan " +
		"PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete") {
		src := "resource \"aws_iam_role_policy\" \"app\" {\n  role   = \"app\"\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"dynamodb:" + action + "\", Resource = \"*\" }] })\n}\n"
		chosen := chooserOf(t, plain+src)
		if got := usersText(chosen.usersOf(chosen.resource(t, "aws_dynamodb_table.t"))); got != "4" {
			t.Errorf("%s: used by %q", action, got)
		}
	}
}

// TestAccess holds whom a key locks out, and whether that is certain.
func TestAccess(t *testing.T) {
	src := func(keyPolicy, keyActions string) string {
		return account + key("dynamodb", keyPolicy) + fmt.Sprintf(`resource "aws_iam_role" "app" {
  name = "app"
}
resource "aws_iam_role_policy" "app" {
  role   = aws_iam_role.app.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["dynamodb:*", %s], Resource = "*" }] })
}
variable "more" {}
`, keyActions) + plain
	}
	const (
		ofRoot  = "policy = jsonencode({ Statement = [{ Effect = \"Allow\", Principal = { AWS = data.aws_caller_identity.current.account_id }, Action = \"kms:*\", Resource = \"*\" }] })\n"
		ofRole  = "policy = jsonencode({ Statement = [{ Effect = \"Allow\", Principal = { AWS = aws_iam_role.app.arn }, Action = \"kms:*\", Resource = \"*\" }] })\n"
		ofOther = "policy = jsonencode({ Statement = [{ Effect = \"Allow\", Principal = { AWS = \"arn:aws:iam::111122223333:role/other\" }, Action = \"kms:*\", Resource = \"*\" }] })\n"
		ofVar   = "policy = var.more\n"
	)
	for name, c := range map[string]struct {
		keyPolicy, actions string
		open               bool
		locked             bool
		certain, delegates bool
	}{
		"open":                                   {open, `"s3:*"`, true, false, false, false},
		"no policy, may":                         {"", `"kms:*"`, true, false, false, false},
		"no policy, may decrypt":                 {"", `"kms:Decrypt"`, false, false, false, true},
		"no policy, may not":                     {"", `"s3:*"`, false, true, true, true},
		"no policy, perhaps may":                 {"", `var.more`, false, true, false, true},
		"policy of the root, may decrypt":        {ofRoot, `"kms:Decrypt"`, false, false, false, true},
		"policy of the root, may not":            {ofRoot, `"s3:*"`, false, true, true, true},
		"policy of the role":                     {ofRole, `"s3:*"`, true, false, false, false},
		"policy of another role, may in vain":    {ofOther, `"kms:*"`, false, true, true, false},
		"policy that is not known, may":          {ofVar, `"kms:*"`, false, false, false, true},
		"policy that is not known, and may not":  {ofVar, `"s3:*"`, false, true, true, true},
		"policy that is not known, perhaps may:": {ofVar, `var.more`, false, true, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			chosen := chooserOf(t, src(c.keyPolicy, c.actions))
			table := chosen.resource(t, "aws_dynamodb_table.t")
			k := chosen.resource(t, "aws_kms_key.dynamodb")
			open, locked := chosen.Access(Choice{Resource: k, In: chosen.In}, table)
			var places, want []string
			for _, p := range locked.Places {
				places = append(places, p.Line())
			}
			if c.locked {
				line := strings.Count(strings.Split(src(c.keyPolicy, c.actions), "resource \"aws_iam_role_policy\"")[0], "\n") + 1
				want = []string{fmt.Sprintf("main.tf:%d", line)}
			}
			if open != c.open || locked.Certain != c.certain || locked.Delegates != c.delegates || !slices.Equal(places, want) {
				t.Errorf("open %v, certain %v, delegates %v, at %q; want %+v", open, locked.Certain, locked.Delegates, places, c)
			}
		})
	}
}

// TestAccessOfOthers holds what is known of keys that are not written here.
func TestAccessOfOthers(t *testing.T) {
	chosen := chooserOf(t, account+plain+`data "aws_kms_key" "k" {
  key_id = "alias/k"
}
resource "aws_kms_alias" "k" {
  target_key_id = "x"
}
`)
	table := chosen.resource(t, "aws_dynamodb_table.t")
	for name, c := range map[string]struct {
		choice          Choice
		open, delegates bool
	}{
		"new":               {Choice{New: &New{Policy: PolicyDynamoDB}}, true, false},
		"new, no policy":    {Choice{New: &New{Policy: PolicyNone}}, false, true},
		"an ARN":            {Choice{Ref: "arn"}, false, true},
		"looked up":         {Choice{Resource: chosen.resource(t, "data.aws_kms_key.k"), In: chosen.In}, false, true},
		"an alias":          {Choice{Resource: chosen.resource(t, "aws_kms_alias.k"), In: chosen.In}, false, true},
		"of another module": {Choice{Resource: chosen.resource(t, "data.aws_kms_key.k")}, false, true},
	} {
		if open, locked := chosen.Access(c.choice, table); open != c.open || locked.Delegates != c.delegates || len(locked.Places) > 0 || locked.Certain {
			t.Errorf("%s: open %v, %+v", name, open, locked)
		}
	}
}

// TestAccessOfNew holds whom a new key without a policy locks out: a role that may
// use some keys may not use one that is not there yet, unless a pattern has it.
func TestAccessOfNew(t *testing.T) {
	const east = "provider \"aws\" {\n  region = \"us-east-1\"\n}\n"
	for name, c := range map[string]struct {
		region, resource string
		to               string // whom the key is for
		want             string
	}{
		"all keys":                          {"", `"*"`, detect.TableKey, "open"},
		"a pattern of all":                  {"", `"arn:aws:kms:*:*:key/*"`, detect.TableKey, "open"},
		"one of all of a region":            {east, `"arn:aws:kms:us-east-1:*:key/*"`, detect.TableKey, "open"},
		"of all of another region":          {east, `"arn:aws:kms:us-west-2:*:key/*"`, detect.TableKey, "locked"},
		"of all of a replica's":             {east, `"arn:aws:kms:us-west-2:*:key/*"`, "us-west-2", "open"},
		"of all of the table's":             {east, `"arn:aws:kms:us-east-1:*:key/*"`, "us-west-2", "locked"},
		"of all of an account":              {east, `"arn:aws:kms:us-east-1:111122223333:key/*"`, detect.TableKey, "perhaps"},
		"of all where no region is known":   {"", `"arn:aws:kms:eu-west-1:*:key/*"`, detect.TableKey, "perhaps"},
		"another key":                       {"", "aws_kms_key.other.arn", detect.TableKey, "locked"},
		"another key, written out":          {"", `"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"`, detect.TableKey, "locked"},
		"one of a variable":                 {"", "var.key", detect.TableKey, "perhaps"},
		"a key looked up, which is another": {"", "data.aws_kms_key.other.arn", detect.TableKey, "locked"},
	} {
		t.Run(name, func(t *testing.T) {
			chosen := chooserOf(t, c.region+plain+key("other", "")+`variable "key" {}
data "aws_kms_key" "other" {
  key_id = "alias/other"
}
resource "aws_iam_role" "app" {
  name = "app"
}
resource "aws_iam_role_policy" "app" {
  role   = aws_iam_role.app.id
  policy = jsonencode({ Statement = [
    { Effect = "Allow", Action = "dynamodb:*", Resource = aws_dynamodb_table.t.arn },
    { Effect = "Allow", Action = "kms:*", Resource = `+c.resource+` },
  ] })
}
`)
			open, locked := chosen.Access(Choice{For: c.to, New: &New{Policy: PolicyNone}}, chosen.resource(t, "aws_dynamodb_table.t"))
			got := "perhaps"
			switch {
			case open && len(locked.Places) == 0:
				got = "open"
			case locked.Certain:
				got = "locked"
			}
			if got != c.want {
				t.Errorf("%s (%v, %+v), want %s", got, open, locked, c.want)
			}
		})
	}
}
