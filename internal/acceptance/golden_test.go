package acceptance

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// goldenFolder is where the cases stand; golden/README.md tells their form.
var goldenFolder = filepath.Join("..", "..", "golden")

// A goldenCase is what a case says: the files before the run and after it.
type goldenCase struct {
	name          string
	exempt        string // why Terraform does not take it, or ""
	before, after map[string][]byte
}

func goldenCases(t *testing.T) []goldenCase {
	t.Helper()
	var cases []goldenCase
	err := filepath.WalkDir(goldenFolder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".txtar" {
			cases = append(cases, readCase(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

var noValidate = regexp.MustCompile(`(?m)^no-validate: *(.*)$`)

func readCase(t *testing.T, path string) goldenCase {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	archive := txtar.Parse(data)
	name, _ := filepath.Rel(goldenFolder, path)
	c := goldenCase{name: strings.TrimSuffix(filepath.ToSlash(name), ".txtar"), before: map[string][]byte{}}
	if header := noValidate.FindSubmatch(archive.Comment); header != nil {
		c.exempt = string(header[1])
		if c.exempt == "" {
			t.Errorf("%s: no-validate: why?", c.name)
		}
	}
	written := map[string][]byte{}
	for _, f := range archive.Files {
		name, data := plain(t, f)
		if out, ok := strings.CutPrefix(name, "out/"); ok {
			written[out] = data
		} else if name != "stdout" && name != "stderr" && name != "exit" {
			c.before[name] = data
		}
	}
	c.after = maps.Clone(c.before)
	maps.Copy(c.after, written)
	return c
}

// plain returns the name and the bytes of a section; one whose name ends in
// (quoted) holds Go string literals.
func plain(t *testing.T, f txtar.File) (string, []byte) {
	t.Helper()
	name, quoted := strings.CutSuffix(f.Name, " (quoted)")
	if !quoted {
		return name, f.Data
	}
	var out []byte
	for line := range strings.Lines(string(f.Data)) {
		s, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			t.Fatalf("%s: %s: %v", name, line, err)
		}
		out = append(out, s...)
	}
	return name, out
}

// modules returns the directories that hold Terraform files; hidden ones are
// other tools' copies.
func modules(files map[string][]byte) []string {
	found := map[string]bool{}
	for name := range files {
		hidden := strings.HasPrefix(name, ".") || strings.Contains(name, "/.")
		if !hidden && (strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json")) {
			found[path.Dir(name)] = true
		}
	}
	return sortedKeys(found)
}
