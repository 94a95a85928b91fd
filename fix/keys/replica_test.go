package keys

import (
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"cmkify/detect"
)

const (
	provider5 = "terraform {\n  required_providers {\n    aws = \"~> 5.0\"\n  }\n}\n"
	provider6 = "terraform {\n  required_providers {\n    aws = \"~> 6.0\"\n  }\n}\n"
	east      = "provider \"aws\" {\n  region = \"us-east-1\"\n}\n"
)

// TestReplica holds which key a replica of a table is given, or why none.
func TestReplica(t *testing.T) {
	table := func(replica string) string {
		return "resource \"aws_dynamodb_table\" \"t\" {\n" + replica + "}\n"
	}
	const (
		static   = "  replica {\n    region_name = \"eu-west-1\"\n  }\n"
		variable = "  replica {\n    region_name = var.region\n  }\n"
		each     = "  dynamic \"replica\" {\n    for_each = var.regions\n    content {\n      region_name = replica.value\n    }\n  }\n"
		regions  = "variable \"region\" {\n}\nvariable \"regions\" {\n  type    = set(string)\n  default = [\"eu-west-1\"]\n}\n"
		by       = "each computed"
	)
	config := func(alias, region, more string) string {
		return "provider \"aws\" {\n  alias  = \"" + alias + "\"\n  region = " + region + "\n" + more + "}\n"
	}
	for name, c := range map[string]struct {
		src    string
		key    string // address, and what its ARN is said by
		at     string // provider and region of the new key
		reason detect.ReasonID
		says   string // in the reason
	}{
		"provider 6":                       {src: provider6 + east + table(static), key: "aws_kms_key.dynamodb_eu_west_1", at: ` "eu-west-1"`},
		"provider 6, a variable":           {src: provider6 + east + table(variable) + regions, key: "aws_kms_key.dynamodb_2", at: " var.region"},
		"provider 6, dynamic":              {src: provider6 + east + table(each) + regions, key: "aws_kms_key.dynamodb_replicas", at: " each.key"},
		"provider 6, each":                 {src: provider6 + east + table("  for_each = var.regions\n  replica {\n    region_name = each.key\n  }\n") + regions, reason: detect.ReplicaExpression},
		"provider 6, no region":            {src: provider6 + east + table("  replica {\n  }\n"), reason: detect.ReplicaExpression},
		"provider 5":                       {src: provider5 + east + table(static), key: "aws_kms_key.dynamodb_eu_west_1", at: "aws.eu_west_1 "},
		"provider 5, dynamic":              {src: provider5 + east + table(each) + regions, reason: detect.ReplicaExpression},
		"provider 5, a variable":           {src: provider5 + east + table(variable) + regions, reason: detect.ReplicaExpression},
		"provider 5, the same variable":    {src: provider5 + east + config("there", "var.region", "") + table(variable) + regions, key: "aws_kms_key.dynamodb_there", at: "aws.there "},
		"provider 5, no region":            {src: provider5 + "provider \"aws\" {\n  region = \"us-east-1\"\n}\n" + table("  replica {\n    region_name = \"Europe\"\n  }\n"), reason: detect.ReplicaExpression, says: `invalid region_name "Europe"`},
		"provider 5, one is there":         {src: provider5 + east + config("there", `"eu-west-1"`, "") + table(static), key: "aws_kms_key.dynamodb_there", at: "aws.there "},
		"one of another account":           {src: provider5 + east + config("there", `"eu-west-1"`, "  profile = \"other\"\n") + table(static), key: "aws_kms_key.dynamodb_eu_west_1", at: "aws.eu_west_1 "},
		"one of the same account":          {src: provider5 + "provider \"aws\" {\n  region  = \"us-east-1\"\n  profile = \"p\"\n}\n" + config("there", `"eu-west-1"`, "  profile = \"p\"\n") + table(static), key: "aws_kms_key.dynamodb_there", at: "aws.there "},
		"one whose account is computed":    {src: provider5 + east + config("there", `"eu-west-1"`, "  dynamic \"assume_role\" {\n    for_each = []\n    content {\n    }\n  }\n") + table(static), key: "aws_kms_key.dynamodb_eu_west_1", at: "aws.eu_west_1 "},
		"the table's own account computed": {src: provider5 + "provider \"aws\" {\n  region = \"us-east-1\"\n  dynamic \"assume_role\" {\n    for_each = []\n    content {\n    }\n  }\n}\n" + config("there", `"eu-west-1"`, "") + table(static), key: "aws_kms_key.dynamodb_eu_west_1", at: "aws.eu_west_1 "},
		"the alias is taken":               {src: provider5 + east + config("eu_west_1", `"eu-west-2"`, "") + table(static), key: "aws_kms_key.dynamodb_eu_west_1_2", at: "aws.eu_west_1_2 "},
		"no sign of a root":                {src: provider5 + table(static), reason: detect.ReplicaProvider, says: "configuration_aliases = [aws.eu_west_1]"},
		"no sign of a root, one is there":  {src: provider5 + config("there", `"eu-west-1"`, "") + table(static), key: "aws_kms_key.dynamodb_there", at: "aws.there "},
	} {
		t.Run(name, func(t *testing.T) {
			chosen := chooserOf(t, c.src)
			own, reason := chosen.For(chosen.need(t, "aws_dynamodb_table.t", 0), nil)
			if reason != nil {
				t.Fatal(reason)
			}
			need := chosen.need(t, "aws_dynamodb_table.t", 1)
			choice, reason := chosen.For(need, &own)
			if c.reason != "" {
				if reason == nil || reason.ID != c.reason || !strings.Contains(reason.Message, c.says) {
					t.Errorf("%+v, want %s %q", reason, c.reason, c.says)
				}
				return
			}
			if reason != nil || choice.Ref != c.key || choice.New == nil || choice.For != need.Replica.Name() {
				t.Fatalf("%+v, %v", choice, reason)
			}
			if at := choice.New.At; at.Provider+" "+at.Region != c.at || choice.New.SameAs != own.Ref {
				t.Errorf("%+v", choice.New)
			}
			if again, _ := chosen.For(need, &own); again.New != choice.New {
				t.Error("another replica of the region has another key")
			}
		})
	}
}

