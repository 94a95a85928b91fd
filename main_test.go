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
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"golang.org/x/tools/txtar"

	"cmkify/detect"
	"cmkify/internal/cli"
	"cmkify/internal/goldentest"
)

var update = flag.Bool("update", false, "write what the cases give into them")

// TestGolden runs every case of golden/, holds it to the laws, and its twins
// to the case. golden/README.md tells what a case looks like.
func TestGolden(t *testing.T) {
	paths := goldenCases(t)
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
			for name, twin := range twins {
				if !c.excused(t, "no-twin", name) {
					c.hasTwin(t, name, twin)
				}
			}
			for _, id := range c.ids() {
				seen[id] = true
			}
			for _, id := range c.headers["not"] {
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
		id := string(r.ID)
		if !seen[id] {
			t.Errorf("no case shows the %s %s", r.Kind, id)
		}
		if r.Kind != "status" && !seen["not "+id] {
			t.Errorf("no case says not: %s", id)
		}
	}
}

// goldenCases returns the absolute paths of all cases: they change directory.
func goldenCases(t *testing.T) []string {
	root, err := filepath.Abs("golden")
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(root, "*", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden cases: %v", err)
	}
	return paths
}

func caseName(path string) string {
	theme, file := filepath.Split(path)
	return filepath.Base(theme) + "/" + strings.TrimSuffix(file, ".txtar")
}

// A golden is one case: its input, what its command gives, and the files as
// the same command without -n and --check writes them.
type golden struct {
	path    string
	archive *txtar.Archive
	headers map[string][]string // words by header: not, no-law, no-twin
	args    []string
	input   map[string][]byte
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

var header = regexp.MustCompile(`(?m)^(not|no-law|no-twin|no-validate): *(.*)$`)

func load(t *testing.T, path string) *golden {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := &golden{path: path, archive: archive, headers: map[string][]string{}, input: map[string][]byte{}}
	prose := string(archive.Comment)
	command := regexp.MustCompile(`(?m)^\$ cmkify(.*)$`).FindStringSubmatch(prose)
	if command == nil || strings.TrimSpace(strings.Split(prose, "\n")[0]) == "" {
		t.Fatal("a case begins with a sentence, and has a line: $ cmkify ...")
	}
	c.args = strings.Fields(command[1])
	for _, h := range header.FindAllStringSubmatch(prose, -1) {
		c.headers[h[1]] = append(c.headers[h[1]], strings.Fields(h[2])...)
	}
	for _, f := range archive.Files {
		if goldentest.IsResult(f.Name) {
			continue
		}
		name, data := f.Name, f.Data
		if plain, ok := strings.CutSuffix(name, goldentest.QuotedSuffix); ok {
			name = plain
			if data, err = goldentest.Unquote(data); err != nil {
				t.Fatal(err)
			}
		}
		c.input[name] = data
	}
	c.got = execute(t, c.input, c.args)
	c.written = c.got
	if !c.writes() {
		if !maps.EqualFunc(c.got.files, c.input, bytes.Equal) {
			t.Errorf("%v wrote files", c.args)
		}
		c.written = execute(t, c.input, c.writing())
	}
	c.before, c.after = c.judge(t, c.input), c.judge(t, c.written.files)
	return c
}

var dry = []string{"-n", "--dry-run", "--check"}

func (c *golden) writes() bool {
	return !slices.ContainsFunc(c.args, func(a string) bool { return slices.Contains(dry, a) })
}

func (c *golden) writing() []string {
	return slices.DeleteFunc(slices.Clone(c.args), func(a string) bool { return slices.Contains(dry, a) })
}

// excused reports whether a header of the case says, with a reason, that a
// law or twin cannot apply to it.
func (c *golden) excused(t *testing.T, header, name string) bool {
	words := c.headers[header]
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
	exit := run(args, bytes.NewReader(files[stdinFile]), &stdout, &stderr)
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
		{Name: "stdout", Data: []byte(c.got.stdout)},
		{Name: "stderr", Data: []byte(c.got.stderr)},
		{Name: "exit", Data: fmt.Appendln(nil, c.got.exit)},
	}
	for _, name := range slices.Sorted(maps.Keys(c.written.files)) {
		if data := c.written.files[name]; !bytes.Equal(data, c.input[name]) {
			out = append(out, txtar.File{Name: "out/" + name, Data: data})
		}
	}
	for i, f := range out {
		if strings.ContainsAny(string(f.Data), "\r\x00") || !bytes.HasSuffix(f.Data, []byte("\n")) && len(f.Data) > 0 || strings.ToValidUTF8(string(f.Data), "") != string(f.Data) || bytes.HasPrefix(f.Data, []byte("\uFEFF")) {
			out[i] = txtar.File{Name: f.Name + goldentest.QuotedSuffix, Data: quote(f.Data)}
		}
	}
	return out
}

