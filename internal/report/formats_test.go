package report_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cmkify/internal/testkit"
	"cmkify/internal/testkit/command"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A formatted run is a run of the command over a tree with the input of every
// golden case, in all formats at once.
type formatted struct {
	dir    string // of the tree
	before map[string][]byte
	diff   string
	json   document
}

// A document is what the JSON format says, as far as others are held to it.
type document struct {
	Summary struct {
		Tables, Compliant, Fixable, Manual, Unknown, Suppressed, Errors int
	}
	Findings []struct {
		Address, Module, File, Status string
		Problems                      []struct{ ID string }
		Reason                        *struct{ ID string }
		Warnings                      []struct{ ID string }
	}
	Edits []struct {
		File       string
		Start, End int
		New        string
	}
	Errors []struct {
		File    string
		Line    int
		Message string
	}
}

var formats = []string{"json", "jsonl", "sarif", "markdown", "rdjson", "github", "gitlab", "junit", "html"}

// TestFormats holds every format to its published schema, or to a program that
// reads it, and what it says to what the JSON document and the diff say.
func TestFormats(t *testing.T) {
	t.Parallel()
	tool := command.Path()
	tree := goldenTree(t)
	run := dryRun(t, tool, tree)
	t.Run("sarif", func(t *testing.T) { run.sarif(t, tool) })
	t.Run("rdjson", run.rdjson)
	t.Run("junit", run.junit)
	t.Run("github", run.github)
	t.Run("gitlab", run.gitlab)
	t.Run("markdown", run.markdown)
	t.Run("jsonl", run.jsonl)
	t.Run("html", run.html)
}

func TestMain(m *testing.M) { command.Main(m.Run) }

// goldenTree returns the inputs of all golden cases by path.
func goldenTree(t *testing.T) map[string][]byte {
	t.Helper()
	root := filepath.Join("..", "..")
	paths, err := testkit.Cases(root)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for i, path := range paths {
		if command.Slowness > 1 && i%3 != 0 {
			continue // enough to tell
		}
		c, err := testkit.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		theme := filepath.Base(filepath.Dir(path))
		repository := func(name string) bool { return strings.Contains(name, ".git/") }
		if theme == "command" || theme == "config" || slices.ContainsFunc(slices.Collect(maps.Keys(c.Input)), repository) {
			continue // about flags, repositories, and paths of all sorts
		}
		for name, data := range c.Input {
			files[theme+"/"+strings.TrimSuffix(filepath.Base(path), ".txtar")+"/"+name] = data
		}
	}
	return files
}

// writeTree writes the files into a new folder.
func writeTree(t *testing.T, files map[string][]byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// dryRunOnly writes the files, and a page about a dry run over them to out.html
// in the folder that it returns.
func dryRunOnly(t *testing.T, files map[string][]byte) (dir string) {
	t.Helper()
	dir = writeTree(t, files)
	cmd := exec.Command(command.Path(), "--quiet", "--dry-run", "--format", "html=out.html")
	cmd.Dir = dir
	_ = cmd.Run() // exits 2: one of the files is broken
	return dir
}

// dryRun writes the files, and returns what a dry run over them printed.
func dryRun(t *testing.T, tool string, files map[string][]byte) *formatted {
	t.Helper()
	run := &formatted{dir: writeTree(t, files), before: files}
	args := []string{"--quiet", "--dry-run"}
	for _, f := range formats {
		args = append(args, "--format", f+"=out."+f)
	}
	cmd := exec.Command(tool, args...)
	cmd.Dir = run.dir
	diff, err := cmd.Output()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 2 {
		t.Fatal(err)
	}
	run.diff = string(diff)
	if err := json.Unmarshal(run.output(t, "json"), &run.json); err != nil {
		t.Fatal(err)
	}
	if run.json.Summary.Tables < 200 || run.json.Summary.Fixable < 100 || len(run.json.Errors) == 0 {
		t.Fatalf("too few to tell: %+v", run.json.Summary)
	}
	return run
}

func (f *formatted) output(t *testing.T, format string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(f.dir, "out."+format))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// valid holds a document to a schema in testdata, and to name nothing that the
// schema does not: readers refuse what they do not know.
func valid(t *testing.T, name string, data []byte) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	strict := strings.ReplaceAll(string(text), `"additionalProperties": true`, `"additionalProperties": false`)
	// A bag of properties is there for what the schema does not name.
	bag := regexp.MustCompile(`("propertyBag": \{[^{}]*"additionalProperties": )false`)
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(bag.ReplaceAllString(strict, "${1}true")))
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(name, schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(document); err != nil {
		t.Error(err)
	}
}

// after returns the files as the edits of the JSON document make them.
func (f *formatted) after() map[string]string {
	out := map[string]string{}
	for i := len(f.json.Edits) - 1; i >= 0; i-- { // from the last, so that offsets hold
		e := f.json.Edits[i]
		text, begun := out[e.File]
		if !begun {
			text = string(f.before[e.File])
		}
		out[e.File] = text[:e.Start] + e.New + text[e.End:]
	}
	return out
}

// A replacement is a piece of text in the place of another, by lines and
// columns that count from 1.
type replacement struct {
	startLine, startColumn, endLine, endColumn int
	text                                       string
}

// replace makes the replacements, which are in the order of their place.
// offset tells the bytes of so many columns of a line.
func replace(t *testing.T, src string, all []replacement, offset func(line string, columns int) int) string {
	t.Helper()
	mark := ""
	if text, marked := strings.CutPrefix(src, "\uFEFF"); marked {
		mark, src = "\uFEFF", text
	}
	lines := strings.SplitAfter(src, "\n")
	at := func(line, column int) int {
		n := 0
		for _, l := range lines[:line-1] {
			n += len(l)
		}
		return n + offset(lines[line-1], column-1)
	}
	for i := len(all) - 1; i >= 0; i-- {
		r := all[i]
		start, end := at(r.startLine, r.startColumn), at(r.endLine, r.endColumn)
		src = src[:start] + r.text + src[end:]
	}
	return mark + src
}
