package suppress

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cmkify/internal/terraform"
)

var suppressionDay = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

// A suppressionCase is a file with a resource "t" and what is found for it:
// the line and ID of a comment, or nothing.
type suppressionCase struct {
	name string
	src  string
	line int
	id   string
}

// checkSuppressions holds each case to its expectation, and to the same one
// with other line endings, a byte order mark and no final newline.
func checkSuppressions(t *testing.T, cases []suppressionCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for twin, src := range map[string]string{
				"as written":       c.src,
				"CRLF":             strings.ReplaceAll(c.src, "\n", "\r\n"),
				"BOM":              "\xEF\xBB\xBF" + c.src,
				"no final newline": strings.TrimSuffix(c.src, "\n"),
			} {
				line, id := 0, ""
				if s := suppressionIn(t, src, suppressionDay); s != nil {
					line, _ = s.Place.Position()
					id = s.ID
				}
				if line != c.line || id != c.id {
					t.Errorf("%s: got %q on line %d, want %q on line %d in\n%s", twin, id, line, c.id, c.line, c.src)
				}
			}
		})
	}
}

// suppressionIn returns what switches the check of resource "t" off.
func suppressionIn(t *testing.T, src string, now time.Time) *Comment {
	t.Helper()
	m := terraform.Load("d", []terraform.Source{{Name: "main.tf", Path: "d/main.tf", Bytes: []byte(src)}})
	for _, e := range m.Errors {
		t.Fatalf("%v in\n%s", e, src)
	}
	if r := m.Resource("aws_dynamodb_table.t"); r != nil {
		return NewReader(now, nil).Find(r, &CustomerKey)
	}
	return NewReader(now, nil).Find(m.Resource("aws_kms_key.t"), &Rotation)
}

// above is a table with a comment on the line above.
func above(comment string) string {
	return comment + "\n" + `resource "aws_dynamodb_table" "t" {}` + "\n"
}

// within is a table with comments on the second line and below.
func within(comment string) string {
	return `resource "aws_dynamodb_table" "t" {` + "\n  " + comment + "\n" + `  name = "t"` + "\n}\n"
}

func TestSuppressionIDs(t *testing.T) {
	const id = "AVD-AWS-0025"
	table := []struct{ comment, id string }{
		{"#tfsec:ignore:aws-dynamodb-table-customer-key", "aws-dynamodb-table-customer-key"},
		{"# tfsec:ignore:table-customer-key", "table-customer-key"},
		{"# tfsec:ignore:AVD-AWS-0025", id},
		{"# tfsec:ignore:AWS092", "AWS092"},
		{"# tfsec:ignore:aws092", ""}, // tfsec compares letters, Trivy does not know it
		{"# tfsec:ignore:AWS-0025", "AWS-0025"},
		{"# trivy:ignore:AWS-0025", "AWS-0025"},
		{"# trivy:ignore:avd-aws-0025", "avd-aws-0025"},
		{"# trivy:ignore:AVD-AWS-002*", "AVD-AWS-002*"},
		{"# trivy:ignore:aws-dynamodb-*", "aws-dynamodb-*"},
		{"# trivy:ignore:aws.dynamodb-*", ""},
		{"# trivy:ignore:AWS09*", ""},
		{"# tfsec:ignore:*", "*"},
		{"# trivy:ignore:*", "*"},
		{"# trivy:ignore:AVD-AWS-0024", ""},
		{"# trivy:ignore:AVD-AWS-00250", ""},
		{"# trivy:ignore:CKV_AWS_119", ""},
		{"# trivy:ignore:AVD-AWS-0065", ""},
		{"# trivy:ignore", ""},
		{"# trivy:ignore:", ""},
		{"# trivy:ignore: AVD-AWS-0025", ""},
		{"# trivy:ignore:AVD-AWS-0024,AVD-AWS-0025", ""},
		{"# trivy:ignore:AVD-AWS-0024 trivy:ignore:AVD-AWS-0025", id},
		{"# trivy:ignore:AVD-AWS-0024 #trivy:ignore:AVD-AWS-0025", id},
		{"# Trivy:ignore:AVD-AWS-0025", ""},
		{"# tfsec:Ignore:AVD-AWS-0025", ""},
		{"# tflint-ignore: AVD-AWS-0025", ""},
		{"# see trivy:ignore:AVD-AWS-0025", id},
		{"# trivy:exp:2030-01-01:ignore:AVD-AWS-0025", id},
		{"// trivy:ignore:AVD-AWS-0025", id},
		{"//trivy:ignore:AVD-AWS-0025", id},
		{"## trivy:ignore:AVD-AWS-0025", id},
		{"#\ttfsec:ignore:AVD-AWS-0025", id},
		{"# see\ttfsec:ignore:AVD-AWS-0025", ""},
		{"# tfsec:ignore:AVD-AWS-0025\tbecause", ""},
		{"/* trivy:ignore:AVD-AWS-0025 */", id},
		{"/*trivy:ignore:AVD-AWS-0025 */", id},
		{"/*trivy:ignore:AVD-AWS-0025*/", ""},
		{"  # trivy:ignore:AVD-AWS-0025", id},
		{"# cmkify:ignore", "cmkify:ignore"},
		{"// cmkify:ignore: the lock table", "cmkify:ignore"},
		{"/* cmkify:ignore */", "cmkify:ignore"},
		{"# cmkify:ignored", ""},
		{"# cmkify:", ""},
	}
	var cases []suppressionCase
	for _, c := range table {
		line := 0
		if c.id != "" {
			line = 1
		}
		cases = append(cases, suppressionCase{c.comment, above(c.comment), line, c.id})
	}
	for comment, id := range map[string]string{
		"# tfsec:ignore:aws-kms-auto-rotate-keys": "aws-kms-auto-rotate-keys",
		"# tfsec:ignore:auto-rotate-keys":         "auto-rotate-keys",
		"# tfsec:ignore:AVD-AWS-0065":             "AVD-AWS-0065",
		"# trivy:ignore:aws-0065":                 "aws-0065",
		"# tfsec:ignore:AWS019":                   "AWS019",
		"# cmkify:ignore":                         "cmkify:ignore",
		"# trivy:ignore:AVD-AWS-0025":             "",
	} {
		line := 0
		if id != "" {
			line = 1
		}
		cases = append(cases, suppressionCase{"key: " + comment, comment + "\nresource \"aws_kms_key\" \"t\" {}\n", line, id})
	}
	checkSuppressions(t, cases)
}

