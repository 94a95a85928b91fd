package fix

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"cmkify/detect"
	"cmkify/fix/splice"
	"cmkify/internal/terraform"
)

// settled returns what Settle makes of files, its plan and the files after it.
func settled(t *testing.T, files map[string]string) (*Plan, map[string]string) {
	t.Helper()
	plan, err := Settle(judgeFiles(files), everything, options(), func(p *Plan) (*Judged, error) {
		return judgeFiles(edited(t, files, p)), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan, edited(t, files, plan)
}

// openPolicy makes a key one that can be reused.
const openPolicy = `
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = data.aws_caller_identity.current.account_id }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"]
        Resource  = "*"
        Condition = {
          StringEquals = { "kms:CallerAccount" = data.aws_caller_identity.current.account_id }
          StringLike   = { "kms:ViaService" = "dynamodb.*.amazonaws.com" }
        }
      },
    ]
  })
`

// TestSettleTriesAgain holds that a plan which the proof refuses is made again
// without the keys of the configuration: here each leads to the table that the
// other serves.
func TestSettleTriesAgain(t *testing.T) {
	key := func(label, beside string) string {
		return fmt.Sprintf("resource \"aws_kms_key\" %q {\n  description         = \"DynamoDB, with ${%s.name}\"\n  enable_key_rotation = true\n%s}\n\n", label, beside, openPolicy)
	}
	files := map[string]string{
		"main.tf": "data \"aws_caller_identity\" \"current\" {}\n\n" + key("dynamodb_1", "aws_dynamodb_table.b") + key("dynamodb_2", "aws_dynamodb_table.a") +
			"resource \"aws_dynamodb_table\" \"a\" {\n  name = \"a\"\n}\n\nresource \"aws_dynamodb_table\" \"b\" {\n  name = \"b\"\n}\n",
	}
	before := judgeFiles(files)
	plan := New(before, everything, options())
	const cycle = "Terraform would report a cycle: aws_dynamodb_table.a, aws_dynamodb_table.b, aws_kms_key.dynamodb_1, aws_kms_key.dynamodb_2"
	if r := Prove(before, plan, judgeFiles(edited(t, files, plan)), everything, options()); r == nil || r.Message != cycle {
		t.Errorf("the first plan is refused by %v; want %q", r, cycle)
	}
	plan, after := settled(t, files)
	for _, o := range plan.Outcomes {
		if o.Status != detect.Fixable {
			t.Errorf("%s is %s: %v", o.Address(), o.Status, o.Reason)
		}
	}
	if !strings.Contains(after["main.tf"], "kms_key_arn = aws_kms_key.dynamodb.arn") || strings.Contains(after["main.tf"], "kms_key_arn = aws_kms_key.dynamodb_") {
		t.Error(after["main.tf"])
	}
}

// TestSettleDropsTheGuilty holds that what no plan can fix is left to a
// person, with the reason, and that the rest is fixed: whether one table's key
// rotates decides whether a topic exists.
func TestSettleDropsTheGuilty(t *testing.T) {
	plan, after := settled(t, map[string]string{"main.tf": `resource "aws_kms_key" "rotated" {
  enable_key_rotation = false
}

resource "aws_dynamodb_table" "rotated" {
  name = "rotated"

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.rotated.arn
  }
}

resource "aws_sns_topic" "plain" {
  count = aws_kms_key.rotated.enable_key_rotation ? 0 : 1
}

resource "aws_dynamodb_table" "plain" {
  name = "plain"
}
`})
	status := map[string]detect.Status{}
	for _, o := range plan.Outcomes {
		status[o.Address()] = o.Status
		if o.Status == detect.Manual && o.Reason.Message != "with its fix, aws_sns_topic.plain.count would change its value; change both by hand" {
			t.Errorf("%s: %v", o.Address(), o.Reason)
		}
	}
	if status["aws_dynamodb_table.rotated"] != detect.Manual || status["aws_dynamodb_table.plain"] != detect.Fixable {
		t.Error(status)
	}
	if !strings.Contains(after["main.tf"], "enable_key_rotation = false") || strings.Count(after["main.tf"], "kms_key_arn = ") != 2 {
		t.Error(after["main.tf"])
	}
}

// TestSettleFindsTheGuilty lets a fix break something that no rule has a table
// for, and holds that those are dropped that break it, alone or together.
func TestSettleFindsTheGuilty(t *testing.T) {
	tables := func(n int) string {
		var out strings.Builder
		for i := range n {
			fmt.Fprintf(&out, "resource \"aws_dynamodb_table\" \"t%d\" {\n  name = \"t%d\"\n}\n\n", i, i)
		}
		return out.String()
	}
	fixes := func(p *Plan, table string) bool {
		return slices.ContainsFunc(p.Edits, func(e splice.Edit) bool {
			return slices.Contains(e.Tables, "main.tf:aws_dynamodb_table."+table) && strings.Contains(e.New, "kms_key_arn")
		})
	}
	for name, c := range map[string]struct {
		tables int
		breaks func(p *Plan) bool
		left   []string
	}{
		"one":                   {3, func(p *Plan) bool { return fixes(p, "t1") }, []string{"t1"}},
		"two, each by itself":   {3, func(p *Plan) bool { return fixes(p, "t0") || fixes(p, "t2") }, []string{"t0", "t2"}},
		"two, only together":    {3, func(p *Plan) bool { return fixes(p, "t0") && fixes(p, "t2") }, []string{"t0", "t1", "t2"}},
		"as many as are tried":  {maxAlone, func(p *Plan) bool { return fixes(p, "t1") }, []string{"t1"}},
		"more than can be told": {maxAlone + 1, func(p *Plan) bool { return fixes(p, "t1") }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"main.tf": tables(c.tables) + "output \"days\" {\n  value = 7\n}\n"}
			plan, err := Settle(judgeFiles(files), everything, options(), func(p *Plan) (*Judged, error) {
				after := edited(t, files, p)
				if c.breaks(p) {
					after["main.tf"] = replaced(t, after["main.tf"], "value = 7", "value = 8")
				}
				return judgeFiles(after), nil
			})
			if err != nil {
				t.Fatal(err)
			}
			var left []string
			for _, o := range plan.Outcomes {
				if o.Status != detect.Fixable {
					left = append(left, strings.TrimPrefix(o.Address(), "aws_dynamodb_table."))
				}
				if o.Status == detect.Manual && !strings.Contains(o.Reason.Message, "main.tf: output days.value would change its value") {
					t.Errorf("%s: %v", o.Address(), o.Reason)
				}
			}
			if c.left == nil && len(left) == c.tables && len(plan.Edits) == 0 {
				return
			}
			if !slices.Equal(left, c.left) {
				t.Errorf("left are %v, want %v", left, c.left)
			}
		})
	}
}

