resource "aws_dynamodb_table" "override_key" {
  server_side_encryption {
    enabled     = true
    kms_key_arn = null
  }
}

resource "aws_dynamodb_table" "overridden_twice" {
  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
}
