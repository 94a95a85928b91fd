package detect

import "cmkify/internal/terraform"

func rotationSuppressed(m *terraform.Module, key *terraform.Resource) bool { return false }
