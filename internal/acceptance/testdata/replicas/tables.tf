resource "aws_dynamodb_table" "none" {
  name             = "none"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

}

resource "aws_dynamodb_table" "static_right" {
  name             = "static_right"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
    kms_key_arn = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

}

resource "aws_dynamodb_table" "static_absent" {
  name             = "static_absent"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
  }

}

resource "aws_dynamodb_table" "static_null" {
  name             = "static_null"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
    kms_key_arn = null
  }

}

resource "aws_dynamodb_table" "static_empty" {
  name             = "static_empty"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
    kms_key_arn = ""
  }

}

resource "aws_dynamodb_table" "static_variable_null" {
  name             = "static_variable_null"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
    kms_key_arn = var.key
  }

}

resource "aws_dynamodb_table" "static_local" {
  name             = "static_local"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
    kms_key_arn = local.keys["us-west-2"]
  }

}

resource "aws_dynamodb_table" "static_local_missing" {
  name             = "static_local_missing"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
    kms_key_arn = lookup(local.keys, "ap-south-1", null)
  }

}

resource "aws_dynamodb_table" "static_conditional" {
  name             = "static_conditional"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
    kms_key_arn = local.on ? local.keys["us-west-2"] : null
  }

}

resource "aws_dynamodb_table" "static_one_of_two" {
  name             = "static_one_of_two"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
    kms_key_arn = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "eu-west-1"
  }

}

resource "aws_dynamodb_table" "static_both" {
  name             = "static_both"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
    kms_key_arn = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "eu-west-1"
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

}

resource "aws_dynamodb_table" "dynamic_absent" {
  name             = "dynamic_absent"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  dynamic "replica" {
    for_each = ["us-west-2"]
    content {
      region_name = replica.value
    }
  }

}

resource "aws_dynamodb_table" "dynamic_lookup" {
  name             = "dynamic_lookup"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  dynamic "replica" {
    for_each = toset(["us-west-2", "eu-west-1"])
    content {
      region_name = replica.value
      kms_key_arn = local.keys[replica.value]
    }
  }

}

resource "aws_dynamodb_table" "dynamic_lookup_missing" {
  name             = "dynamic_lookup_missing"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  dynamic "replica" {
    for_each = toset(["us-west-2", "ap-south-1"])
    content {
      region_name = replica.value
      kms_key_arn = lookup(local.keys, replica.value, null)
    }
  }

}

resource "aws_dynamodb_table" "dynamic_map" {
  name             = "dynamic_map"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  dynamic "replica" {
    for_each = local.keys
    content {
      region_name = replica.key
      kms_key_arn = replica.value
    }
  }

}

resource "aws_dynamodb_table" "dynamic_map_null" {
  name             = "dynamic_map_null"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  dynamic "replica" {
    for_each = { us-west-2 = null }
    content {
      region_name = replica.key
      kms_key_arn = replica.value
    }
  }

}

resource "aws_dynamodb_table" "dynamic_objects" {
  name             = "dynamic_objects"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  dynamic "replica" {
    for_each = local.objects
    iterator = r
    content {
      region_name = r.value.region
      kms_key_arn = lookup(r.value, "key", null)
    }
  }

}

resource "aws_dynamodb_table" "dynamic_objects_right" {
  name             = "dynamic_objects_right"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  dynamic "replica" {
    for_each = [for o in local.objects : o if o.key != null]
    iterator = r
    content {
      region_name = r.value.region
      kms_key_arn = r.value.key
    }
  }

}

resource "aws_dynamodb_table" "dynamic_empty" {
  name             = "dynamic_empty"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  dynamic "replica" {
    for_each = local.on ? [] : ["us-west-2"]
    content {
      region_name = replica.value
    }
  }

}

resource "aws_dynamodb_table" "dynamic_null" {
  name             = "dynamic_null"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  dynamic "replica" {
    for_each = var.nothing[*]
    content {
      region_name = replica.value
    }
  }

}

resource "aws_dynamodb_table" "dynamic_and_static" {
  name             = "dynamic_and_static"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
    kms_key_arn = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  dynamic "replica" {
    for_each = ["eu-west-1"]
    content {
      region_name = replica.value
      kms_key_arn = local.keys[replica.value]
    }
  }

}

resource "aws_dynamodb_table" "dynamic_and_static_absent" {
  name             = "dynamic_and_static_absent"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
    kms_key_arn = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  dynamic "replica" {
    for_each = ["eu-west-1"]
    content {
      region_name = replica.value
    }
  }

}

resource "aws_dynamodb_table" "each_right" {
  for_each = toset(["x", "y"])

  name             = "each_right-${each.key}"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
    kms_key_arn = local.keys["us-west-2"]
  }

}

resource "aws_dynamodb_table" "each_some" {
  for_each = { x = local.keys["us-west-2"], y = null }

  name             = "each_some-${each.key}"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
    kms_key_arn = each.value
  }

}

resource "aws_dynamodb_table" "count_none" {
  count = 0

  name             = "count_none-${count.index}"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  replica {
    region_name = "us-west-2"
  }

}
