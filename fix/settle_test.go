package fix

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"cmkify/detect"
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

// TestSettleTriesAgain gives Settle directories whose first plan the proof
// refuses, each with a next choice that it needs.
func TestSettleTriesAgain(t *testing.T) {
	key := func(label, beside string) string {
		return fmt.Sprintf("resource \"aws_kms_key\" %q {\n  description         = \"DynamoDB, with ${%s.name}\"\n  enable_key_rotation = true\n%s}\n\n", label, beside, openPolicy)
	}
	for name, c := range map[string]struct {
		src    string
		first  string   // why the first plan is refused
		holds  []string // in what is written
		absent string
	}{
		"a local that serves two regions": {
			src: `provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

locals {
  key = null
}

resource "aws_dynamodb_table" "east" {
  server_side_encryption {
    enabled     = true
    kms_key_arn = local.key
  }
}

resource "aws_dynamodb_table" "west" {
  provider = aws.west

  server_side_encryption {
    enabled     = true
    kms_key_arn = local.key
  }
}
`,
			first:  "aws_dynamodb_table.west is fixable after its fix",
			holds:  []string{"  key = null\n", "coalesce(local.key, aws_kms_key.dynamodb.arn)", "coalesce(local.key, aws_kms_key.dynamodb_west.arn)"},
			absent: "= aws_kms_key.dynamodb_west.arn",
		},
		"a data source that waits for the table": {
			src:    "data \"aws_caller_identity\" \"current\" {\n  depends_on = [aws_dynamodb_table.a]\n}\n\nresource \"aws_dynamodb_table\" \"a\" {}\n",
			first:  "Terraform would report a cycle: aws_dynamodb_table.a, aws_kms_key.dynamodb, data.aws_caller_identity.current",
			holds:  []string{"data \"aws_caller_identity\" \"current_2\" {}\n", "data.aws_caller_identity.current_2.account_id"},
			absent: "{ AWS = data.aws_caller_identity.current.account_id",
		},
		"keys that each lead to the other's table": {
			src: "data \"aws_caller_identity\" \"current\" {}\n\n" + key("dynamodb_1", "aws_dynamodb_table.b") + key("dynamodb_2", "aws_dynamodb_table.a") +
				"resource \"aws_dynamodb_table\" \"a\" {\n  name = \"a\"\n}\n\nresource \"aws_dynamodb_table\" \"b\" {\n  name = \"b\"\n}\n",
			first:  "Terraform would report a cycle: aws_dynamodb_table.a, aws_dynamodb_table.b, aws_kms_key.dynamodb_1, aws_kms_key.dynamodb_2",
			holds:  []string{"kms_key_arn = aws_kms_key.dynamodb.arn"},
			absent: "kms_key_arn = aws_kms_key.dynamodb_",
		},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"main.tf": c.src}
			before := judgeFiles(files)
			plan := New(before, everything, options())
			if r := Prove(before, plan, judgeFiles(edited(t, files, plan)), everything, options()); r == nil || r.Message != c.first {
				t.Errorf("the first plan is refused by %v; want %q", r, c.first)
			}
			plan, after := settled(t, files)
			for _, o := range plan.Outcomes {
				if o.Status != detect.Fixable {
					t.Errorf("%s is %s: %v", o.Address(), o.Status, o.Reason)
				}
			}
			for _, text := range c.holds {
				if !strings.Contains(after["main.tf"], text) {
					t.Errorf("no %q in\n%s", text, after["main.tf"])
				}
			}
			if strings.Contains(after["main.tf"], c.absent) {
				t.Errorf("%q in\n%s", c.absent, after["main.tf"])
			}
		})
	}
}

// aroundProvider is a directory in which no key can be created for one table:
// the provider configuration of its replica's region depends on the table.
const aroundProvider = `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"

  default_tags {
    tags = { table = aws_dynamodb_table.global.name }
  }
}

resource "aws_dynamodb_table" "global" {
  name = "global"

  replica {
    region_name = "us-west-2"
  }
}

resource "aws_dynamodb_table" "plain" {
  name = "plain"
}
`

// TestSettleDropsTheGuilty holds that what no plan can fix is left to a
// person, with the reason, and that the rest is fixed.
func TestSettleDropsTheGuilty(t *testing.T) {
	plan, after := settled(t, map[string]string{"main.tf": aroundProvider})
	status := map[string]detect.Status{}
	for _, o := range plan.Outcomes {
		status[o.Address()] = o.Status
		if o.Status == detect.Manual && !strings.Contains(o.Reason.Message, "Terraform would report a cycle: aws_dynamodb_table.global, aws_kms_key.dynamodb_west, provider.aws.west") {
			t.Errorf("%s: %v", o.Address(), o.Reason)
		}
	}
	if status["aws_dynamodb_table.global"] != detect.Manual || status["aws_dynamodb_table.plain"] != detect.Fixable {
		t.Error(status)
	}
	if strings.Contains(after["main.tf"], "dynamodb_west") || strings.Count(after["main.tf"], "kms_key_arn = ") != 1 {
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
		return slices.ContainsFunc(p.Edits, func(e Edit) bool {
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
