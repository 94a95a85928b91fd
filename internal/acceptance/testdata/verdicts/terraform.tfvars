set_true     = true
set_later    = true
set_text     = "false"
not_nullable = null
