package keys

import (
	"fmt"
	"strings"
	"testing"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// west is a second provider configuration.
const west = "provider \"aws\" {\n  region = \"us-east-1\"\n}\nprovider \"aws\" {\n  alias  = \"west\"\n  region = \"us-west-2\"\n}\n"

// TestCreate holds the labels of a new key and of the data source that its
// policy refers to.
func TestCreate(t *testing.T) {
	for name, c := range map[string]struct{ src, key, identity string }{
		"plain":                           {plain, "dynamodb", "new current"},
		"of a provider":                   {west + strings.Replace(plain, "{\n", "{\n  provider = aws.west\n", 1), "dynamodb_west", "new current_west"},
		"of a region":                     {strings.Replace(plain, "{\n", "{\n  region = \"us-east-2\"\n", 1), "dynamodb_us_east_2", "new current"},
		"of a region that is computed":    {strings.Replace(plain, "{\n", "{\n  region = var.region\n", 1) + "variable \"region\" {}\n", "dynamodb", "new current"},
		"the label is taken":              {plain + "resource \"aws_kms_key\" \"dynamodb\" {\n}\n", "dynamodb_2", "new current"},
		"and the next":                    {plain + "resource \"aws_kms_key\" \"dynamodb\" {\n}\nresource \"aws_kms_key\" \"dynamodb_2\" {\n}\n", "dynamodb_3", "new current"},
		"taken by what refers to it":      {plain + "output \"x\" {\n  value = aws_kms_key.dynamodb.arn\n}\n", "dynamodb_2", "new current"},
		"another resource has it":         {plain + "resource \"aws_kms_alias\" \"dynamodb\" {\n}\n", "dynamodb", "new current"},
		"the account is known":            {plain + "data \"aws_caller_identity\" \"me\" {\n}\n", "dynamodb", "me"},
		"the account of another provider": {west + plain + "data \"aws_caller_identity\" \"current\" {\n  provider = aws.west\n}\n", "dynamodb", "new current_2"},
		"a counted account":               {plain + "data \"aws_caller_identity\" \"current\" {\n  count = 1\n}\n", "dynamodb", "new current_2"},
		"a resource of that type":         {plain + "resource \"aws_caller_identity\" \"current\" {\n}\n", "dynamodb", "new current"},
		"a region on the data source":     {plain + "data \"aws_caller_identity\" \"me\" {\n  region = \"us-west-2\"\n}\n", "dynamodb", "me"},
	} {
		t.Run(name, func(t *testing.T) {
			chosen := chooserOf(t, c.src)
			choice, reason := chosen.For(chosen.need(t, "aws_dynamodb_table.t", 0), nil)
			if reason != nil || choice.Action != Created || choice.New.Label != c.key || choice.Ref != "aws_kms_key."+c.key || choice.Expr != choice.Ref+".arn" || choice.For != detect.TableKey {
				t.Fatalf("%+v, %v", choice, reason)
			}
			i := chosen.Identity[0]
			identity := i.Label
			if !i.Declared {
				identity = "new " + identity
			}
			if identity != c.identity || choice.New.Identity != i.Label || len(chosen.Identity) != 1 {
				t.Errorf("identity %s, want %s", identity, c.identity)
			}
			again, _ := chosen.For(chosen.need(t, "aws_dynamodb_table.t", 0), nil)
			if again.New != choice.New || len(chosen.Created) != 1 {
				t.Error("a second table of the same provider and region has another key")
			}
		})
	}
}

// TestCreateWithout holds that a key without a policy needs no data source,
// and that one which depends on a table is not used.
func TestCreateWithout(t *testing.T) {
	chosen := chooserOf(t, plain)
	chosen.Options.Policy = PolicyNone
	if choice, _ := chosen.For(chosen.need(t, "aws_dynamodb_table.t", 0), nil); choice.New.Identity != "" || len(chosen.Identity) > 0 {
		t.Errorf("%+v", choice.New)
	}
	chosen = chooserOf(t, account+plain)
	chosen.Options.LeadsBack = func(address string) bool { return address == "data.aws_caller_identity.current" }
	if choice, _ := chosen.For(chosen.need(t, "aws_dynamodb_table.t", 0), nil); choice.New.Identity != "current_2" || chosen.Identity[0].Declared {
		t.Errorf("%+v", choice.New)
	}
}

// TestLeft holds that a key which reads as a new one would, and that no table
// uses, is taken in its place.
func TestLeft(t *testing.T) {
	src := key("dynamodb", "") + key("counted", "count = 1\n") + key("elsewhere", "region = \"us-west-2\"\n") + key("other", "") + plain
	for reads, want := range map[string]string{"dynamodb": "aws_kms_key.dynamodb", "other": "aws_kms_key.other", "counted": "", "elsewhere": "", "none": ""} {
		chosen := chooserOf(t, src)
		chosen.Options.Reads = func(n *New, r *terraform.Resource) bool {
			if n.Label != r.Name || n.Policy != PolicyDynamoDB || n.Identity != "current" {
				t.Errorf("asked of %+v", n)
			}
			return r.Name == reads
		}
		choice, _ := chosen.For(chosen.need(t, "aws_dynamodb_table.t", 0), nil)
		if want != "" && (choice.Action != Reused || choice.Ref != want || choice.Expr != want+".arn" || choice.Resource == nil) || want == "" && choice.Action != Created {
			t.Errorf("%s: %+v", reads, choice)
		}
		if want != "" {
			chosen.AvoidReuse(want)
			if choice, _ = chosen.For(chosen.need(t, "aws_dynamodb_table.t", 0), nil); choice.Action != Created {
				t.Errorf("%s, avoided: %+v", reads, choice)
			}
		}
	}
}

// TestPrune holds that what no choice uses in the end is not created, and that
// a key which shared a policy then has its own.
func TestPrune(t *testing.T) {
	chosen := chooserOf(t, west+plain)
	own := chosen.create(terraform.ProviderRegion{}, "")
	replica := chosen.create(terraform.ProviderRegion{Provider: "aws.west"}, own.Address())
	provider := chosen.newProvider("eu_west_1", "eu-west-1", nil, nil)
	third := chosen.create(terraform.ProviderRegion{Provider: "aws." + provider.Alias}, "")
	state := func() string {
		var out []string
		for _, n := range chosen.Created {
			out = append(out, strings.TrimSpace(n.Label+" "+n.SameAs+" "+n.Identity))
		}
		for _, i := range chosen.Identity {
			out = append(out, i.Label)
		}
		for _, p := range chosen.Providers {
			out = append(out, p.Alias)
		}
		return strings.Join(out, ", ")
	}
	for _, step := range []struct {
		used []*New
		want string
	}{
		{[]*New{own, replica, third}, "dynamodb  current, dynamodb_west aws_kms_key.dynamodb, dynamodb_eu_west_1  current_eu_west_1, current, current_eu_west_1, eu_west_1"},
		{[]*New{own, replica}, "dynamodb  current, dynamodb_west aws_kms_key.dynamodb, current"},
		{[]*New{replica}, "dynamodb_west  current_west, current_west"},
		{nil, ""},
	} {
		var choices []Choice
		for _, n := range step.used {
			choices = append(choices, n.choice())
		}
		chosen.Prune(append(choices, Choice{Ref: "of the user's"}))
		if got := state(); got != step.want {
			t.Errorf("left are %q, want %q", got, step.want)
		}
	}
}

// TestSuffix holds what tells the labels of providers and regions apart.
func TestSuffix(t *testing.T) {
	for _, c := range []struct{ alias, region, want string }{
		{"", "", ""}, {"west", "", "_west"}, {"", `"us-east-2"`, "_us_east_2"}, {"west", `"us-east-2"`, "_west_us_east_2"},
		{"", "var.region", ""}, {"", `"${var.region}"`, ""}, {`east["a"]`, "", "_east_a"},
	} {
		if got := suffix(c.alias, c.region); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.alias, c.region, got, c.want)
		}
	}
}