func TestSuppressionPlaces(t *testing.T) {
	const id = "AVD-AWS-0025"
	// A table with @ where the comment goes; the line is where it is found.
	table := func(name string, line int, src string) suppressionCase {
		c := suppressionCase{name: name, src: strings.ReplaceAll(src, "@", "# trivy:ignore:AVD-AWS-0025"), line: line}
		if line > 0 {
			c.id = id
		}
		return c
	}
	checkSuppressions(t, []suppressionCase{
		table("on the resource", 1, "resource \"aws_dynamodb_table\" \"t\" { @\n}\n"),
		table("above the resource", 1, "@\nresource \"aws_dynamodb_table\" \"t\" {}\n"),
		table("blank line between", 0, "@\n\nresource \"aws_dynamodb_table\" \"t\" {}\n"),
		table("comment between", 0, "@\n# a table\nresource \"aws_dynamodb_table\" \"t\" {}\n"),
		table("below", 0, "resource \"aws_dynamodb_table\" \"t\" {\n}\n@\n"),
		table("behind the last brace", 0, "resource \"aws_dynamodb_table\" \"t\" {\n} @\n"),
		table("behind the code above", 1, "locals {} @\nresource \"aws_dynamodb_table\" \"t\" {}\n"),
		table("on another attribute", 0, "resource \"aws_dynamodb_table\" \"t\" {\n  billing = 1\n  name = \"t\" @\n}\n"),
		table("alone in the body", 0, "resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t\"\n  @\n}\n"),
		table("above another attribute", 0, "resource \"aws_dynamodb_table\" \"t\" {\n  range = 1\n  @\n  name = \"t\"\n}\n"),
		table("first in the body", 0, "resource \"aws_dynamodb_table\" \"t\" {\n  @\n  name = \"t\"\n}\n"),
		table("touching code", 0, "resource \"aws_dynamodb_table\" \"t\" {#trivy:ignore:AVD-AWS-0025\n}\n"),
		table("touching code by a tab", 0, "resource \"aws_dynamodb_table\" \"t\" {\t#trivy:ignore:AVD-AWS-0025\n}\n"),
		table("of another table", 0, "@\nresource \"aws_dynamodb_table\" \"u\" {}\nresource \"aws_dynamodb_table\" \"t\" {}\n"),
		table("above the nested block", 2, "resource \"aws_dynamodb_table\" \"t\" {\n  @\n  server_side_encryption {\n    enabled = false\n  }\n}\n"),
		table("on the nested block", 2, "resource \"aws_dynamodb_table\" \"t\" {\n  server_side_encryption { @\n    enabled = false\n  }\n}\n"),
		table("on enabled", 3, "resource \"aws_dynamodb_table\" \"t\" {\n  server_side_encryption {\n    enabled = false @\n  }\n}\n"),
		table("above enabled", 4, "resource \"aws_dynamodb_table\" \"t\" {\n  server_side_encryption {\n\n    @\n    enabled = false\n  }\n}\n"),
		table("on kms_key_arn", 5, "resource \"aws_dynamodb_table\" \"t\" {\n  server_side_encryption {\n    enabled = true\n\n    kms_key_arn = null @\n  }\n}\n"),
		table("above kms_key_arn", 5, "resource \"aws_dynamodb_table\" \"t\" {\n  server_side_encryption {\n    enabled = true\n\n    @\n    kms_key_arn = null\n  }\n}\n"),
		table("end of the nested block", 0, "resource \"aws_dynamodb_table\" \"t\" {\n  server_side_encryption {\n    enabled = true\n    @\n  }\n}\n"),
		table("enabled of another block", 0, "resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t\"\n  point_in_time_recovery {\n    enabled = false @\n  }\n}\n"),
		table("enabled of the resource", 0, "resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t\"\n  enabled = false @\n}\n"),
		table("on the dynamic block", 3, "resource \"aws_dynamodb_table\" \"t\" {\n\n  dynamic \"server_side_encryption\" { @\n    for_each = [1]\n    content {\n      enabled = false\n    }\n  }\n}\n"),
		table("above content", 5, "resource \"aws_dynamodb_table\" \"t\" {\n\n  dynamic \"server_side_encryption\" {\n    for_each = [1]\n    @\n    content {\n      enabled = false\n    }\n  }\n}\n"),
		table("on enabled in content", 6, "resource \"aws_dynamodb_table\" \"t\" {\n\n  dynamic \"server_side_encryption\" {\n    for_each = [1]\n    content {\n      enabled = false @\n    }\n  }\n}\n"),
		table("on for_each of the dynamic block", 0, "resource \"aws_dynamodb_table\" \"t\" {\n\n  dynamic \"server_side_encryption\" {\n    iterator = i\n    for_each = [1] @\n\n    content {\n      enabled = false\n    }\n  }\n}\n"),
		table("content of another dynamic block", 0, "resource \"aws_dynamodb_table\" \"t\" {\n\n  dynamic \"replica\" {\n    for_each = [1]\n    content {\n      enabled = false @\n    }\n  }\n}\n"),
		table("in a string", 0, "locals { a = \"@ \" }\nresource \"aws_dynamodb_table\" \"t\" {}\n"),
		table("in a heredoc", 0, "locals {\n  a = <<E\n@\nE\n}\nresource \"aws_dynamodb_table\" \"t\" {}\n"),
		table("a heredoc in the table", 0, "resource \"aws_dynamodb_table\" \"t\" {\n  a = <<E\n# trivy:ignore:AVD-AWS-0025\n# checkov:skip=CKV_AWS_119\n#ts:skip=AC_AWS_0457\nE\n}\n"),
		{"in a comment of several lines", "/*\n  trivy:ignore:AVD-AWS-0025\n*/ resource \"aws_dynamodb_table\" \"t\" {}\n", 2, id},
		{"run in a comment behind code", "locals {} /*\n  trivy:ignore:AVD-AWS-0025\n  trivy:ignore:A */\nresource \"aws_dynamodb_table\" \"t\" {}\n", 2, id},
		{"tab behind the mark, behind code", "resource \"aws_dynamodb_table\" \"t\" { #\ttfsec:ignore:AVD-AWS-0025\n}\n", 0, ""},
		{"a line too far up in a comment", "/*\n  trivy:ignore:AVD-AWS-0025\n*/\nresource \"aws_dynamodb_table\" \"t\" {}\n", 0, ""},
		{"behind another comment", "/* a */ # trivy:ignore:AVD-AWS-0025\nresource \"aws_dynamodb_table\" \"t\" {}\n", 1, id},
		{"key: on the attribute", "resource \"aws_kms_key\" \"t\" {\n\n  enable_key_rotation = false # tfsec:ignore:AWS019\n}\n", 3, "AWS019"},
		{"key: above the attribute", "resource \"aws_kms_key\" \"t\" {\n\n  # tfsec:ignore:AWS019\n  enable_key_rotation = false\n}\n", 3, "AWS019"},
		{"key: elsewhere", "resource \"aws_kms_key\" \"t\" {\n\n  policy = 1 # tfsec:ignore:AWS019\n}\n", 0, ""},
		{"key: of a table", "# tfsec:ignore:AWS019\nresource \"aws_dynamodb_table\" \"u\" {}\nresource \"aws_kms_key\" \"t\" {}\n", 0, ""},
	})
}

