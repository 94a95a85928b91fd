package testkit

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestRequired holds what may be missing without a test that fails.
func TestRequired(t *testing.T) {
	for _, c := range []struct {
		list, what string
		want       bool
	}{
		{"", "git", false}, {"all", "git", true}, {"git", "git", true}, {"patch,git", "git", true}, {"patch", "git", false},
		{"all,-git", "git", false}, {"all,-git", "patch", true}, {"-git", "git", false},
		{"all", Plugins, true}, {"all", Checkout, true},
		{"all", Mount, false}, {"all", Trace, false}, {"all,trace", Trace, true}, {"all", OtherUser, false},
	} {
		if got := required(c.list, c.what); got != c.want {
			t.Errorf("%s=%s: %s is required: %v", Require, c.list, c.what, got)
		}
	}
}

// TestOneSkip holds that no test is skipped but by Skip, so that the variable
// reaches all.
func TestOneSkip(t *testing.T) {
	skips := regexp.MustCompile(`\b[a-z]+\.(Skip|Skipf|SkipNow)\(`)
	files := 0
	err := fs.WalkDir(os.DirFS(filepath.Join("..", "..")), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		src, err := os.ReadFile(filepath.Join("..", "..", path))
		for _, call := range skips.FindAllString(string(src), -1) {
			if call != "testkit.Skip(" {
				t.Errorf("%s: %s", path, call)
			}
		}
		return err
	})
	if err != nil || files < 50 {
		t.Errorf("%d files, %v", files, err)
	}
}
