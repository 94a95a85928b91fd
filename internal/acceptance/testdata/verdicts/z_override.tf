resource "aws_dynamodb_table" "override_key" {
  server_side_encryption {
    enabled     = true
    kms_key_arn = null
  }
}
