//go:build unix

package bench

import (
	"os"
	"testing"

	"cmkify/internal/cli"
)

func BenchmarkZZ(b *testing.B) {
	b.Chdir(os.Getenv("ZZ"))
	r := &reader{}
	against(b, "R", r.read, command(b, cli.ExitLeft, "--check", "."))
}
