package corpus

import "fmt"

func queue(g *generator) string {
	name := g.name()
	return fmt.Sprintf(`resource "aws_sqs_queue" %[1]q {
  name                       = "${var.environment}-%[2]s"
  visibility_timeout_seconds = %[3]d
  sqs_managed_sse_enabled    = true

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.%[1]s_dead.arn
    maxReceiveCount     = %[4]d
  })
}

resource "aws_sqs_queue" "%[1]s_dead" {
  name = "${var.environment}-%[2]s-dead"
}
`, name, g.noun(), g.IntN(900), 3+g.IntN(5))
}

func bucket(g *generator) string {
	name := g.name()
	return fmt.Sprintf(`resource "aws_s3_bucket" %[1]q {
  bucket        = "company-${var.environment}-%[2]s"
  force_destroy = var.environment != "prod"
  tags          = local.tags
}

resource "aws_s3_bucket_server_side_encryption_configuration" %[1]q {
  bucket = aws_s3_bucket.%[1]s.id
  rule {
    apply_server_side_encryption_by_default { sse_algorithm = "aws:kms" }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" %[1]q {
  bucket = aws_s3_bucket.%[1]s.id
  dynamic "rule" {
    for_each = var.%[2]s_prefixes
    content {
      id     = rule.value
      status = "Enabled"
      filter { prefix = "${rule.value}/" }
      expiration {
        days = %[3]d
      }
    }
  }
}
`, name, g.noun(), 30+g.IntN(300))
}

func function(g *generator) string {
	name := g.name()
	return fmt.Sprintf(`resource "aws_lambda_function" %[1]q {
  function_name = "${var.environment}-%[2]s"
  role          = aws_iam_role.%[1]s.arn
  runtime       = "python3.12"
  handler       = "%[2]s.handler"
  filename      = "${path.module}/build/%[2]s.zip"
  memory_size   = %[3]d

  environment {
    variables = {
      TABLE_NAME = "${var.environment}-%[4]s"
      QUEUE_URL  = var.queue_url
      LOG_LEVEL  = var.environment == "prod" ? "INFO" : "DEBUG"
    }
  }

  lifecycle {
    ignore_changes = [filename]
  }
}
`, name, g.noun(), 128*(1+g.IntN(8)), g.noun())
}

func parameter(g *generator) string {
	return fmt.Sprintf("resource \"aws_ssm_parameter\" %q {\n  name  = \"/${var.environment}/%s\"\n  type  = \"String\"\n  value = %q\n}\n", g.name(), g.noun(), g.noun())
}

func securityGroup(g *generator) string {
	return fmt.Sprintf(`resource "aws_security_group" %q {
  name_prefix = "%s-"
  description = %q
  vpc_id      = data.aws_vpc.main.id

  ingress {
    from_port   = %[4]d
    to_port     = %[4]d
    protocol    = "tcp"
    cidr_blocks = [for s in data.aws_subnet.private : s.cidr_block]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"] # tfsec:ignore:aws-ec2-no-public-egress-sgr
  }
}
`, g.name(), g.noun(), g.sentence(), 1024+g.IntN(9000))
}

func alarm(g *generator) string {
	return fmt.Sprintf(`resource "aws_cloudwatch_metric_alarm" %q {
  alarm_name          = "${var.environment}-%s"
  alarm_description   = %q
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = %d
  threshold           = %d
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  period              = 60
  alarm_actions       = [var.alarm_topic_arn]
  dimensions = {
    FunctionName = "${var.environment}-%s"
  }
}
`, g.name(), g.noun(), g.sentence(), 1+g.IntN(5), g.IntN(100), g.noun())
}

func instance(g *generator) string {
	return fmt.Sprintf(`resource "aws_instance" %q {
  ami           = data.aws_ami.base.id
  instance_type = "t3.medium"

  user_data = <<-EOF
    #!/bin/bash
    set -euo pipefail
    echo "$${HOSTNAME} starts %s" >> /var/log/start.log
    %%{ for user in var.users ~}
    useradd -m ${user.name}%%{ if user.admin } -G wheel%%{ endif }
    %%{ endfor ~}
    aws s3 cp "s3://${var.bucket}/%s.tar.gz" - | tar xz -C /opt
  EOF

  root_block_device { encrypted = true }
}
`, g.name(), g.noun(), g.noun())
}