// TestSettleReload holds that an error of reading is no refusal.
func TestSettleReload(t *testing.T) {
	broken := errors.New("broken")
	plan, err := Settle(judge([]byte("resource \"aws_dynamodb_table\" \"a\" {}\n")), everything, options(), func(*Plan) (*Judged, error) { return nil, broken })
	if !errors.Is(err, broken) || plan != nil {
		t.Errorf("%v, %v", plan, err)
	}
	plan, err = Settle(judge([]byte("locals {}\n")), everything, options(), func(*Plan) (*Judged, error) { return nil, broken })
	if err != nil || len(plan.Edits) > 0 {
		t.Errorf("a plan without edits: %v, %v", plan, err)
	}
}

// TestAffected holds that what neither changes nor depends on what does is not
// evaluated again, and that all else is.
func TestAffected(t *testing.T) {
	files := map[string]string{"main.tf": `locals {
  name = "n"
  both = "${local.name}-${var.other}"
}

locals {
  other = var.other
}

resource "aws_dynamodb_table" "t" {
  name = local.name
}

resource "aws_sns_topic" "reader" {
  name = local.both
}

resource "aws_sns_topic" "readers_reader" {
  display_name = aws_sns_topic.reader.arn
}

resource "aws_sns_topic" "other" {
  name = local.other
}
`, "beside.tf": "resource \"aws_sns_topic\" \"beside\" {\n  name = \"b\"\n}\n"}
	before := judgeFiles(files)
	for old, want := range map[string]string{
		"\"n\"":                    "aws_dynamodb_table.t aws_sns_topic.reader aws_sns_topic.readers_reader",
		"local.both":               "aws_sns_topic.reader aws_sns_topic.readers_reader",
		"aws_sns_topic.reader.arn": "aws_sns_topic.readers_reader",
	} {
		made := maps.Clone(files)
		made["main.tf"] = replaced(t, made["main.tf"], old, "null")
		after := judgeFiles(made)
		affected := differenceOf(before, after).affected()
		var got []string
		for _, r := range after.Modules[0].Module.Resources {
			if affected[0].Has(r.Address()) {
				got = append(got, r.Address())
			}
		}
		if slices.Sort(got); strings.Join(got, " ") != want {
			t.Errorf("%s is changed: %q are affected, want %q", old, got, want)
		}
	}
}

