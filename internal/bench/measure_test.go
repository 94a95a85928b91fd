//go:build unix

package bench

import (
	"bytes"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"cmkify/internal/cli"
)

// A cost is what something took: time by the clock, and of all processors.
type cost struct {
	wall, cpu time.Duration
}

// measured returns what a call costs.
func measured(call func()) cost {
	start, before := time.Now(), processorTime()
	call()
	return cost{time.Since(start), processorTime() - before}
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// against measures run, and unit beside each of its calls. It reports how many
// units one run takes, by the clock (xR) and of the processors (cpu-xR), and
// the milliseconds of the processors (cpu-ms/op).
func against(b *testing.B, name string, unit, run func()) {
	var units, runs cost
	for b.Loop() {
		b.StopTimer()
		c := measured(unit)
		units.wall, units.cpu = units.wall+c.wall, units.cpu+c.cpu
		b.StartTimer()
		c = measured(run)
		runs.wall, runs.cpu = runs.wall+c.wall, runs.cpu+c.cpu
	}
	b.ReportMetric(float64(runs.wall)/float64(units.wall), "x"+name)
	b.ReportMetric(float64(runs.cpu)/float64(units.cpu), "cpu-x"+name)
	b.ReportMetric(float64(runs.cpu.Microseconds())/1000/float64(b.N), "cpu-ms/op")
}

// command returns a run of the command in the working directory that must exit
// with that status.
func command(b *testing.B, status int, args ...string) func() {
	return func() {
		var errs bytes.Buffer
		if got := cli.Main(args, strings.NewReader(""), io.Discard, &errs); got != status {
			b.Fatalf("cmkify %s: exit status %d, want %d:\n%.2000s", strings.Join(args, " "), got, status, errs.String())
		}
	}
}

// A reader is what runs are compared with: it walks a tree and reads every .tf
// file, as fast as Go can without more than one thread.
type reader struct {
	buffer []byte
	files  int
	size   int
}

// read reads what is in the working directory.
func (r *reader) read() {
	if r.buffer == nil {
		r.buffer = make([]byte, 1<<20)
	}
	r.files, r.size = 0, 0
	r.folder(".")
}

func (r *reader) folder(path string) {
	entries, err := os.ReadDir(path)
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case e.IsDir() && name[0] != '.' && name != "node_modules":
			r.folder(path + "/" + name)
		case !e.IsDir() && strings.HasSuffix(name, ".tf"):
			r.file(path + "/" + name)
		}
	}
}

func (r *reader) file(path string) {
	file, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		panic(err)
	}
	r.files++
	for {
		n, err := syscall.Read(file, r.buffer)
		if err != nil {
			panic(err)
		}
		if r.size += n; n == 0 {
			break
		}
	}
	_ = syscall.Close(file)
}
