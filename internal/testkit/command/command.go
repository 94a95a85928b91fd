// Package command gives tests the command as a program: the test's own binary,
// which becomes cmkify when it runs under that name. So the go tool sees that
// a test depends on all of cmkify's sources, and the program is built as the
// test is, with the race detector or without.
package command

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cmkify/internal/cli"
	"cmkify/internal/testkit"
)

const name = "cmkify"

// Main is for TestMain: it runs cmkify where the binary runs under its name,
// else the tests, which find the program in the folder that [Path] is in. It
// does not return.
func Main(run func() int) {
	if filepath.Base(os.Args[0]) == name {
		status := cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
		reportPeak()
		os.Exit(status)
	}
	dir, err := install()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	status := run()
	os.RemoveAll(dir)
	os.Exit(status)
}

var path string

// Path returns the path of the program. Its folder holds nothing else, and
// any user may run it.
func Path() string {
	if path == "" {
		panic("TestMain does not call command.Main")
	}
	return path
}

// NeedPlain skips a test under the race detector, which finds nothing in what
// the test is about: other programs, and how processes end.
func NeedPlain(t testing.TB) {
	t.Helper()
	if Slowness > 1 {
		testkit.Skip(t, testkit.PlainBuild, "run it without -race")
	}
}

// PeakFile names, in the environment, the file into which the program writes
// how many kilobytes of memory it has used at most. What wait4 tells is no less
// than what the test itself uses: the system counts from before exec.
const PeakFile = "CMKIFY_TEST_PEAK"

// reportPeak writes the peak where it is asked for and can be told.
func reportPeak() {
	path := os.Getenv(PeakFile)
	status, err := os.ReadFile("/proc/self/status")
	if path == "" || err != nil {
		return
	}
	for line := range strings.Lines(string(status)) {
		if rest, is := strings.CutPrefix(line, "VmHWM:"); is {
			os.WriteFile(path, []byte(strings.TrimSuffix(strings.TrimSpace(rest), " kB")), 0o666)
		}
	}
}

// install copies the test binary: a link would lead into a folder that only
// its user can enter.
func install() (dir string, err error) {
	if dir, err = os.MkdirTemp("", name); err != nil {
		return "", err
	}
	if err = os.Chmod(dir, 0o755); err != nil {
		return dir, err
	}
	self, err := os.Executable()
	if err != nil {
		return dir, err
	}
	from, err := os.Open(self)
	if err != nil {
		return dir, err
	}
	defer from.Close()
	path = filepath.Join(dir, name)
	to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o755)
	if err != nil {
		return dir, err
	}
	if _, err = io.Copy(to, from); err != nil {
		return dir, err
	}
	return dir, to.Close()
}