// TestIsRegion holds what may be the name of a region.
func TestIsRegion(t *testing.T) {
	for text, want := range map[string]bool{
		"us-east-1": true, "us-gov-west-1": true, "ap-southeast-12": true, "eu-isoe-west-1": true,
		"": false, "us-east": false, "east-1": false, "us-east-1; touch x": false, " us-east-1": false, "us-east-1\n": false, "US-EAST-1": false, "us--1": false,
	} {
		if got := IsRegion(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestTag holds which tags a new key has: those that all its tables have.
func TestTag(t *testing.T) {
	table := func(tags string) string {
		return "resource \"aws_dynamodb_table\" \"NAME\" {\n" + tags + "}\n"
	}
	for name, c := range map[string]struct {
		tables []string
		want   string
	}{
		"none":                         {[]string{""}, ""},
		"a reference":                  {[]string{"tags = local.tags\n"}, "{local.tags  }"},
		"of a variable":                {[]string{"tags = var.tags\n"}, "{var.tags  }"},
		"of another resource":          {[]string{"tags = aws_vpc.v.tags\n"}, ""},
		"in parentheses":               {[]string{"tags = (local.tags)\n"}, "{local.tags  }"},
		"literals":                     {[]string{"tags = { team = \"a\", \"cost centre\" = 7 }\n"}, "{ team \"a\"} { \"cost centre\" 7}"},
		"but its name":                 {[]string{"tags = { Name = \"t\", name = \"t\", team = \"a\" }\n"}, "{ team \"a\"}"},
		"nor what is the table's":      {[]string{"tags = { a = each.key, b = aws_vpc.v.id, c = local.c, d = var.d, e = terraform.workspace }\n"}, "{ c local.c} { d var.d} { e terraform.workspace}"},
		"a key that is computed":       {[]string{"tags = { (var.k) = 1, (local.name) = 2 }\n"}, ""},
		"merged":                       {[]string{"tags = merge(local.tags, { team = \"a\" }, var.tags)\n"}, "{local.tags  } { team \"a\"} {var.tags  }"},
		"merged from a list":           {[]string{"tags = merge(local.tags...)\n"}, ""},
		"another function":             {[]string{"tags = tomap(local.tags)\n"}, ""},
		"two tables with the same":     {[]string{"tags = local.tags\n", "tags = local.tags\n"}, "{local.tags  }"},
		"two tables that share some":   {[]string{"tags = merge(local.tags, { a = 1, b = 2 })\n", "tags = merge({ b = 2, a = 2 }, local.tags)\n"}, "{local.tags  } { b 2}"},
		"two tables with others":       {[]string{"tags = local.tags\n", "tags = var.tags\n"}, ""},
		"one of two without":           {[]string{"tags = local.tags\n", ""}, ""},
		"the other one of two without": {[]string{"", "tags = local.tags\n"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			src := "locals {\n  tags = {}\n  name = \"Name\"\n  c = 1\n}\nvariable \"tags\" {}\nvariable \"k\" {}\nvariable \"d\" {}\nresource \"aws_vpc\" \"v\" {\n}\n"
			for i, tags := range c.tables {
				src += strings.Replace(table(tags), "NAME", fmt.Sprint("t", i), 1)
			}
			chosen := chooserOf(t, src)
			chosen.create(terraform.ProviderRegion{}, "")
			chosen.Tag(func(*New) (all []Tagged) {
				for _, r := range chosen.In.OfType("aws_dynamodb_table") {
					all = append(all, Tagged{Table: r})
				}
				return all
			})
			var got []string
			for _, tag := range chosen.Created[0].Tags {
				got = append(got, fmt.Sprint(tag))
			}
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("%s, want %s", text, c.want)
			}
		})
	}
}

// TestParseTag holds what is taken for a tag, and how it is written; "" for what
// is refused.
func TestParseTag(t *testing.T) {
	for text, want := range map[string]string{
		"Team=orders":      `Team = "orders"`,
		"cost center=a=b":  `"cost center" = "a=b"`,
		"Team=":            `Team = ""`,
		"Team":             "",
		"=orders":          "",
		"AWS:created=2020": "",
	} {
		got := ""
		if tag, err := ParseTag(text); err == nil {
			got = tag.Key + " = " + tag.Value
		}
		if got != want {
			t.Errorf("%s: %q; want %q", text, got, want)
		}
	}
}
