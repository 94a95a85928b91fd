package acceptance

import (
	"path"
	"path/filepath"
	"strings"
	"testing"

	"cmkify/internal/testkit"
)

// goldenFolder is where the cases stand; golden/README.md tells their form.
var goldenFolder = filepath.Join("..", "..", "golden")

// A goldenCase is what a case says: the files before the run and after it.
type goldenCase struct {
	name          string
	exempt        string // why Terraform does not take it, or ""
	never         bool   // Terraform must not even try
	before, after map[string][]byte
	said          string // what the run prints
	args          []string
}

func goldenCases(t *testing.T) []goldenCase {
	t.Helper()
	paths, err := testkit.Cases(filepath.Dir(goldenFolder))
	if err != nil {
		t.Fatal(err)
	}
	var cases []goldenCase
	for _, path := range paths {
		cases = append(cases, readCase(t, path))
	}
	return cases
}

func readCase(t *testing.T, path string) goldenCase {
	t.Helper()
	read, err := testkit.Load(path)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	name, _ := filepath.Rel(goldenFolder, path)
	c := goldenCase{args: read.Args, name: strings.TrimSuffix(filepath.ToSlash(name), ".txtar"), before: read.Input}
	for _, f := range read.Results {
		if f.Name == "stdout" || f.Name == "stderr" {
			c.said += string(f.Data)
		}
	}
	if _, never := read.Headers["no-terraform"]; never {
		c.never = true
	}
	if why, exempt := read.Headers["no-validate"]; exempt {
		c.exempt = strings.Join(why, " ")
		if c.exempt == "" {
			t.Errorf("%s: no-validate: why?", c.name)
		}
	}
	if c.after, err = read.Written(); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return c
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