func TestSuppressionStacks(t *testing.T) {
	const id = "AVD-AWS-0025"
	checkSuppressions(t, []suppressionCase{
		{"run", above("# trivy:ignore:AVD-AWS-0025\n# trivy:ignore:A\n# tfsec:ignore:B"), 1, id},
		{"run with an expired one", above("# trivy:ignore:AVD-AWS-0025\n# trivy:ignore:A:exp:2020-01-01"), 1, id},
		{"run with ours", above("# trivy:ignore:AVD-AWS-0024\n# cmkify:ignore"), 2, "cmkify:ignore"},
		{"broken by a blank line", above("# trivy:ignore:AVD-AWS-0025\n\n# trivy:ignore:A"), 0, ""},
		{"broken by a comment", above("# trivy:ignore:AVD-AWS-0025\n# a table\n# trivy:ignore:A"), 0, ""},
		{"broken by another tool's comment", above("# trivy:ignore:AVD-AWS-0025\n# checkov:skip=CKV_AWS_119"), 0, ""},
		{"broken by code", above("# trivy:ignore:AVD-AWS-0025\nlocals {} # trivy:ignore:A\n# trivy:ignore:B"), 0, ""},
		{"broken by words", above("# trivy:ignore:AVD-AWS-0025\n# see trivy:ignore:A\n# trivy:ignore:B"), 0, ""},
		{"words begin no run", above("# see trivy:ignore:AVD-AWS-0025\n# trivy:ignore:A"), 0, ""},
		{"two on a line", above("# trivy:ignore:AVD-AWS-0024 trivy:ignore:AVD-AWS-0025\n# trivy:ignore:A"), 1, id},
		{"the line below has one too", "# trivy:ignore:AVD-AWS-0025\nresource \"aws_dynamodb_table\" \"t\" { # trivy:ignore:A\n}\n", 1, id},
		{"and the one below that", "# trivy:ignore:AVD-AWS-0025\nlocals {} # trivy:ignore:A\nresource \"aws_dynamodb_table\" \"t\" {}\n", 1, id},
		{"but not further", "# trivy:ignore:AVD-AWS-0025\nlocals {} # trivy:ignore:A\n\nresource \"aws_dynamodb_table\" \"t\" {}\n", 0, ""},
		{"the first of two counts", above("# tfsec:ignore:AWS092\n# trivy:ignore:AVD-AWS-0025"), 1, "AWS092"},
		{"the first of two tools counts", "resource \"aws_dynamodb_table\" \"t\" { # trivy:ignore:*\n  # checkov:skip=CKV_AWS_119\n}\n", 1, "*"},
	})
}

