package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cmkify/internal/testkit/command"
)

// TestApply applies configurations, has cmkify rewrite them, and applies the
// result: the tables are switched where they stand, and nothing is left to do.
func TestApply(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	tool := command.Path()
	for name, c := range map[string]switched{
		"plain, disabled, keyless": {
			config: provider("eu-west-1", "") +
				onDemandTable("plain", "") +
				onDemandTable("disabled", "server_side_encryption {\n    enabled = false\n  }") +
				onDemandTable("keyless", "server_side_encryption {\n    enabled = true\n  }"),
			before: map[string]string{"eu-west-1/plain": "", "eu-west-1/disabled": "", "eu-west-1/keyless": "AWS"},
			keys:   []string{"aws_kms_key.dynamodb"},
		},
		"two providers": {
			config: provider("eu-west-1", "") + provider("us-west-2", "west") +
				onDemandTable("here", "") + onDemandTable("there", "provider = aws.west"),
			before: map[string]string{"eu-west-1/here": "", "us-west-2/there": ""},
			keys:   []string{"aws_kms_key.dynamodb", "aws_kms_key.dynamodb_west"},
		},
		"counted, and tags": {
			config: provider("eu-west-1", "") + "locals {\n  tags = { team = \"orders\" }\n}\n\n" +
				strings.Replace(onDemandTable("counted", "tags = local.tags"), `"counted"
  b`, `"counted-${count.index}"
  count = 2
  b`, 1) + strings.Replace(onDemandTable("off", "tags = local.tags"), `"off"
  b`, `"off"
  count = 0
  b`, 1),
			before: map[string]string{"eu-west-1/counted-0": "", "eu-west-1/counted-1": ""},
			keys:   []string{"aws_kms_key.dynamodb"},
			tags:   map[string]string{"team": "orders"},
		},
		"a key that is there": {
			config: provider("eu-west-1", "") + dynamoDBKey +
				onDemandTable("right", "server_side_encryption {\n    enabled     = true\n    kms_key_arn = aws_kms_key.tables.arn\n  }") +
				onDemandTable("plain", "") +
				onDemandTable("off", "server_side_encryption {\n    enabled     = false\n    kms_key_arn = aws_kms_key.tables.arn\n  }"),
			before: map[string]string{"eu-west-1/plain": "", "eu-west-1/off": ""},
			rotate: []string{"aws_kms_key.tables"},
		},
		"a key that is meant for DynamoDB": {
			config: provider("eu-west-1", "") + strings.Replace(dynamoDBKey, "{\n", "{\n  enable_key_rotation = true\n", 1) + onDemandTable("plain", ""),
			before: map[string]string{"eu-west-1/plain": ""},
		},
		"modules": {
			config: provider("eu-west-1", "") + provider("us-west-2", "west") + calls,
			modules: map[string]string{
				"literal/main.tf":  "variable \"name\" {\n  type = string\n}\n\n" + calledTable(""),
				"switched/main.tf": switchedVariables + calledTable("server_side_encryption {\n    enabled     = var.encrypt\n    kms_key_arn = var.key\n  }"),
				"shop/main.tf":     "variable \"name\" {\n  type = string\n}\n\nmodule \"inner\" {\n  source = \"../literal\"\n\n  name = \"${var.name}-inner\"\n}\n",
			},
			before: map[string]string{
				"eu-west-1/a": "", "eu-west-1/each-x": "", "eu-west-1/each-y": "", "us-west-2/west": "", "eu-west-1/shop-inner": "",
				"eu-west-1/left-out": "", "eu-west-1/off": "", "eu-west-1/keyless": "AWS",
			},
			keys: []string{"aws_kms_key.dynamodb", "aws_kms_key.dynamodb_west", "module.shop.aws_kms_key.dynamodb"},
		},
		"a dynamic block that a key switches on": {
			config: provider("eu-west-1", "") + "module \"a\" {\n  source = \"./dynamic\"\n\n  name = \"a\"\n}\n",
			modules: map[string]string{
				"dynamic/main.tf": switchedVariables + calledTable("dynamic \"server_side_encryption\" {\n    for_each = var.key != null ? [1] : []\n    content {\n      enabled     = true\n      kms_key_arn = var.key\n    }\n  }"),
			},
			before: map[string]string{"eu-west-1/a": ""},
			keys:   []string{"aws_kms_key.dynamodb"},
		},
		"in JSON": {
			modules: map[string]string{"tables.tf.json": jsonTables},
			before:  map[string]string{"eu-west-1/plain": "", "eu-west-1/disabled": "", "eu-west-1/keyless": "AWS"},
			keys:    []string{"aws_kms_key.dynamodb"},
			rotate:  []string{"aws_kms_key.other"},
			tags:    map[string]string{"team": "orders"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.hold(t, tool)
		})
	}
}

