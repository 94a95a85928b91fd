package cli

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"cmkify/internal/testkit"
)

// TestNoNetwork holds that the program has no code that speaks to a network:
// no HTTP, no TLS, and of net only what reads and prints addresses. It is
// imported by those that are named here, and by nothing else.
func TestNoNetwork(t *testing.T) {
	testkit.NeedTool(t, "go")
	list := exec.Command("go", "list", "-deps", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "cmkify")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all, ofNet []string
	for line := range strings.Lines(string(out)) {
		packages := strings.Fields(line)
		all = append(all, packages[0])
		if slices.Contains(packages[1:], "net") {
			ofNet = append(ofNet, packages[0])
		}
	}
	if !slices.Contains(all, "cmkify/internal/cli") {
		t.Fatalf("the program is made of %q", all)
	}
	for _, name := range []string{"net/http", "crypto/tls"} {
		if slices.Contains(all, name) {
			t.Errorf("the program depends on %s", name)
		}
	}
	// pflag has flags for addresses.
	if want := []string{"github.com/spf13/pflag"}; !slices.Equal(slices.Sorted(slices.Values(ofNet)), want) {
		t.Errorf("net is imported by %q, want %q", ofNet, want)
	}
}