func TestSuppressionConditions(t *testing.T) {
	const with = "resource \"aws_dynamodb_table\" \"t\" {\n  name     = \"locks\"\n  capacity = 5\n  rate     = 1.5\n  on       = true\n  env      = var.env\n  tags     = { Env = \"dev\", List = [\"a\", \"b\"] }\n  none     = null\n  server_side_encryption {\n    enabled = false\n  }\n  replica {\n    region_name = \"a\"\n  }\n  replica {\n    region_name = \"b\"\n  }\n  dynamic \"ttl\" {\n    for_each = [1]\n    content {\n      enabled = true\n    }\n  }\n}\nvariable \"env\" {}\n"
	var cases []suppressionCase
	for _, c := range []struct {
		suffix string
		found  bool
	}{
		{":exp:2026-06-16", true},
		{":exp:2026-06-15", false}, // ends when the day begins
		{":exp:2020-01-01", false},
		{":exp:2030-13-01", false},
		{":exp:30-01-01", false},
		{":exp:", false},
		{":exp", true}, // no pair
		{":exp:2020-01-01:exp:2030-01-01", true},
		{":because:really", true},
		{":because:exp:2020-01-01", true}, // no pair either
		{":ws:default", true},
		{":ws:*", true}, // Trivy's workspace is ""
		{":ws:prod", false},
		{":ws:def*", false}, // only Trivy knows stars
		{":ws:Default", false},
		{":ws:", true},
		{":ws:default:exp:2030-01-01", true},
		{":ws:default:exp:2020-01-01", false},
		{":exp:2030-01-01:ws:prod", false},
		{"[name=locks]", true},
		{"[name=other]", false},
		{"[name=LOCKS]", false},
		{"[name=\"locks\"]", false},
		{"[name=locks]:exp:2020-01-01", false},
		{"[name=locks]:exp:2030-01-01", true},
		{"[name=locks,capacity=5]", true},
		{"[name=locks,capacity=6]", false},
		{"[capacity=5.000000]", true},
		{"[capacity=5.0]", false},
		{"[rate=1]", true},
		{"[rate=1.500000]", true},
		{"[on=true]", true},
		{"[on=false]", false},
		{"[on=1]", false},
		{"[env=dev]", false}, // unknown
		{"[missing=a]", false},
		{"[none=null]", false},
		{"[tags=dev]", false},
		{"[tags.Env=dev]", true},
		{"[tags.Env=prod]", false},
		{"[tags.Other=dev]", false},
		{"[tags.List.1=b]", true},
		{"[tags.List.2=b]", false},
		{"[tags.List.-1=b]", false},
		{"[tags.List.x=a]", false},
		{"[name.first=locks]", true},
		{"[none.first=locks]", false},
		{"[server_side_encryption.enabled=false]", true},
		{"[server_side_encryption.enabled=true]", false},
		{"[server_side_encryption.0.enabled=false]", false},
		{"[replica.region_name=a]", true},
		{"[replica.1.region_name=b]", true},
		{"[replica.1.region_name=a]", false},
		{"[replica.2.region_name=a]", false},
		{"[replica.1=a]", false},
		{"[ttl.enabled=true]", true},
		{"[each.value=a]", false},
		{"[]", true},
		{"[name]", true}, // no pair
		{"[name=a=b]", true},
	} {
		comment := "# trivy:ignore:AVD-AWS-0025" + c.suffix
		want := suppressionCase{name: c.suffix, src: comment + "\n" + with}
		if c.found {
			want.line, want.id = 1, "AVD-AWS-0025"
		}
		cases = append(cases, want)
	}
	cases = append(cases,
		suppressionCase{"short ID and the default workspace", above("# tfsec:ignore:AWS092:ws:default"), 1, "AWS092"},
		suppressionCase{"short ID and all workspaces", above("# tfsec:ignore:AWS092:ws:*"), 0, ""},
		suppressionCase{"all checks and the default workspace", above("# trivy:ignore:*:ws:default"), 1, "*"},
		suppressionCase{"stars and the default workspace", above("# trivy:ignore:AVD-*:ws:default"), 0, ""},
		suppressionCase{"ours never expires", above("# cmkify:ignore exp:2020-01-01"), 1, "cmkify:ignore"},
		suppressionCase{"values are looked at on the resource only", "resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t\"\n  # trivy:ignore:AVD-AWS-0025[name=other]\n  server_side_encryption {\n  }\n}\n", 3, "AVD-AWS-0025"},
		suppressionCase{"the innermost place counts", "resource \"aws_dynamodb_table\" \"t\" { # trivy:ignore:AVD-AWS-0025[name=other]\n  server_side_encryption {\n  }\n}\n", 1, "AVD-AWS-0025"},
	)
	checkSuppressions(t, cases)
}

