package testkit

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Require is the variable of the environment that makes tests fail which would
// be skipped: a list, with commas, of what must be there. "all" stands for all
// that can be installed; "-fish" takes something out of it.
const Require = "CMKIFY_REQUIRE"

// What tests need besides programs, which are called by their names.
const (
	Plugins  = "plugins"  // a mirror of Terraform's providers
	Checkout = "checkout" // the sources, as a repository of git
)

// What a machine, or a build of the tests, has or cannot have: "all" does not
// require it.
const (
	FileNames  = "file-names"  // a file system that takes any name
	Mount      = "mount"       // permission to mount
	OtherUser  = "other-user"  // permission to run as another user
	Permission = "permission"  // to do what a row of a test does
	PlainBuild = "plain-build" // one without the race detector
	Terminal   = "terminal"
	Trace      = "trace" // permission to trace a process
)

var ofMachine = []string{FileNames, Mount, OtherUser, Permission, PlainBuild, Terminal, Trace}

// Skip skips a test for lack of something, or fails it where that is required.
// Every test that is skipped is skipped here.
func Skip(t testing.TB, what, why string) {
	t.Helper()
	if required(os.Getenv(Require), what) {
		t.Fatalf("%s is required by %s: %s", what, Require, why)
	}
	t.Skipf("%s: %s", what, why)
}

func required(list, what string) bool {
	words := strings.Split(list, ",")
	if slices.Contains(words, "-"+what) {
		return false
	}
	return slices.Contains(words, what) || slices.Contains(words, "all") && !slices.Contains(ofMachine, what)
}

// NeedTool returns the path of a program, or skips the test.
func NeedTool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		Skip(t, name, "not in PATH")
	}
	return path
}
