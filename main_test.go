package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"golang.org/x/tools/txtar"

	"cmkify/detect"
	"cmkify/internal/cli"
	"cmkify/internal/testkit"
)

var update = flag.Bool("update", false, "write what the cases give into them")

// TestGolden runs every case of golden/, holds it to the laws, and its twins
// to the case. golden/README.md tells what a case looks like.
func TestGolden(t *testing.T) {
	root, err := filepath.Abs(".") // the cases change directory
	if err != nil {
		t.Fatal(err)
	}
	paths, err := testkit.Cases(root)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, path := range paths {
		t.Run(caseName(path), func(t *testing.T) {
			c := load(t, path)
			c.expect(t)
			if *update {
				c.save(t)
			}
			for name, law := range laws {
				if !c.excused(t, "no-law", name) {
					law(t, c)
				}
			}
			for name, twin := range testkit.Twins {
				if !c.excused(t, "no-twin", name) {
					c.hasTwin(t, name, twin)
				}
			}
			for _, id := range c.ids() {
				seen[id] = true
			}
			for _, id := range c.Headers["not"] {
				if slices.Contains(c.ids(), id) {
					t.Errorf("not: %s, but it is", id)
				}
				seen["not "+id] = true
			}
		})
	}
	if testing.Short() || flag.Lookup("test.run").Value.String() != "" {
		return
	}
	for _, r := range detect.Rows {
		id := r.ID
		if !seen[id] {
			t.Errorf("no case shows the %s %s", r.Kind, id)
		}
		if r.Kind != detect.StatusKind && !seen["not "+id] {
			t.Errorf("no case says not: %s", id)
		}
	}
}

func caseName(path string) string {
	theme, file := filepath.Split(path)
	return filepath.Base(theme) + "/" + strings.TrimSuffix(file, ".txtar")
}

// A golden is one case: its input, what its command gives, and the files as
// the same command without -n and --check writes them.
type golden struct {
	*testkit.Case
	got     outcome
	written outcome
	// What JSON says of the input, and of the files as written.
	before, after document
}

type outcome struct {
	stdout, stderr string
	exit           int
	files          map[string][]byte
}

func load(t *testing.T, path string) *golden {
	t.Helper()
	loaded, err := testkit.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	c := &golden{Case: loaded}
	c.got = execute(t, c.Input, c.Args)
	c.written = c.got
	if !c.writes() {
		if !maps.EqualFunc(c.got.files, c.Input, bytes.Equal) {
			t.Errorf("%v wrote files", c.Args)
		}
		c.written = execute(t, c.Input, c.writing())
	}
	c.before, c.after = c.judge(t, c.Input), c.judge(t, c.written.files)
	return c
}

var dry = []string{"-n", "--dry-run", "--check"}

func (c *golden) writes() bool {
	return !slices.ContainsFunc(c.Args, func(a string) bool { return slices.Contains(dry, a) })
}

func (c *golden) writing() []string {
	return slices.DeleteFunc(slices.Clone(c.Args), func(a string) bool { return slices.Contains(dry, a) })
}

// excused reports whether a header of the case says, with a reason, that a
// law or twin cannot apply to it.
func (c *golden) excused(t *testing.T, header, name string) bool {
	words := c.Headers[header]
	i := slices.Index(words, name)
	if i >= 0 && i == len(words)-1 {
		t.Errorf("%s: %s: why?", header, name)
	}
	return i >= 0
}

// stdinFile is the input section that a case gives on standard input.
const stdinFile = "stdin"

// execute runs the command in a folder with the files.
func execute(t *testing.T, files map[string][]byte, args []string) outcome {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	writeFiles(t, dir, files)
	var stdout, stderr bytes.Buffer
	exit := cli.Main(args, bytes.NewReader(files[stdinFile]), &stdout, &stderr)
	return outcome{stdout.String(), stderr.String(), exit, readFiles(t, dir)}
}

