terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

variable "set_elsewhere" {
  type    = bool
  default = false
}

variable "default_false" {
  type    = bool
  default = false
}

variable "set_true" {
  type    = bool
  default = false
}

variable "set_later" {
  type = bool
}

variable "set_json" {
  type    = bool
  default = false
}

variable "set_text" {
  type    = bool
  default = true
}

variable "not_nullable" {
  type     = bool
  default  = true
  nullable = false
}

variable "object" {
  type = object({
    encrypt = optional(bool, false)
    key     = optional(string)
  })
  default = {}
}

variable "list" {
  type    = list(object({ encrypt = bool }))
  default = [{ encrypt = "true" }, { encrypt = "false" }]
}

variable "key" {
  type    = string
  default = null
}

variable "secret" {
  type      = string
  default   = "arn:aws:kms:us-east-1:111122223333:alias/aws/dynamodb"
  sensitive = true
}

variable "number" {
  type    = string
  default = 3
}

variable "alias" {
  default = "aws/dynamodb"
}

locals {
  encrypt    = !var.set_true
  no_key     = var.key
  overridden = false
  region     = "us-east-1"
  flags      = { encrypt = "yes" }
  list       = [{ encrypt = true }, { encrypt = false }]
  keys = {
    a = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    b = null
  }
  several = {
    a = { encrypt = true }
    b = { encrypt = false }
    c = { encrypt = local.encrypt }
  }
}

data "aws_kms_alias" "managed" {
  name = "alias/${var.alias}"
}

data "aws_kms_key" "elsewhere" {
  key_id = "alias/elsewhere"
}

resource "aws_kms_key" "k" {
  enable_key_rotation = true
}

resource "aws_kms_key" "none" {
  count = local.encrypt ? 1 : 0

  enable_key_rotation = true
}

resource "aws_kms_key" "one" {
  count = local.encrypt ? 0 : 1

  enable_key_rotation = true
}

variable "nothing" {
  default = null
}

variable "names" {
  type    = set(string)
  default = ["a", "b", "a"]
}

variable "anything" {
  type    = any
  default = { deep = [{ encrypt = "false" }] }
}

variable "tables" {
  type = map(object({
    encrypt = optional(bool, true)
    key     = optional(string)
  }))
}

variable "nested" {
  type = object({
    inner = optional(object({
      encrypt = optional(bool, false)
    }), {})
  })
  default = {}
}

variable "encryption" {
  type = object({ enabled = bool })
  default = {
    enabled = true
  }
}

locals {
  key_object = aws_kms_key.k
}

data "aws_kms_alias" "counted" {
  count = 1

  name = "alias/aws/dynamodb"
}

data "aws_kms_alias" "each" {
  for_each = { managed = "alias/aws/dynamodb", elsewhere = "alias/elsewhere" }

  name = each.value
}

resource "aws_kms_alias" "k" {
  name          = "alias/k"
  target_key_id = aws_kms_key.k.key_id
}

resource "aws_kms_key" "each" {
  for_each = toset(["a", "b"])

  enable_key_rotation = true
}