func TestSuppressionExpiryInUTC(t *testing.T) {
	src := above("# trivy:ignore:AVD-AWS-0025:exp:2026-06-16")
	west := time.FixedZone("west", -8*3600)
	for now, want := range map[time.Time]bool{
		time.Date(2026, 6, 15, 23, 59, 59, 0, time.UTC): true,
		time.Date(2026, 6, 16, 0, 0, 0, 0, time.UTC):    false,
		time.Date(2026, 6, 15, 15, 59, 0, 0, west):      true,
		time.Date(2026, 6, 15, 16, 1, 0, 0, west):       false,
	} {
		if got := suppressionIn(t, src, now) != nil; got != want {
			t.Errorf("at %v: found %v, want %v", now, got, want)
		}
	}
}

func TestSuppressionCheckov(t *testing.T) {
	const id = "CKV_AWS_119"
	checkSuppressions(t, []suppressionCase{
		{"plain", within("# checkov:skip=CKV_AWS_119"), 2, id},
		{"reason", within("#checkov:skip=CKV_AWS_119:cheap"), 2, id},
		{"words behind", within("# checkov:skip=CKV_AWS_119 cheap"), 2, id},
		{"space", within("# checkov:skip= CKV_AWS_119"), 2, id},
		{"bridgecrew", within("# bridgecrew:skip=CKV_AWS_119"), 2, id},
		{"cortex", within("# cortex:skip=CKV_AWS_119"), 2, id},
		{"platform ID", within("# checkov:skip=BC_AWS_GENERAL_52:cheap"), 2, "BC_AWS_GENERAL_52"},
		{"list", within("# checkov:skip=CKV_AWS_28,CKV_AWS_119:cheap"), 2, id},
		{"list with spaces", within("# checkov:skip=CKV_AWS_28, CKV_AWS_119"), 0, ""},
		{"two on a line", within("# checkov:skip=CKV_AWS_28 checkov:skip=CKV_AWS_119"), 0, ""},
		{"other ID", within("# checkov:skip=CKV_AWS_28:not CKV_AWS_119"), 0, ""},
		{"longer ID", within("# checkov:skip=CKV_AWS_1190"), 0, ""},
		{"lower case", within("# checkov:skip=ckv_aws_119"), 0, ""},
		{"space in the keyword", within("# checkov: skip=CKV_AWS_119"), 0, ""},
		{"no ID", within("# checkov:skip="), 0, ""},
		{"in words", within("// we say checkov:skip=CKV_AWS_119 here"), 2, id},
		{"of several lines", within("/*\n  checkov:skip=CKV_AWS_119\n*/"), 3, id},
		{"behind an attribute", "resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t\" # checkov:skip=CKV_AWS_119\n}\n", 2, id},
		{"in a nested block", "resource \"aws_dynamodb_table\" \"t\" {\n  ttl {\n    # checkov:skip=CKV_AWS_119\n  }\n}\n", 3, id},
		{"above", above("# checkov:skip=CKV_AWS_119"), 0, ""},
		{"on the first line", "resource \"aws_dynamodb_table\" \"t\" { # checkov:skip=CKV_AWS_119\n}\n", 0, ""},
		{"on the last line", "resource \"aws_dynamodb_table\" \"t\" {\n} # checkov:skip=CKV_AWS_119\n", 0, ""},
		{"below", "resource \"aws_dynamodb_table\" \"t\" {\n}\n# checkov:skip=CKV_AWS_119\n", 0, ""},
		{"in a string", "resource \"aws_dynamodb_table\" \"t\" {\n  name = \"# checkov:skip=CKV_AWS_119\"\n}\n", 0, ""},
		{"key", "resource \"aws_kms_key\" \"t\" {\n  # checkov:skip=CKV_AWS_7:imported\n}\n", 2, "CKV_AWS_7"},
		{"key, platform ID", "resource \"aws_kms_key\" \"t\" {\n  # checkov:skip=BC_AWS_LOGGING_8\n}\n", 2, "BC_AWS_LOGGING_8"},
		{"key, other ID", "resource \"aws_kms_key\" \"t\" {\n  # checkov:skip=CKV_AWS_119\n}\n", 0, ""},
	})
}

func TestSuppressionTerrascan(t *testing.T) {
	const id = "AC_AWS_0457"
	checkSuppressions(t, []suppressionCase{
		{"plain", within("#ts:skip=AC_AWS_0457"), 2, id},
		{"reason", within("#ts:skip=AC_AWS_0457 cheap"), 2, id},
		{"reference ID", within("#ts:skip=AWS.ADT.DP.MEDIUM.0025 cheap"), 2, "AWS.ADT.DP.MEDIUM.0025"},
		{"behind words", within("# we say #ts:skip=AC_AWS_0457"), 2, id},
		{"behind slashes", within("//#ts:skip=AC_AWS_0457"), 2, id},
		{"on the first line", "resource \"aws_dynamodb_table\" \"t\" { #ts:skip=AC_AWS_0457\n}\n", 1, id},
		{"space", within("# ts:skip=AC_AWS_0457"), 0, ""},
		{"space behind the sign", within("#ts:skip= AC_AWS_0457"), 0, ""},
		{"slashes", within("//ts:skip=AC_AWS_0457"), 0, ""},
		{"list", within("#ts:skip=AC_AWS_0001,AC_AWS_0457"), 0, ""},
		{"other ID", within("#ts:skip=AC_AWS_0458 not AC_AWS_0457"), 0, ""},
		{"above", above("#ts:skip=AC_AWS_0457"), 0, ""},
		{"behind the last brace", "resource \"aws_dynamodb_table\" \"t\" {\n} #ts:skip=AC_AWS_0457\n", 0, ""},
		{"key", "resource \"aws_kms_key\" \"t\" {\n  #ts:skip=AC_AWS_0160 imported\n}\n", 2, "AC_AWS_0160"},
		{"key, other ID", "resource \"aws_kms_key\" \"t\" {\n  #ts:skip=AC_AWS_0457\n}\n", 0, ""},
	})
}

