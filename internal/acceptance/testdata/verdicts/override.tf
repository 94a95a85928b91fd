resource "aws_dynamodb_table" "overridden" {
  server_side_encryption {
    enabled = false
  }
}

resource "aws_dynamodb_table" "overridden_right" {
  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
}

resource "aws_dynamodb_table" "override_adds" {
  server_side_encryption {
    enabled = true
  }
}

locals {
  overridden = true
}

resource "aws_dynamodb_table" "dynamic_overridden" {
  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
}

resource "aws_dynamodb_table" "dynamic_override" {
  dynamic "server_side_encryption" {
    for_each = [false]
    content {
      enabled     = server_side_encryption.value
      kms_key_arn = null
    }
  }
}

resource "aws_dynamodb_table" "overridden_twice" {
  server_side_encryption {
    enabled = true
  }
}

resource "aws_dynamodb_table" "override_each" {
  for_each = { x = true, y = false }
}