// TestAffectedThroughAside holds that what a module that is only read gives may
// depend on any argument of its call, until it is read.
func TestAffectedThroughAside(t *testing.T) {
	files := map[string]string{"main.tf": `resource "aws_dynamodb_table" "t" {
  name = "n"
}

module "names" {
  source = "./names"
  table  = aws_dynamodb_table.t.name
}

resource "aws_sns_topic" "reader" {
  name = module.names.topic
}

resource "aws_sns_topic" "other" {
  name = "other"
}
`}
	before := judgeFiles(files)
	files["main.tf"] = replaced(t, files["main.tf"], `"n"`, `"m"`)
	after := judgeFiles(files)
	read := 0
	for _, j := range []*Judged{before, after} {
		m := j.Modules[0].Module
		m.Resolve(func(*terraform.Call) *terraform.Module {
			read++
			return terraform.Load("names", []terraform.Source{{Name: "main.tf", Path: "names/main.tf", Bytes: []byte("output \"topic\" {\n  value = \"t\"\n}\n")}})
		})
		m.Calls[0].Aside = true
	}
	for want, address := range []string{"aws_sns_topic.other", "aws_sns_topic.reader"} {
		if got := differenceOf(before, after).affected()[0].Has(address); got != (want == 1) {
			t.Errorf("%s: %v", address, got)
		}
	}
	if read > 0 {
		t.Error("the module was read")
	}
	g := before.graph(before.Modules[0].Module)
	if g.Reaches("aws_sns_topic.reader", "aws_dynamodb_table.t") || read == 0 {
		t.Error("the output does not depend on the table")
	}
}

// TestCycleThroughAside holds that a cycle is found that leads through a module
// which is only read, and to which nothing referred before.
func TestCycleThroughAside(t *testing.T) {
	files := map[string]string{"main.tf": `resource "aws_kms_key" "k" {
  description = "key"
}

resource "aws_dynamodb_table" "t" {
  name = aws_kms_key.k.arn
}

module "names" {
  source = "./names"
  table  = aws_dynamodb_table.t.name
}
`}
	before := judgeFiles(files)
	files["main.tf"] = replaced(t, files["main.tf"], `"key"`, `module.names.topic`)
	after := judgeFiles(files)
	for _, j := range []*Judged{before, after} {
		m := j.Modules[0].Module
		m.Resolve(func(*terraform.Call) *terraform.Module {
			return terraform.Load("names", []terraform.Source{{Name: "main.tf", Path: "names/main.tf", Bytes: []byte("variable \"table\" {}\n\noutput \"topic\" {\n  value = var.table\n}\n")}})
		})
		m.Calls[0].Aside = true
	}
	const want = "aws_dynamodb_table.t aws_kms_key.k module.names.output.topic module.names.var.table"
	if got := strings.Join(differenceOf(before, after).newCycle(0), " "); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