func TestSuppressionSemgrep(t *testing.T) {
	const rule = "aws-dynamodb-table-unencrypted"
	const full = "terraform.aws.security." + rule
	checkSuppressions(t, []suppressionCase{
		{"without ID", above("# nosemgrep"), 1, "nosemgrep"},
		{"short", above("# nosem"), 1, "nosem"},
		{"capitals", above("# NOSEMGREP"), 1, "NOSEMGREP"},
		{"rule", above("# nosemgrep: " + rule), 1, rule},
		{"rule without space", above("# nosemgrep:" + rule), 1, rule},
		{"equals sign", above("# nosemgrep=" + rule), 1, rule},
		{"full ID", above("# nosemgrep: " + full + "." + rule), 1, full + "." + rule},
		{"ID of a clone", above("# nosemgrep: " + full), 1, full},
		{"end of an ID", above("# nosemgrep: security." + rule), 1, "security." + rule},
		{"not the end of a word", above("# nosemgrep: table-unencrypted"), 0, ""},
		{"longer", above("# nosemgrep: x." + full), 0, ""},
		{"list", above("# nosemgrep: a, " + rule), 1, rule},
		{"list without space", above("# nosemgrep: a," + rule), 1, rule},
		{"quoted", above(`# nosemgrep: "` + rule + `"`), 1, rule},
		{"words behind", above("# nosemgrep: " + rule + " AWS key is fine"), 1, rule},
		{"other rule", above("# nosemgrep: other " + rule), 0, ""},
		{"two spaces make it be about all", above("# nosemgrep:  other"), 1, "nosemgrep"},
		{"space before the colon too", above("# nosemgrep : other"), 1, "nosemgrep"},
		{"no space", above("#nosemgrep"), 0, ""},
		{"slashes", above("// nosemgrep"), 1, "nosemgrep"},
		{"behind words, above", above("# see nosemgrep"), 0, ""},
		{"behind code, above", above("locals {} # nosemgrep"), 0, ""},
		{"behind a brace, above", "locals {\n} # nosemgrep\nresource \"aws_dynamodb_table\" \"t\" {}\n", 2, "nosemgrep"},
		{"on the line", "resource \"aws_dynamodb_table\" \"t\" { # nosemgrep\n}\n", 1, "nosemgrep"},
		{"behind words on the line", "resource \"aws_dynamodb_table\" \"t\" { # see nosemgrep\n}\n", 1, "nosemgrep"},
		{"rule on the line", "resource \"aws_dynamodb_table\" \"t\" { # nosemgrep: " + rule + "\n}\n", 1, rule},
		{"an ID below takes the other's meaning", "# nosemgrep\nresource \"aws_dynamodb_table\" \"t\" { # nosemgrep: other\n}\n", 0, ""},
		{"an ID above takes the other's meaning", "# nosemgrep: other\nresource \"aws_dynamodb_table\" \"t\" { # nosemgrep\n}\n", 0, ""},
		{"two lines up", above("# nosemgrep\n# a table"), 0, ""},
		{"inside", within("# nosemgrep"), 0, ""},
		{"on the nested block", "resource \"aws_dynamodb_table\" \"t\" {\n  server_side_encryption { # nosemgrep\n  }\n}\n", 0, ""},
		{"key", "# nosemgrep: aws-kms-no-rotation\nresource \"aws_kms_key\" \"t\" {}\n", 1, "aws-kms-no-rotation"},
		{"key, without ID", "# nosemgrep\nresource \"aws_kms_key\" \"t\" {}\n", 1, "nosemgrep"},
		{"key, other rule", "# nosemgrep: " + rule + "\nresource \"aws_kms_key\" \"t\" {}\n", 0, ""},
	})
}

