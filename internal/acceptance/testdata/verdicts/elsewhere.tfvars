set_elsewhere = true