// jsonTables are tables in JSON, and a key of one that does not rotate.
const jsonTables = `{
  "provider": {"aws": {"region": "eu-west-1"}},
  "locals": {"tags": {"team": "orders"}},
  "resource": {
    "aws_dynamodb_table": {
      "plain": {"name": "plain", "billing_mode": "PAY_PER_REQUEST", "hash_key": "id", "attribute": {"name": "id", "type": "S"}, "tags": "${local.tags}"},
      "disabled": {
        "name": "disabled",
        "billing_mode": "PAY_PER_REQUEST",
        "hash_key": "id",
        "attribute": [{"name": "id", "type": "S"}],
        "server_side_encryption": [{"enabled": "false"}],
        "tags": "${local.tags}"
      }
    }
  },
  "resource": [
    {
      "aws_kms_key": {"other": {"description": "\u004fther"}},
      "aws_dynamodb_table": [
        {
          "keyless": {
            "name": "keyless",
            "billing_mode": "PAY_PER_REQUEST",
            "hash_key": "id",
            "attribute": {"name": "id", "type": "S"},
            "server_side_encryption": {"enabled": true},
            "tags": "${local.tags}"
          },
          "other": {
            "name": "other",
            "billing_mode": "PAY_PER_REQUEST",
            "hash_key": "id",
            "attribute": {"name": "id", "type": "S"},
            "server_side_encryption": {"enabled": true, "kms_key_arn": "${aws_kms_key.other.arn}"}
          }
        }
      ]
    }
  ]
}
`

// calls calls the modules in all ways: several times, for each of a set, with
// another provider, through another module, without arguments and with wrong ones.
const calls = `module "a" {
  source = "./literal"

  name = "a"
}

module "each" {
  source   = "./literal"
  for_each = toset(["x", "y"])

  name = "each-${each.key}"
}

module "west" {
  source = "./literal"
  providers = {
    aws = aws.west
  }

  name = "west"
}

module "shop" {
  source = "./shop"

  name = "shop"
}

module "left_out" {
  source = "./switched"

  name = "left-out"
}

module "off" {
  source = "./switched"

  name    = "off"
  encrypt = false
  key     = null
}

module "keyless" {
  source = "./switched"

  name    = "keyless"
  encrypt = true
}
`

const switchedVariables = `variable "name" {
  type = string
}

variable "encrypt" {
  type    = bool
  default = false
}

variable "key" {
  type    = string
  default = null
}

`

// calledTable returns the table of a module, with more lines in it.
func calledTable(more string) string {
	return strings.Replace(onDemandTable("this", more), `"this"
  b`, `var.name
  b`, 1)
}

// A switched is a configuration and what becomes of it.
type switched struct {
	config  string
	modules map[string]string // files of modules that it calls
	before  map[string]string // who manages the key of which table that is to be switched
	keys    []string          // that are made
	rotate  []string          // keys that are there and begin to rotate
	tags    map[string]string // of the keys that are made
}

func (c switched) hold(t *testing.T, tool string) {
	aws := newStandIn(t)
	files := map[string][]byte{"main.tf": []byte(c.config)}
	for name, text := range c.modules {
		files[name] = []byte(text)
	}
	w := start(t, aws, files)
	for table, manager := range c.before {
		if got := managerOf(aws.keyOf(table)); got != manager {
			t.Fatalf("before the rewrite, %q manages the key of %s", got, table)
		}
	}
	aws.forget()
	if exit, said := w.rewrite(tool); exit != 0 {
		t.Fatalf("cmkify: exit %d\n%s", exit, said)
	}
	planned := w.plan()
	if made := planned.with("create"); !slices.Equal(made, c.keys) {
		t.Errorf("planned to create %v, want %v", made, c.keys)
	}
	updates := len(c.before) + len(c.rotate)
	if updated := planned.with("update"); len(updated) != updates || len(planned) != updates+len(c.keys) {
		t.Errorf("planned %v", planned)
	}
	for _, k := range c.rotate {
		if planned[k] != "update" {
			t.Errorf("planned %v: %s is left", planned, k)
		}
	}
	values := w.values()
	for _, k := range c.keys {
		isWantedKey(t, values[k], c.tags)
	}
	w.applyPlanned()
	aws.keptTables(t)
	for table := range c.before {
		aws.usesCustomerKey(t, table)
	}
	w.settled()
	aws.documentsActions(t)
}

// dynamoDBKey is a key that the tables' users may use.
const dynamoDBKey = `data "aws_caller_identity" "current" {}

resource "aws_kms_key" "tables" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AccountManagesKey"
        Effect    = "Allow"
        Principal = { AWS = data.aws_caller_identity.current.account_id }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "AccountUsesKeyThroughDynamoDB"
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
}

`

// provider returns a provider block; alias may be "".
func provider(region, alias string) string {
	if alias != "" {
		alias = fmt.Sprintf("  alias  = %q\n", alias)
	}
	return fmt.Sprintf("provider \"aws\" {\n%s  region = %q\n}\n\n", alias, region)
}

// onDemandTable returns a table with more lines in it.
func onDemandTable(name, more string) string {
	return fmt.Sprintf(`resource "aws_dynamodb_table" %[1]q {
  name         = %[1]q
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  %[2]s
}

`, name, more)
}
