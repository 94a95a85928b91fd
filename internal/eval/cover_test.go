package eval

import (
	"strings"
	"testing"
)

// TestCover holds which text an expression has where parts of it are not known:
// * stands for those.
func TestCover(t *testing.T) {
	const src = `
variable "env" {}
variable "on" {}
variable "arns" {
  type = list(string)
}
data "aws_iam_policy_document" "some" {
  count = var.on ? 1 : 0
}
data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = var.on ? ["a"] : []
    content {
      actions   = ["s3:GetObject"]
      resources = var.on ? ["x"] : ["y", "z"]
    }
  }
}
data "aws_iam_policy_document" "e" {
  source_policy_documents = [var.env]
  statement {
    sid       = "s"
    actions   = ["s3:*"]
    resources = concat(["x"], var.arns)
    condition {
      test     = var.env
      variable = "v"
      values   = [var.on ? "a" : "b"]
    }
  }
}
data "aws_iam_policy_document" "f" {
  statement {
    sid       = "s"
    actions   = ["s3:*"]
    resources = ["x"]
  }
  dynamic "statement" {
    for_each = var.on ? ["a"] : []
    content {
      sid       = "s"
      actions   = ["sns:*"]
      resources = ["y"]
    }
  }
}
locals {
  short = { production = "prod", development = "dev" }
  p     = terraform.workspace == "default" ? "dev" : "prod"
  x     = %s
}
`
	for x, want := range map[string]string{
		`"a-${terraform.workspace}"`:                    "a-*",
		`"a-${var.on ? "b" : "c"}-${local.p}"`:          "a-*-*",
		`"a-${local.short[var.env]}"`:                   "a-*",
		`"a-${lookup(local.short, var.env, "d")}"`:      "a-*",
		`"a-${lookup(local.short, "production", "d")}"`: "a-prod",
		`"a-${substr(var.env, 0, 2)}"`:                  "a-*",
		`"a-${length(var.env)}"`:                        "a-*",
		`"a-${lower(var.env)}"`:                         "a-*",
		`"a-${timestamp()}"`:                            "a-*",
		`"a-${{ (var.env) = "b" }[var.env]}"`:           "a-b",
		`jsonencode({ a = var.on, b = [var.env, "c"], d = var.on ? ["e"] : ["f", "g"], h = null })`: `{"a":"*","b":["*","c"],"d":"*","h":null}`,
		`jsonencode([for a in var.arns : a])`:                                                       `"*"`,
		`data.aws_iam_policy_document.d.json`:                                                       `{"Version":"2012-10-17","Statement":[{"Action":["s3:GetObject"],"Condition":"*","Effect":"Allow","Resource":["*"]}]}`,
		`data.aws_iam_policy_document.e.json`:                                                       `{"Version":"2012-10-17","Statement":["*",{"Action":["s3:*"],"Condition":{"*":{"v":["*"]}},"Effect":"Allow","Resource":["*"],"Sid":"s"}]}`,
		`data.aws_iam_policy_document.f.json`:                                                       `{"Version":"2012-10-17","Statement":[{"Action":["s3:*"],"Condition":"*","Effect":"Allow","Resource":["x"],"Sid":"s"},{"Action":["sns:*"],"Condition":"*","Effect":"Allow","Resource":["y"],"Sid":"s"}]}`,
		`var.on ? "a" : "b"`:                                                                        "either a or b",
		`var.on ? "a" : var.env`:                                                                    "either a or others",
		`one(data.aws_iam_policy_document.some[*].json)`:                                            `either {"Version":"2012-10-17","Statement":null} or `,
	} {
		in := top(t, strings.Replace(src, "%s", x, 1), Options{})
		e := in.Local("x").Expr
		got, found := in.Text(e, nil)
		if got = Glob(got); !found {
			texts, all := in.Alternatives(e, nil)
			if !all {
				texts = append(texts, "others")
			}
			got = "either " + strings.Join(texts, " or ")
		}
		if got != want {
			t.Errorf("%s is\n%s; want\n%s", x, got, want)
		}
	}
}
