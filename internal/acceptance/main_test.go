package acceptance

import (
	"flag"
	"testing"

	"cmkify/internal/testkit/command"
)

// TestMain lets more tests run at once than there are processors: what they
// do most is wait, the provider for 30 seconds after it switched a key.
func TestMain(m *testing.M) {
	command.Main(func() int {
		flag.Parse()
		if err := flag.Set("test.parallel", "8"); err != nil {
			panic(err)
		}
		return m.Run()
	})
}