func (c *golden) expect(t *testing.T) {
	if *update {
		return
	}
	var have []txtar.File
	for _, f := range c.archive.Files {
		if goldentest.IsResult(f.Name) {
			have = append(have, f)
		}
	}
	want := txtar.Format(&txtar.Archive{Files: have})
	got := txtar.Format(&txtar.Archive{Files: c.results()})
	if !bytes.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func (c *golden) save(t *testing.T) {
	c.archive.Files = slices.DeleteFunc(c.archive.Files, func(f txtar.File) bool { return goldentest.IsResult(f.Name) })
	c.archive.Files = append(c.archive.Files, c.results()...)
	if err := os.WriteFile(c.path, txtar.Format(c.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func quote(data []byte) []byte {
	var out []byte
	for line := range bytes.Lines(data) {
		out = fmt.Appendf(out, "%+q\n", line)
	}
	return out
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
	want := maps.Clone(c.input)
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
		if was := c.input[name]; bytes.Equal(hclwrite.Format(was), was) && !bytes.Equal(hclwrite.Format(data), data) {
			t.Errorf("%s was canonical; now terraform fmt gives:\n%s", name, hclwrite.Format(data))
		}
	}
}

// The printed diff, applied by another tool, gives what is written.
func lawApplies(t *testing.T, c *golden, tool string, args ...string) {
	if _, err := exec.LookPath(tool); err != nil {
		t.Skipf("%s is not installed", tool)
	}
	diff := execute(t, c.input, append([]string{"--dry-run"}, plainArgs(c.writing())...)).stdout
	if diff == "" {
		if len(c.changed()) > 0 {
			t.Error("files are written, but no diff is printed")
		}
		return
	}
	dir := t.TempDir()
	writeFiles(t, dir, c.input)
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
	dry := execute(t, c.input, append([]string{"--check"}, c.writing()...)).exit
	if c.written.exit > dry {
		t.Errorf("exit %d with --check, %d without", dry, c.written.exit)
	}
	if len(c.changed()) > 0 && dry == exitDone {
		t.Error("--check exits 0, yet there is something to write")
	}
}

// changed returns the files that the run wrote.
func (c *golden) changed() map[string][]byte {
	out := maps.Clone(c.written.files)
	maps.DeleteFunc(out, func(name string, data []byte) bool { return bytes.Equal(data, c.input[name]) })
	return out
}

// twins change a Terraform file in a way that must not matter.
var twins = map[string]func(name string, src []byte) []byte{
	"crlf": func(_ string, src []byte) []byte {
		return bytes.ReplaceAll(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	},
	"no-final-newline": func(_ string, src []byte) []byte { return bytes.TrimRight(src, "\r\n") },
	"bom": func(_ string, src []byte) []byte {
		if len(src) == 0 || !utf8.Valid(src) || bytes.HasPrefix(src, []byte("\uFEFF")) {
			return src
		}
		return append([]byte("\uFEFF"), src...)
	},
	"tabs": func(_ string, src []byte) []byte {
		return leadingSpaces.ReplaceAllFunc(src, func(s []byte) []byte {
			return append(bytes.Repeat([]byte("\t"), len(s)/2), s[len(s)/2*2:]...)
		})
	},
	"ill-formatted": func(_ string, src []byte) []byte {
		if bytes.HasPrefix(src, []byte("\uFEFF")) {
			return src
		}
		return append([]byte("locals{\n a=1\n      bb   = [1,2 ]\n}\n\n"), src...)
	},
}

var leadingSpaces = regexp.MustCompile(`(?m)^ +`)

// hasTwin holds that the changed input is changed as the case is: the result
// is the case's result with the same change.
func (c *golden) hasTwin(t *testing.T, name string, twin func(string, []byte) []byte) {
	apply := func(files map[string][]byte) map[string][]byte {
		out := maps.Clone(files)
		for name, src := range files {
			if strings.HasSuffix(name, ".tf") {
				out[name] = twin(name, src)
			}
		}
		return out
	}
	got := execute(t, apply(c.input), c.writing())
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
	if exit := run([]string{"-n", "golden/example"}, nil, &diff, &stderr); exit != exitLeft {
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
	kind := ""
	for _, r := range detect.Rows {
		if r.Kind != kind {
			kind = r.Kind
			fmt.Fprintf(&b, "\n| %s | the table | |\n|---|---|---|\n", kind)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.ID, r.Sentence, r.Doc)
	}
	return b.String() + "\n"
}
