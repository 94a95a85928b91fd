package detect

import "cmkify/internal/suppress"

// What the problems of a table's encryption, and of its key's rotation, are
// called by the tools whose comments suppress them.
var (
	tableCheck    = suppress.CustomerKey
	rotationCheck = suppress.Rotation
)
