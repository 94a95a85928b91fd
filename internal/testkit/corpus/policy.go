package corpus

import "fmt"

func role(g *generator) string {
	return fmt.Sprintf(`resource "aws_iam_role" %q {
  name = "${var.environment}-%s"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"] }
    }]
  })
}
`, g.name(), g.noun())
}

func policyHeredoc(g *generator) string {
	return fmt.Sprintf(`resource "aws_iam_policy" %q {
  name        = "${var.environment}-%s"
  description = %q

  policy = <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ReadsObjects",
      "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"],
      "Resource": ["arn:aws:s3:::company-${var.environment}-%s", "arn:aws:s3:::company-${var.environment}-%s/*"]
    },
    {
      "Sid": "SendsMessages",
      "Effect": "Allow",
      "Action": "sqs:SendMessage",
      "Resource": "arn:aws:sqs:*:${data.aws_caller_identity.current.account_id}:%s"
    }%s
  ]
}
POLICY
}
`, g.name(), g.noun(), g.sentence(), g.noun(), g.noun(), g.noun(), g.itemAccess())
}

// itemAccess returns a statement that lets its role use tables, of directories
// with tables and a few others.
func (g *generator) itemAccess() string {
	if !g.dir.tables && g.IntN(20) > 0 {
		return ""
	}
	return `,
    {
      "Effect": "Allow",
      "Action": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
      "Resource": "arn:aws:dynamodb:*:${data.aws_caller_identity.current.account_id}:table/${var.environment}-*"
    }`
}

func policyDocument(g *generator) string {
	return fmt.Sprintf(`data "aws_iam_policy_document" %q {
  statement {
    sid       = "Uses"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${data.aws_region.current.name}.amazonaws.com"]
    }
  }

  statement {
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::company-${var.environment}-%s/*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}
`, g.name(), g.noun())
}

func attachment(g *generator) string {
	return fmt.Sprintf("resource \"aws_iam_role_policy_attachment\" %q {\n  role       = aws_iam_role.%s.name\n  policy_arn = aws_iam_policy.%s.arn\n}\n", g.name(), g.noun(), g.noun())
}

func task(g *generator) string {
	return fmt.Sprintf(`resource "aws_ecs_task_definition" %q {
  family                   = "${var.environment}-%s"
  requires_compatibilities = ["FARGATE"]
  cpu                      = %d
  memory                   = 1024

  container_definitions = <<JSON
[
  {
    "name": "%s",
    "image": "${var.registry}/%s:${var.image_tag}",
    "portMappings": [{ "containerPort": 8080, "protocol": "tcp" }],
    "environment": [
      { "name": "STAGE", "value": "${var.environment}" },
      { "name": "NAMES", "value": ${jsonencode([for n in var.names : "${n}-${lower("X")}"])} }
    ],
    "logConfiguration": {
      "logDriver": "awslogs",
      "options": { "awslogs-group": "${aws_cloudwatch_log_group.main.name}", "awslogs-region": "eu-west-1" }
    }
  }
]
JSON
}
`, g.name(), g.noun(), 256*(1+g.IntN(4)), g.noun(), g.noun())
}

func dashboard(g *generator) string {
	widget := `    { "type": "metric", "properties": { "title": "%s", "metrics": [["AWS/SQS", "NumberOfMessagesSent", "QueueName", "${var.environment}-%s"]] } }`
	widgets := fmt.Sprintf(widget, g.noun(), g.noun())
	for range g.IntN(12) {
		widgets += ",\n" + fmt.Sprintf(widget, g.noun(), g.noun())
	}
	return fmt.Sprintf("resource \"aws_cloudwatch_dashboard\" %q {\n  dashboard_name = \"${var.environment}-%s\"\n  dashboard_body = <<EOT\n{\n  \"widgets\": [\n%s\n  ]\n}\nEOT\n}\n", g.name(), g.noun(), widgets)
}