// TestReplicaSkipped holds that replicas can be left to a person.
func TestReplicaSkipped(t *testing.T) {
	chosen := chooserOf(t, provider6+east+"resource \"aws_dynamodb_table\" \"t\" {\n  replica {\n    region_name = \"eu-west-1\"\n  }\n}\n")
	chosen.Options.SkipReplicas = true
	if _, reason := chosen.For(chosen.need(t, "aws_dynamodb_table.t", 1), nil); reason == nil || reason.ID != detect.ReplicaExpression || !strings.HasPrefix(reason.Message, "--replicas skip") {
		t.Errorf("%v", reason)
	}
	if _, reason := chosen.For(chosen.need(t, "aws_dynamodb_table.t", 0), nil); reason != nil {
		t.Errorf("%v", reason)
	}
}

// TestSameAs holds whose policy the keys of replicas share.
func TestSameAs(t *testing.T) {
	for want, own := range map[string]*Choice{
		"":              nil,
		"aws_kms_key.k": {New: &New{Label: "k", Policy: PolicyDynamoDB}},
	} {
		if got := sameAs(own); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, own := range []*Choice{{}, {New: &New{Label: "k", Policy: PolicyNone}}, {New: &New{Label: "k", Policy: PolicyDynamoDB, ForEach: "x"}}} {
		if got := sameAs(own); got != "" {
			t.Errorf("%+v: %q", own.New, got)
		}
	}
}

// TestCopyOf holds when a replica is given the replica key of the table's own
// multi-region key.
func TestCopyOf(t *testing.T) {
	src := func(primary, copied, more string) string {
		return provider5 + account + east + "provider \"aws\" {\n  alias  = \"there\"\n  region = \"eu-west-1\"\n}\n" +
			key("k", primary) + "resource \"aws_kms_replica_key\" \"c\" {\n" + copied + "}\n" +
			"resource \"aws_dynamodb_table\" \"t\" {\n  server_side_encryption {\n    enabled     = true\n    kms_key_arn = aws_kms_key.k.arn\n  }\n  replica {\n    region_name = \"eu-west-1\"\n  }\n}\n" + more
	}
	const (
		multi = "multi_region = true\n"
		there = "provider = aws.there\n"
		of    = "primary_key_arn = aws_kms_key.k.arn\n"
	)
	named := strings.Replace(forAll, "AWS = \"*\"", "AWS = \"arn:aws:iam::111122223333:role/a\"", 1)
	for name, c := range map[string]struct {
		src   string
		taken bool
	}{
		"open":                              {src(multi+forAll, there+of+forAll, ""), true},
		"without policies":                  {src(multi, there+of, ""), true},
		"the same policy":                   {src(multi+named, there+of+named, ""), true},
		"another policy":                    {src(multi+forAll, there+of+named, ""), false},
		"a policy of the primary alone":     {src(multi+forAll, there+of, ""), false},
		"not multi-region":                  {src(forAll, there+of+forAll, ""), false},
		"multi-region as others decide":     {src("multi_region = var.m\n"+forAll, there+of+forAll, "variable \"m\" {}\n"), false},
		"of another region":                 {src(multi+forAll, of+forAll, ""), false},
		"counted":                           {src(multi+forAll, there+of+"count = 1\n"+forAll, ""), false},
		"of another key":                    {src(multi+forAll, there+"primary_key_arn = aws_kms_key.other.arn\n"+forAll, key("other", multi)), false},
		"of a key that nobody knows":        {src(multi+forAll, there+"primary_key_arn = var.p\n"+forAll, "variable \"p\" {}\n"), false},
		"of a key that another one follows": {src(multi+forAll, there+of+forAll, "resource \"aws_kms_replica_key\" \"d\" {\n"+there+of+forAll+"}\n"), true},
	} {
		t.Run(name, func(t *testing.T) {
			chosen := chooserOf(t, c.src)
			own := Choice{For: detect.TableKey, Action: Used, Resource: chosen.resource(t, "aws_kms_key.k"), In: chosen.In, Ref: "aws_kms_key.k"}
			need := chosen.need(t, "aws_dynamodb_table.t", 0)
			choice, reason := chosen.For(need, &own)
			if reason != nil || choice.For != "eu-west-1" {
				t.Fatalf("%+v, %v", choice, reason)
			}
			if taken := choice.Action == Reused && choice.Ref == "aws_kms_replica_key.c" && choice.Expr == "aws_kms_replica_key.c.arn"; taken != c.taken {
				t.Errorf("%+v", choice)
			}
			if c.taken {
				chosen.AvoidReuse("aws_kms_replica_key.c")
				if choice, _ = chosen.For(need, &own); choice.Ref == "aws_kms_replica_key.c" {
					t.Errorf("avoided: %+v", choice)
				}
			}
		})
	}
}

// TestCopyOfReused holds that a key which the table is only now given must be
// proved open in the replica's region: it has no user yet.
func TestCopyOfReused(t *testing.T) {
	src := provider5 + account + east + "provider \"aws\" {\n  alias  = \"there\"\n  region = \"eu-west-1\"\n}\n" + key("dynamodb", "multi_region = true\n") +
		"resource \"aws_kms_replica_key\" \"c\" {\n  provider        = aws.there\n  primary_key_arn = aws_kms_key.dynamodb.arn\n}\n" +
		"resource \"aws_dynamodb_table\" \"t\" {\n  replica {\n    region_name = \"eu-west-1\"\n  }\n}\n"
	chosen := chooserOf(t, src)
	for action, want := range map[Action]string{Used: "aws_kms_replica_key.c", Reused: "aws_kms_key.dynamodb_there"} {
		own := Choice{For: detect.TableKey, Action: action, Resource: chosen.resource(t, "aws_kms_key.dynamodb"), In: chosen.In}
		if choice, reason := chosen.For(chosen.need(t, "aws_dynamodb_table.t", 1), &own); reason != nil || choice.Ref != want {
			t.Errorf("%s: %+v, %v; want %s", action, choice, reason, want)
		}
	}
}

// TestForEach holds how the for_each of keys is written for the regions that
// the elements of a collection give.
func TestForEach(t *testing.T) {
	list, set, tuple := cty.List(cty.String), cty.Set(cty.String), cty.Tuple([]cty.Type{cty.String})
	keyed, object := cty.Map(cty.String), cty.Object(map[string]cty.Type{"a": cty.String})
	for _, c := range []struct {
		of   string
		ty   cty.Type
		want string
	}{
		{"r", set, "x"}, {"r", list, "toset(x)"}, {"r", tuple, "toset(x)"}, {"r", keyed, "toset(values(x))"}, {"r", object, "toset(values(x))"},
		{"k", set, "x"}, {"k", keyed, "toset(keys(x))"}, {"k", object, "toset(keys(x))"}, {"k", list, ""}, {"k", tuple, ""},
		{"r.region", list, "{ for r in x : r.region => r }"}, {"r.region", set, "{ for r in x : r.region => r }"}, {"r.region", object, "{ for r in x : r.region => r }"},
		{"r.region", tuple, "{ for r in x : r.region => r }"}, {"r.region", keyed, "{ for r in x : r.region => r }"},
		{"r", cty.DynamicPseudoType, ""}, {"k", cty.DynamicPseudoType, ""}, {"r.region", cty.DynamicPseudoType, ""}, {"", set, ""}, {"region", list, ""},
	} {
		if got := forEach(&detect.DynamicReplica{Collection: "x", Type: c.ty, RegionOf: c.of}); got != c.want {
			t.Errorf("%s of %s: %q, want %q", c.of, c.ty.FriendlyName(), got, c.want)
		}
	}
}

// TestReplicaReuse holds that a key is reused for a replica only when it is
// proved open to the table's users, as one for the table itself is, and that
// two tables share it.
func TestReplicaReuse(t *testing.T) {
	const there = "provider \"aws\" {\n  alias  = \"there\"\n  region = \"eu-west-1\"\n}\n"
	for name, c := range map[string]struct{ policy, want string }{
		"open":         {open, "aws_kms_key.dynamodb_west"},
		"of one role":  {"policy = jsonencode({ Statement = [{ Effect = \"Allow\", Principal = { AWS = \"arn:aws:iam::111122223333:role/a\" }, Action = \"kms:*\", Resource = \"*\" }] })\n", "aws_kms_key.dynamodb_there"},
		"no policy":    {"", "aws_kms_key.dynamodb_there"},
		"not known":    {"policy = var.p\n", "aws_kms_key.dynamodb_there"},
		"for the east": {strings.Replace(open, "dynamodb.*", "dynamodb.us-east-1", 1), "aws_kms_key.dynamodb_there"},
	} {
		t.Run(name, func(t *testing.T) {
			chosen := chooserOf(t, provider5+account+east+there+"variable \"p\" {}\n"+key("dynamodb_west", "provider = aws.there\n"+c.policy)+
				"resource \"aws_dynamodb_table\" \"t\" {\n  replica {\n    region_name = \"eu-west-1\"\n  }\n}\n"+
				"resource \"aws_dynamodb_table\" \"u\" {\n  replica {\n    region_name = \"eu-west-1\"\n  }\n}\n")
			for _, table := range []string{"aws_dynamodb_table.t", "aws_dynamodb_table.u"} {
				if choice, reason := chosen.For(chosen.need(t, table, 1), nil); reason != nil || choice.Ref != c.want {
					t.Errorf("%s: %+v, %v; want %s", table, choice, reason, c.want)
				}
			}
		})
	}
}
