package keys

import (
	"slices"
	"strings"
	"testing"
)

const arn = "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012"

// TestParseGiven holds which keys can be named at all.
func TestParseGiven(t *testing.T) {
	for _, source := range []string{
		arn, `"` + arn + `"`, "aws_kms_key.k.arn", "local.key", "var.key", "module.keys.arn", "aws_kms_key.k[0].arn",
		"data.terraform_remote_state.s.outputs.key_arn", "coalesce(var.a, var.b)", "aws_kms_alias.a.target_key_arn",
	} {
		if _, err := ParseGiven(source); err != nil {
			t.Errorf("%q: %v", source, err)
		}
	}
	const notARN = "does not name its key by a key ARN"
	for source, want := range map[string]string{
		"aws_kms_key.k.key_id": notARN, "aws_kms_key.k.id": notARN, "aws_kms_alias.a.arn": notARN, "alias/app": notARN,
		`"12345678-1234-1234-1234-123456789012"`: notARN, `"7"`: notARN,
		"12345678-1234-1234-1234-123456789012": notARN, "mrk-1234abcd12ab34cd56ef1234567890ab": notARN,
		"alias/aws/dynamodb": "AWS managed key", `"alias/aws/dynamodb"`: "AWS managed key",
		`""`: "has no KMS key", "null": "has no KMS key",
		"7": notARN, "[true]": notARN, `upper("a")`: `upper("a") is neither a key ARN nor a reference to a key`,
		"[1": `"[1" is not an expression`, "": `"" is not an expression`, "a b": `"a b" is not an expression`,
	} {
		if _, err := ParseGiven(source); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", source, err, want)
		}
	}
}

// TestGiven holds for which tables a key of the user's serves.
func TestGiven(t *testing.T) {
	const table = "resource \"aws_dynamodb_table\" \"t\" {\n  MORE\n}\n"
	for name, c := range map[string]struct {
		key, src, more string
		want           string // why it does not, "" when it does
		rotates        bool   // it begins to
	}{
		"an ARN":                            {key: arn, src: ""},
		"an ARN of the table's region":      {key: arn, src: west},
		"an ARN of another region":          {key: strings.Replace(arn, "us-east-1", "eu-west-1", 1), src: west, want: "is in another region or account than the table"},
		"an ARN, and a provider in another": {key: arn, src: west, more: "provider = aws.west", want: "is in another region or account than the table"},
		"an ARN of the provider's region":   {key: strings.Replace(arn, "us-east-1", "us-west-2", 1), src: west, more: "provider = aws.west"},
		"an ARN, and a provider anywhere":   {key: arn, src: "provider \"aws\" {\n  alias  = \"x\"\n  region = var.r\n}\nvariable \"r\" {}\n", more: "provider = aws.x", want: "is a key in one region, and the table has a provider or region of its own"},
		"a key":                             {key: "aws_kms_key.k.arn", src: key("k", "")},
		"a key that does not rotate":        {key: "aws_kms_key.k.arn", src: "resource \"aws_kms_key\" \"k\" {\n}\n", rotates: true},
		"a key of another provider":         {key: "aws_kms_key.k.arn", src: west + key("k", "provider = aws.west\n"), want: "names a key that DynamoDB cannot use"},
		"a key of a provider anywhere":      {key: "aws_kms_key.k.arn", src: "provider \"aws\" {\n  alias  = \"x\"\n  region = var.r\n}\nvariable \"r\" {}\n" + key("k", "provider = aws.x\n"), want: "has another provider or region than the table"},
		"a key that is disabled":            {key: "aws_kms_key.k.arn", src: key("k", "is_enabled = false\n"), want: "names a key that DynamoDB cannot use"},
		"a key that is not there":           {key: "aws_kms_key.k.arn", src: "", want: "is not declared in this directory"},
		"a local":                           {key: "local.k", src: "locals {\n  k = aws_kms_key.k.arn\n}\n" + key("k", "")},
		"a local that is not one":           {key: "local.k", src: "locals {\n  k = aws_kms_key.k.id\n}\n" + key("k", ""), want: "set kms_key_arn to another key by hand"},
		"a variable":                        {key: "var.k", src: "variable \"k\" {}\n"},
		"a key whose rotation is open":      {key: "aws_kms_key.k.arn", src: strings.Replace(key("k", ""), "true", "var.r", 1) + "variable \"r\" {}\n", want: "aws_kms_key.k, which it would get, does not rotate in every case"},
	} {
		t.Run(name, func(t *testing.T) {
			chosen := chooserOf(t, c.src+strings.Replace(table, "MORE", c.more, 1))
			g, err := ParseGiven(c.key)
			if err != nil {
				t.Fatal(err)
			}
			chosen.Options.Given = g
			choice, reason := chosen.For(chosen.need(t, "aws_dynamodb_table.t", 0), nil)
			switch {
			case c.want != "":
				if reason == nil || !strings.Contains(reason.Message, c.want) {
					t.Errorf("%v, want %q", reason, c.want)
				}
			case reason != nil || choice.Action != UserKey || choice.Expr != g.source || (choice.Rotation != nil) != c.rotates:
				t.Errorf("%+v, %v", choice, reason)
			}
		})
	}
}

// TestGivenNames holds which names an expression asks modules for.
func TestGivenNames(t *testing.T) {
	g, err := ParseGiven("coalesce(module.keys.dynamodb_arn, aws_kms_key.k[0].arn)")
	if err != nil {
		t.Fatal(err)
	}
	if got := g.Names(); !slices.Equal(got, []string{"keys", "dynamodb_arn", "k", "arn"}) {
		t.Errorf("%v", got)
	}
	if got := g.ref(); got != "coalesce(module.keys.dynamodb_arn, aws_kms_key.k[0].arn)" {
		t.Error(got)
	}
	if g, _ = ParseGiven("aws_kms_key.k.arn"); g.ref() != "aws_kms_key.k" {
		t.Error(g.ref())
	}
}