func writeFiles(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func readFiles(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[path], err = os.ReadFile(filepath.Join(dir, path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// results returns the sections that the case should end with.
func (c *golden) results() []txtar.File {
	out := []txtar.File{
		testkit.Section("stdout", []byte(c.got.stdout)),
		testkit.Section("stderr", []byte(c.got.stderr)),
		testkit.Section("exit", fmt.Appendln(nil, c.got.exit)),
	}
	diff, made := testkit.WrittenSections(c.Input, c.written.files)
	if diff != "" && !c.printsDiff() {
		out = append(out, testkit.Section(testkit.WrittenSection, []byte(diff)))
	}
	for _, name := range made {
		out = append(out, testkit.Section("out/"+name, c.written.files[name]))
	}
	return out
}

// printsDiff reports whether stdout says already what would be written: the
// laws hold that it is so.
func (c *golden) printsDiff() bool { return strings.HasPrefix(c.got.stdout, "--- a/") }

func (c *golden) expect(t *testing.T) {
	if *update {
		return
	}
	want := txtar.Format(&txtar.Archive{Files: c.Results})
	if got := txtar.Format(&txtar.Archive{Files: c.results()}); !bytes.Equal(got, want) {
		t.Errorf("want (-), got (+):\n%s", testkit.Diff(caseName(c.Path), want, got))
	}
}

func (c *golden) save(t *testing.T) {
	if err := os.WriteFile(c.Path, c.Format(c.results()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A document is what the laws need of the JSON document.
type document struct {
	Findings []struct {
		Address, File, Status string
		Problems, Warnings    []struct{ ID string }
		Reason                *struct{ ID string }
	}
	Edits []struct {
		File, New  string
		Start, End int
	}
}

// judge returns the JSON document of a dry run over the files.
func (c *golden) judge(t *testing.T, files map[string][]byte) document {
	t.Helper()
	args := append([]string{"--dry-run", "--format=json"}, slices.DeleteFunc(c.writing(), func(a string) bool { return strings.HasPrefix(a, "--format") })...)
	got := execute(t, files, args)
	var r document
	if got.stdout == "" {
		return r // refused: a usage error
	}
	if err := json.Unmarshal([]byte(got.stdout), &r); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, got.stdout)
	}
	return r
}

// ids returns all statuses, problems, reasons and warnings of the case.
func (c *golden) ids() []string {
	var out []string
	for _, d := range []document{c.before, c.after} {
		for _, f := range d.Findings {
			out = append(out, f.Status)
			for _, p := range append(f.Problems, f.Warnings...) {
				out = append(out, p.ID)
			}
			if f.Reason != nil {
				out = append(out, f.Reason.ID)
			}
		}
	}
	if strings.Contains(c.written.stderr, "; fixed") {
		out = append(out, string(detect.Fixed))
	}
	return out
}

// laws hold for every case, whatever it expects.
var laws = map[string]func(*testing.T, *golden){
	"parses":    lawParses,
	"once":      lawOnce,
	"surgical":  lawSurgical,
	"canonical": lawCanonical,
	"git-apply": func(t *testing.T, c *golden) { lawApplies(t, c, "git", "apply", "--whitespace=nowarn", "diff") },
	"patch":     func(t *testing.T, c *golden) { lawApplies(t, c, "patch", "-p1", "-s", "--binary", "-i", "diff") },
	"left":      lawLeft,
	"exit":      lawExit,
}

// What is written parses, if what was read did.
func lawParses(t *testing.T, c *golden) {
	for name, data := range c.changed() {
		if strings.HasSuffix(name, ".json") {
			if !json.Valid(data) {
				t.Errorf("the result is no JSON: %s", data)
			}
			continue
		}
		if _, diags := hclsyntax.ParseConfig(data, name, hcl.InitialPos); diags.HasErrors() {
			t.Errorf("the result does not parse: %v", diags)
		}
	}
}

// A second run changes nothing.
func lawOnce(t *testing.T, c *golden) {
	again := execute(t, c.written.files, c.writing())
	for name, data := range again.files {
		if !bytes.Equal(data, c.written.files[name]) {
			t.Errorf("a second run changes %s:\n%s", name, data)
		}
	}
}

// The edits of the JSON document, made on the author's bytes, are what is
// written; nothing else changes.
func lawSurgical(t *testing.T, c *golden) {
	want := maps.Clone(c.Input)
	edits := c.before.Edits
	for _, e := range slices.Backward(edits) {
		name := filepath.ToSlash(filepath.Clean(e.File))
		want[name] = slices.Concat(want[name][:e.Start], []byte(e.New), want[name][e.End:])
		if e.Start == e.End && e.New == "" {
			t.Errorf("an edit of nothing: %+v", e)
		}
	}
	if !maps.EqualFunc(want, c.written.files, bytes.Equal) {
		t.Errorf("the edits give something else than what is written")
	}
}

// A file that terraform fmt would not change stays one.
func lawCanonical(t *testing.T, c *golden) {
	for name, data := range c.changed() {
		if was := c.Input[name]; bytes.Equal(hclwrite.Format(was), was) && !bytes.Equal(hclwrite.Format(data), data) {
			t.Errorf("%s was canonical; now terraform fmt gives:\n%s", name, hclwrite.Format(data))
		}
	}
}

// The printed diff, applied by another tool, gives what is written.
func lawApplies(t *testing.T, c *golden, tool string, args ...string) {
	if _, err := exec.LookPath(tool); err != nil {
		t.Skipf("%s is not installed", tool)
	}
	diff := execute(t, c.Input, append([]string{"--dry-run"}, plainArgs(c.writing())...)).stdout
	if diff == "" {
		if len(c.changed()) > 0 {
			t.Error("files are written, but no diff is printed")
		}
		return
	}
	dir := t.TempDir()
	writeFiles(t, dir, c.Input)
	writeFiles(t, dir, map[string][]byte{"diff": []byte(diff)})
	command := exec.Command(tool, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s\n%s", tool, err, out, diff)
		return
	}
	got := readFiles(t, dir)
	delete(got, "diff")
	if !maps.EqualFunc(got, c.written.files, bytes.Equal) {
		t.Errorf("%s gives something else than what is written:\n%s", tool, diff)
	}
}

// plainArgs leaves out the flags that change what stands on stdout.
func plainArgs(args []string) []string {
	return slices.DeleteFunc(args, func(a string) bool {
		return strings.HasPrefix(a, "--format") || strings.HasPrefix(a, "--color") || strings.HasPrefix(a, "--output")
	})
}

// What a second run still reports is what the first one declined.
func lawLeft(t *testing.T, c *golden) {
	left := func(r document) []string {
		var out []string
		for _, f := range r.Findings {
			if f.Status != string(detect.Compliant) && f.Status != string(detect.Fixable) {
				out = append(out, fmt.Sprint(f.Address, f.File, f.Status, f.Problems, f.Reason))
			}
		}
		return out
	}
	first, second := c.before, c.after
	if !slices.Equal(left(first), left(second)) {
		t.Errorf("declined: %v; reported again: %v", left(first), left(second))
	}
	for _, f := range second.Findings {
		if f.Status == string(detect.Fixable) {
			t.Errorf("%s is fixable after its fix", f.Address)
		}
	}
}

// A dry run has something to say exactly when a run writes, or leaves
// something.
func lawExit(t *testing.T, c *golden) {
	dry := execute(t, c.Input, append([]string{"--check"}, c.writing()...)).exit
	if c.written.exit > dry {
		t.Errorf("exit %d with --check, %d without", dry, c.written.exit)
	}
	if len(c.changed()) > 0 && dry == cli.ExitDone {
		t.Error("--check exits 0, yet there is something to write")
	}
}

// changed returns the files that the run wrote.
func (c *golden) changed() map[string][]byte {
	out := maps.Clone(c.written.files)
	maps.DeleteFunc(out, func(name string, data []byte) bool { return bytes.Equal(data, c.Input[name]) })
	return out
}

// hasTwin holds that the changed input is changed as the case is: the result
// is the case's result with the same change.
func (c *golden) hasTwin(t *testing.T, name string, twin testkit.Twin) {
	apply := func(files map[string][]byte) map[string][]byte {
		out := maps.Clone(files)
		for name, src := range files {
			if strings.HasSuffix(name, ".tf") {
				out[name] = twin(src)
			}
		}
		return out
	}
	got := execute(t, apply(c.Input), c.writing())
	want := apply(c.written.files)
	for file := range want {
		if !bytes.Equal(got.files[file], want[file]) {
			t.Errorf("twin %s: %s is\n%s\nwant\n%s", name, file, got.files[file], want[file])
		}
	}
	if got.exit != c.written.exit {
		t.Errorf("twin %s: exit %d, want %d\n%s", name, got.exit, c.written.exit, got.stderr)
	}
}

// TestReadme holds the generated parts of the README to what the tool prints.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var diff, stderr bytes.Buffer
	if exit := cli.Main([]string{"-n", "golden/example"}, nil, &diff, &stderr); exit != cli.ExitLeft {
		t.Fatalf("exit %d: %s", exit, stderr.String())
	}
	want := string(readme)
	for name, text := range map[string]string{
		"example": "```diff\n" + diff.String() + "```\n",
		"usage":   "```\n" + cli.Usage() + "```\n",
		"tables":  idTables(),
	} {
		part := regexp.MustCompile(`(?s)<!-- begin ` + name + ` -->\n.*?<!-- end ` + name + ` -->`)
		if !part.MatchString(want) {
			t.Errorf("no part %s", name)
		}
		want = part.ReplaceAllLiteralString(want, "<!-- begin "+name+" -->\n"+text+"<!-- end "+name+" -->")
	}
	switch {
	case want == string(readme):
	case *update:
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("README.md is not what the tool prints; -update makes it so. Want:\n%s", want)
	}
}

func idTables() string {
	var b strings.Builder
	kind := detect.Kind("")
	for _, r := range detect.Rows {
		if r.Kind != kind {
			kind = r.Kind
			fmt.Fprintf(&b, "\n| %s | the table | |\n|---|---|---|\n", kind)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.ID, r.Sentence, r.Doc)
	}
	return b.String() + "\n"
}

// TestStandardInput holds that - prints the rewritten file, and nothing else
// to stdout, whatever it is given.
func TestStandardInput(t *testing.T) {
	const table = "resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t\"\n}\n"
	siblings := map[string][]byte{"infra/kms.tf": []byte("resource \"aws_kms_key\" \"dynamodb\" {\n  enable_key_rotation = true\n}\n")}
	for _, c := range []struct {
		name, stdin string
		args        []string
		exit        int
		holds       string // of stdout
		whole       bool   // stdout is that and nothing else
	}{
		{"fixed", table, []string{"-"}, cli.ExitDone, "kms_key_arn = aws_kms_key.dynamodb.arn", false},
		{"diff", table, []string{"-n", "-"}, cli.ExitLeft, "+++ b/stdin.tf\n", false},
		{"named diff", table, []string{"-n", "-", "--stdin-filename", "infra/main.tf"}, cli.ExitLeft, "+++ b/infra/main.tf\n", false},
		{"siblings are read", table, []string{"-", "--stdin-filename=infra/main.tf"}, cli.ExitDone, "kms_key_arn = aws_kms_key.dynamodb_2.arn", false},
		{"nothing to do", "locals {}\n", []string{"-"}, cli.ExitDone, "locals {}\n", true},
		{"broken", "resource {\n", []string{"-"}, cli.ExitTrouble, "resource {\n", true},
		{"check", table, []string{"--check", "-"}, cli.ExitLeft, "stdin.tf:1:1: aws_dynamodb_table.t: ", false},
		{"empty", "", []string{"-"}, cli.ExitDone, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := maps.Clone(siblings)
			files[stdinFile] = []byte(c.stdin)
			got := execute(t, files, c.args)
			if got.exit != c.exit || !strings.Contains(got.stdout, c.holds) || c.whole && got.stdout != c.holds {
				t.Errorf("exit %d, want %d; stdout:\n%s\nwant %q\nstderr:\n%s", got.exit, c.exit, got.stdout, c.holds, got.stderr)
			}
			if !maps.EqualFunc(got.files, files, bytes.Equal) {
				t.Error("files were written")
			}
		})
	}
}
