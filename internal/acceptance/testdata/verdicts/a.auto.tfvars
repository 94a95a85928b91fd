set_later = false
