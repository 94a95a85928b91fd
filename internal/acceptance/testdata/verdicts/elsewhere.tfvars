default_false = true
