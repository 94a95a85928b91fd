package explain

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCode holds that the page on the code names every package.
func TestCode(t *testing.T) {
	root := filepath.Join("..", "..")
	page, err := os.ReadFile(filepath.Join(root, "internal", "docs", "code.md"))
	if err != nil {
		t.Fatal(err)
	}
	below := "internal/testkit/" // which is told as a whole
	files := 0
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() != ".." && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" || filepath.Base(path) == "golden.go" {
			return nil
		}
		name, err := filepath.Rel(root, filepath.Dir(path))
		if name = filepath.ToSlash(name); err != nil || name == "." || strings.HasPrefix(name, below) {
			return err
		}
		files++
		if !strings.Contains(string(page), "`"+name+"/`") {
			t.Errorf("%s is not named", name)
		}
		return nil
	})
	if err != nil || files < 100 {
		t.Errorf("%d files, %v", files, err)
	}
}
