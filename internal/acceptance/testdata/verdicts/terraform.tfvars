set_true     = true
set_later    = true
set_text     = "false"
not_nullable = null
tables = {
  a = { key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  b = { encrypt = false }
}
