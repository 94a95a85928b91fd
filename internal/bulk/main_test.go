package bulk

import (
	"testing"

	"cmkify/internal/testkit/command"
)

func TestMain(m *testing.M) { command.Main(m.Run) }