func TestSuppressionKICSLines(t *testing.T) {
	const query = "ce089fd4-1406-47bd-8aad-c259772bb294"
	const line, block = "kics-scan ignore-line", "kics-scan ignore-block"
	// Something above keeps the head of the file out of it.
	top := func(comment string) string { return "locals {}\n" + above(comment) }
	// nested puts one comment above the block and one above enabled.
	nested := func(outer, inner string) string {
		return fmt.Sprintf("resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t\"\n  %s\n  server_side_encryption {\n    %s\n    enabled = false\n  }\n}\n", outer, inner)
	}
	checkSuppressions(t, []suppressionCase{
		{"line", top("# kics-scan ignore-line"), 2, line},
		{"block", top("# kics-scan ignore-block"), 2, block},
		{"slashes", top("// kics-scan ignore-block"), 2, block},
		{"no space", top("#kics-scan ignore-block"), 2, block},
		{"capitals", top("# KICS-Scan Ignore-Block"), 2, block},
		{"words behind", top("# kics-scan ignore-block cheap"), 2, block},
		{"words before the command", top("# kics-scan please ignore-block"), 2, block},
		{"words before", top("# see kics-scan ignore-block"), 0, ""},
		{"colon", top("# kics-scan ignore-block: cheap"), 0, ""},
		{"marks of a block comment", top("/* kics-scan ignore-block */"), 0, ""},
		{"query", top("# kics-scan ignore-block=" + query), 2, block},
		{"query, line", top("# kics-scan ignore-line=" + query), 2, line},
		{"other query", top("# kics-scan ignore-block=22fbfeac-7b5a-421a-8a27-7a2178bb910b"), 0, ""},
		{"the first command counts", top("# kics-scan ignore-block=other ignore-line"), 0, ""},
		{"other command", top("# kics-scan ignore-file"), 0, ""},
		{"blank line, line", top("# kics-scan ignore-line\n"), 2, line},
		{"two blank lines, line", top("# kics-scan ignore-line\n\n"), 0, ""},
		{"blank line, block", top("# kics-scan ignore-block\n"), 0, ""},
		{"comment between, line", top("# kics-scan ignore-line\n# a table"), 2, line},
		{"comment between, block", top("# kics-scan ignore-block\n# a table"), 0, ""},
		{"stack", top("# kics-scan ignore-block\n# kics-scan ignore-line"), 2 + 1, line},
		{"on the line", "locals {}\nresource \"aws_dynamodb_table\" \"t\" { # kics-scan ignore-line\n}\n", 0, ""},
		{"behind code above", "locals {} # kics-scan ignore-line\nresource \"aws_dynamodb_table\" \"t\" {\n}\n", 0, ""},
		{"line above the resource, not the line reported", "locals {}\n# kics-scan ignore-line\n" + nested("", ""), 0, ""},
		{"block above the resource", "locals {}\n# kics-scan ignore-block\n" + nested("", ""), 2, block},
		{"line above the nested block, not the line reported", nested("# kics-scan ignore-line", ""), 0, ""},
		{"block above the nested block", nested("# kics-scan ignore-block", ""), 3, block},
		{"line above enabled", nested("", "# kics-scan ignore-line"), 5, line},
		{"block above enabled", nested("", "# kics-scan ignore-block"), 5, block},
		{"line above the empty nested block", "resource \"aws_dynamodb_table\" \"t\" {\n  # kics-scan ignore-line\n  server_side_encryption {}\n}\n", 2, line},
		{"block above another attribute", within("# kics-scan ignore-block"), 0, ""},
		{"block above another nested block", "resource \"aws_dynamodb_table\" \"t\" {\n  # kics-scan ignore-block\n  ttl {\n  }\n}\n", 0, ""},
		{"dynamic blocks are not seen", "locals {}\n# kics-scan ignore-line\nresource \"aws_dynamodb_table\" \"t\" {\n  dynamic \"server_side_encryption\" {\n    for_each = []\n    content {}\n  }\n}\n", 2, line},
		{"block of another table", "locals {}\n# kics-scan ignore-block\nresource \"aws_dynamodb_table\" \"u\" {}\nresource \"aws_dynamodb_table\" \"t\" {}\n", 0, ""},
		{"key", "locals {}\n# kics-scan ignore-line\nresource \"aws_kms_key\" \"t\" {\n  enable_key_rotation = false\n}\n", 2, line},
		{"key, query", "locals {}\n# kics-scan ignore-block=22fbfeac-7b5a-421a-8a27-7a2178bb910b\nresource \"aws_kms_key\" \"t\" {\n}\n", 2, block},
		{"key, attribute", "resource \"aws_kms_key\" \"t\" {\n  # kics-scan ignore-line\n  enable_key_rotation = false\n}\n", 0, ""},
	})
}

func TestSuppressionKICSFile(t *testing.T) {
	const query = "ce089fd4-1406-47bd-8aad-c259772bb294"
	head := func(comments string) string {
		return comments + "\nlocals {}\nresource \"aws_dynamodb_table\" \"t\" {}\n"
	}
	checkSuppressions(t, []suppressionCase{
		{"ignore", head("# kics-scan ignore"), 1, "kics-scan ignore"},
		{"no space", head("#kics-scan ignore"), 1, "kics-scan ignore"},
		{"below other comments", head("# Copyright\n\n# kics-scan ignore"), 3, "kics-scan ignore"},
		{"slashes", head("// kics-scan ignore"), 0, ""},
		{"below slashes", head("// Copyright\n# kics-scan ignore"), 0, ""},
		{"below a block comment", head("/* Copyright */\n# kics-scan ignore"), 0, ""},
		{"two marks", head("## kics-scan ignore"), 0, ""},
		{"capitals", head("# kics-scan Ignore"), 0, ""},
		{"words before", head("# please kics-scan ignore"), 0, ""},
		{"no command", head("# kics-scan"), 0, ""},
		{"below code", "locals {}\n# kics-scan ignore\n" + within(""), 0, ""},
		{"in the table", within("# kics-scan ignore"), 0, ""},
		{"disable", head("# kics-scan disable=" + query), 1, query},
		{"disable, capitals in the ID", head("# kics-scan disable=" + strings.ToUpper(query)), 1, query},
		{"disable several", head("# kics-scan disable=a," + query), 1, query},
		{"disable another", head("# kics-scan disable=22fbfeac-7b5a-421a-8a27-7a2178bb910b"), 0, ""},
		{"disable with a space", head("# kics-scan disable=a, " + query), 0, ""},
		{"the last disable counts", head("# kics-scan disable=" + query + "\n# kics-scan disable=a"), 0, ""},
		{"enable others", head("# kics-scan enable=a,b"), 1, "kics-scan enable"},
		{"enable", head("# kics-scan enable=a," + query), 0, ""},
		{"enable goes before disable", head("# kics-scan disable=" + query + "\n# kics-scan enable=" + query), 0, ""},
		{"ignore goes before enable", head("# kics-scan enable=" + query + "\n# kics-scan ignore"), 2, "kics-scan ignore"},
		{"key", "# kics-scan disable=22fbfeac-7b5a-421a-8a27-7a2178bb910b\nlocals {}\nresource \"aws_kms_key\" \"t\" {}\n", 1, "22fbfeac-7b5a-421a-8a27-7a2178bb910b"},
		{"key, another", "# kics-scan disable=" + query + "\nlocals {}\nresource \"aws_kms_key\" \"t\" {}\n", 0, ""},
	})
}

