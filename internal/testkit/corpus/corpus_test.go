package corpus

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// made makes a tree and reads it back.
func made(t *testing.T, o Options) (Size, map[string][]byte) {
	root := t.TempDir()
	size, err := Write(root, o)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	err = fs.WalkDir(os.DirFS(root), ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files[name], err = os.ReadFile(filepath.Join(root, name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return size, files
}

// byTool reports whether a file lies in a folder of a tool.
func byTool(name string) bool {
	return strings.HasPrefix(name, ".git/") || strings.Contains("/"+name, "/node_modules/") || strings.Contains("/"+name, "/.terraform/")
}

func TestSameBytes(t *testing.T) {
	o := Options{Directories: 20, Tables: 0.2, Seed: 7}
	_, first := made(t, o)
	_, second := made(t, o)
	if !reflect.DeepEqual(first, second) {
		t.Error("two trees of one seed differ")
	}
	o.Seed = 8
	if _, other := made(t, o); reflect.DeepEqual(first, other) {
		t.Error("two seeds make the same tree")
	}
}

// TestShape holds that a tree is what its options and the package's comment
// say, and that hclsyntax takes all of it.
func TestShape(t *testing.T) {
	size, files := made(t, Options{Directories: 200, Tables: 0.09, Seed: 1})
	dirs, withTables := map[string]int{}, map[string]bool{}
	configuration := 0
	seen := map[string]bool{}
	for name, src := range files {
		if byTool(name) || path.Ext(name) != ".tf" && path.Ext(name) != ".tfvars" {
			continue
		}
		parsed, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatalf("%v in:\n%s", diags, src)
		}
		if path.Ext(name) != ".tf" {
			continue
		}
		dirs[path.Dir(name)]++
		configuration += len(src)
		if bytes.Contains(src, []byte(`resource "aws_dynamodb_table"`)) {
			withTables[path.Dir(name)] = true
		}
		for _, b := range parsed.Body.(*hclsyntax.Body).Blocks {
			if len(b.Labels) == 0 {
				continue
			}
			address := path.Dir(name) + " " + b.Type + " " + strings.Join(b.Labels, ".")
			if seen[address] {
				t.Errorf("declared twice: %s", address)
			}
			seen[address] = true
		}
	}
	tf := 0
	for dir, n := range dirs {
		tf += n
		if n > 17 {
			t.Errorf("%d files in %s", n, dir)
		}
	}
	if size.Directories != 200 || len(dirs) != 200 || len(withTables) != 18 || size.Tables < 18 {
		t.Errorf("%+v, %d directories, %d with tables; want 200, 200 and 18", size, len(dirs), len(withTables))
	}
	if mean := configuration / tf; mean < 2500 || mean > 4500 {
		t.Errorf("%d bytes a file", mean)
	}
	if mean := float64(tf) / 200; mean < 5 || mean > 10 {
		t.Errorf("%.1f files a directory", mean)
	}
}

func TestNoTables(t *testing.T) {
	size, files := made(t, Options{Directories: 30, Seed: 1})
	for name, src := range files {
		if !byTool(name) && bytes.Contains(src, []byte(`"aws_dynamodb_table"`)) {
			t.Errorf("a table in %s", name)
		}
	}
	if size.Tables != 0 || size.Directories != 30 {
		t.Errorf("%+v", size)
	}
}

// TestCalls holds that local module calls lead to directories of the tree.
func TestCalls(t *testing.T) {
	_, files := made(t, Options{Directories: 60, Tables: 0.1, Seed: 1})
	calls := 0
	for name, src := range files {
		for line := range strings.Lines(string(src)) {
			_, source, is := strings.Cut(strings.TrimSpace(line), `source = "../`)
			if !is {
				continue
			}
			calls++
			target := path.Join(path.Dir(name), "../"+strings.TrimRight(source, "\"\r\n"))
			if _, there := files[target+"/main.tf"]; !there {
				t.Errorf("%s calls %s, which is not there", name, target)
			}
		}
	}
	if calls < 30 {
		t.Errorf("%d calls", calls)
	}
}

func TestWriteDirectory(t *testing.T) {
	root := t.TempDir()
	if err := WriteDirectory(root, 10, 2, 1); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(root, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	tables := 0
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		tables += bytes.Count(src, []byte(`resource "aws_dynamodb_table"`))
	}
	if len(names) != 10 || tables != 2 {
		t.Errorf("%d files with %d tables; want 10 with 2", len(names), tables)
	}
}
