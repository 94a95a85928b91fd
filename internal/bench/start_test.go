//go:build unix

package bench

import (
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"cmkify/internal/cli"
)

// BenchmarkStart runs the program, as a process of its own, in a directory
// without a file: what every run costs.
func BenchmarkStart(b *testing.B) {
	program := filepath.Join(b.TempDir(), "cmkify")
	if out, err := exec.Command("go", "build", "-o", program, "cmkify").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	b.Chdir(b.TempDir())
	var cpu time.Duration
	for b.Loop() {
		run := exec.Command(program, "--check", ".")
		if err := run.Run(); err != nil || run.ProcessState.ExitCode() != cli.ExitDone {
			b.Fatal(err)
		}
		cpu += run.ProcessState.UserTime() + run.ProcessState.SystemTime()
	}
	b.ReportMetric(float64(cpu.Microseconds())/1000/float64(b.N), "cpu-ms/op")
}