func TestSuppressionReason(t *testing.T) {
	for src, want := range map[string]string{
		above("# tfsec:ignore:AWS092"):                                  "",
		above("# tfsec:ignore:AWS092 the lock table"):                   "the lock table",
		above("# tfsec:ignore:AWS092 - the lock table"):                 "the lock table",
		above("# tfsec:ignore:AWS092 # the lock table"):                 "the lock table",
		above("# tfsec:ignore:AWS092 locks # tfsec:ignore:AWS086 more"): "locks",
		above("/* tfsec:ignore:AWS092 the lock table */"):               "the lock table",
		above("# cmkify:ignore the lock table"):                         "the lock table",
		above("# cmkify:ignore: the lock table"):                        "the lock table",
		within("# checkov:skip=CKV_AWS_119: the lock table "):           "the lock table",
		within("/* checkov:skip=CKV_AWS_119:the lock table */"):         "the lock table",
		within("# checkov:skip=CKV_AWS_119 the lock table"):             "",
		within("#ts:skip=AC_AWS_0457 the lock table"):                   "the lock table",
		above("# nosemgrep the lock table"):                             "the lock table",
		above("# nosemgrep: aws-dynamodb-table-unencrypted // locks"):   "locks",
		above("# kics-scan ignore-block the lock table"):                "the lock table",
		above("# kics-scan ignore the lock table"):                      "the lock table",
	} {
		for _, text := range []string{src, strings.ReplaceAll(src, "\n", "\r\n")} {
			if s := suppressionIn(t, text, suppressionDay); s == nil || s.Reason != want {
				t.Errorf("got %+v, want reason %q in\n%s", s, want, text)
			}
		}
	}
}

func TestSuppressionPosition(t *testing.T) {
	src := "\xEF\xBB\xBFlocals {}\nresource \"aws_dynamodb_table\" \"t\" {\n  name = \"é\" /* checkov:skip=CKV_AWS_119 */\n}\n"
	s := suppressionIn(t, src, suppressionDay)
	if s == nil {
		t.Fatal("no comment")
	}
	if line, column := s.Place.Position(); s.Place.File.Path != "d/main.tf" || line != 3 || column != 15 {
		t.Errorf("got %s:%d:%d, want d/main.tf:3:15", s.Place.File.Path, line, column)
	}
}

func TestSuppressionInside(t *testing.T) {
	const table = "resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t\"%s\n\n  ttl {\n    %s\n  }\n} # cmkify:ignore\n"
	for _, c := range []struct {
		behind, nested string
		line           int
	}{
		{"", "", 0}, // behind the closing brace it is outside
		{" # cmkify:ignore: a cache", "", 2},
		{"", "# cmkify:ignore", 5},
		{"", "// see cmkify:ignored", 0},
	} {
		line := 0
		if s := suppressionIn(t, fmt.Sprintf(table, c.behind, c.nested), suppressionDay); s != nil {
			line, _ = s.Place.Position()
		}
		if line != c.line {
			t.Errorf("%+v: line %d", c, line)
		}
	}
}

// TestReader holds that a reader finds for each resource what is its own, and
// that none finds nothing.
func TestReader(t *testing.T) {
	m := terraform.Load("d", []terraform.Source{{Name: "main.tf", Path: "d/main.tf", Bytes: []byte(
		"# cmkify:ignore\nresource \"aws_dynamodb_table\" \"t\" {}\n# cmkify:ignore\nresource \"aws_kms_key\" \"k\" {}\nresource \"aws_kms_key\" \"l\" {}\n")}})
	table, key, other := m.Resource("aws_dynamodb_table.t"), m.Resource("aws_kms_key.k"), m.Resource("aws_kms_key.l")
	r := NewReader(suppressionDay, nil)
	if r.Find(table, &CustomerKey) == nil || r.Find(key, &Rotation) == nil || r.Find(other, &Rotation) != nil {
		t.Error("comments are not honored")
	}
	r = nil
	if r.Find(table, &CustomerKey) != nil || r.Find(key, &Rotation) != nil {
		t.Error("a nil reader finds comments")
	}
}

func TestSuppressionOfJSON(t *testing.T) {
	m := terraform.Load("d", []terraform.Source{{Name: "main.tf.json", Path: "d/main.tf.json", Bytes: []byte(
		`{"//": "# kics-scan ignore", "resource": {"aws_dynamodb_table": {"t": {"//": "# checkov:skip=CKV_AWS_119"}}}}`)}})
	if s := NewReader(suppressionDay, nil).Find(m.Resource("aws_dynamodb_table.t"), &CustomerKey); s != nil {
		t.Errorf("got %+v", s)
	}
}
