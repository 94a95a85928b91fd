package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cmkify/detect"
	"cmkify/internal/cli"
	"cmkify/internal/explain"
	"cmkify/internal/registry"
	"cmkify/internal/report"
	"cmkify/internal/testkit"
	"cmkify/internal/testkit/command"
	"cmkify/internal/testkit/golden"
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
	laws := lawsInForce(t)
	seen := map[string]bool{}
	for i, path := range paths {
		if i%command.Slowness > 0 {
			continue // some tell as much of races
		}
		c := &testkit.Case{Path: path}
		t.Run(c.Name(), func(t *testing.T) { hold(t, path, laws, golden.Twins, seen) })
	}
	if command.Slowness > 1 || testing.Short() || flag.Lookup("test.run").Value.String() != "" {
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

// lawsInForce returns the laws whose tools are there. Each other one is a test
// by itself, which is skipped: the cases are held to the rest.
func lawsInForce(t *testing.T) []golden.Law {
	var out []golden.Law
	for _, law := range golden.Laws {
		there := law.Tool == ""
		if !there {
			t.Run("law "+law.Name, func(t *testing.T) { there = testkit.NeedTool(t, law.Tool) != "" })
		}
		if there {
			out = append(out, law)
		}
	}
	return out
}

// hold holds one case to what it says, to the laws and to its twins. What
// breaks one is never saved.
func hold(t *testing.T, path string, laws []golden.Law, twins []golden.Twin, seen map[string]bool) {
	r, err := golden.Load(t, path)
	if err != nil {
		t.Fatal(err)
	}
	if !*update {
		check(t, r.Expected())
	}
	for _, law := range laws {
		check(t, r.Excused("no-law", law.Name, law.Hold(t, r)))
	}
	for _, twin := range twins {
		check(t, r.Excused("no-twin", twin.Name, r.Has(t, twin)))
	}
	check(t, r.KnownExcuses())
	ids := r.IDs()
	for _, id := range ids {
		seen[id] = true
	}
	for _, id := range strings.Fields(strings.Join(r.Headers["not"], " ")) {
		if slices.Contains(ids, id) {
			t.Errorf("not: %s, but it is", id)
		}
		seen["not "+id] = true
	}
	if *update && !t.Failed() {
		check(t, r.Save())
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// TestReadme holds the generated parts of the README, of the pages below it and
// of that of the golden cases, to what the tool prints and to what the tests do.
func TestReadme(t *testing.T) {
	run := func(exit int, args ...string) string {
		var stdout, stderr bytes.Buffer
		if got := cli.Main(args, nil, &stdout, &stderr); got != exit {
			t.Fatalf("%v: exit %d: %s", args, got, stderr.String())
		}
		return stdout.String() + stderr.String()
	}
	diff, _, _ := strings.Cut(run(cli.ExitLeft, "-n", "golden/example"), "golden/example/main.tf:")
	docs := filepath.Join("internal", "docs")
	holdParts(t, "README.md", map[string]string{
		"example": "```diff\n" + explain.Short(diff) + "```\n",
		"check":   "```\n$ cmkify --check golden/example\n" + run(cli.ExitLeft, "--check", "golden/example") + "```\n",
	})
	holdParts(t, filepath.Join(docs, "usage.md"), map[string]string{"usage": "```\n" + cli.Usage() + "```\n"})
	holdParts(t, filepath.Join(docs, "modules.md"), map[string]string{"published": publishedTable(), "published-keys": publishedKeys()})
	holdParts(t, filepath.Join(docs, "ids.md"), map[string]string{"tables": idTables()})
	holdParts(t, filepath.Join("golden", "README.md"), map[string]string{"laws": lawTables()})
}

// publishedTable returns the modules whose inputs are known.
func publishedTable() string {
	var b strings.Builder
	b.WriteString("| module | releases | what a call gets |\n|---|---|---|\n")
	for m := range registry.All() {
		last := m.Versions[len(m.Versions)-1]
		if last.Mode == registry.NoTable {
			continue
		}
		var inputs []string
		if last.Enable != nil && last.Key != nil && last.Mode != registry.ByKey {
			inputs = append(inputs, "`"+last.Enable.Name+"`")
		}
		if last.Key != nil {
			inputs = append(inputs, "`"+last.Key.Name+"`")
		}
		gets := strings.Join(inputs, ", ")
		switch {
		case gets == "" && last.Own != nil:
			gets = "nothing: it makes a key of its own"
		case gets == "":
			gets = "nothing: it takes no key"
		}
		fmt.Fprintf(&b, "| [%s](%s) | %s to %s | %s |\n", m.Name, m.Doc, m.Versions[0].From, m.Read, gets)
	}
	return b.String()
}

// publishedKeys returns the modules whose outputs of keys are known.
func publishedKeys() string {
	var b strings.Builder
	b.WriteString("| module | releases |\n|---|---|\n")
	for k := range registry.Keys() {
		fmt.Fprintf(&b, "| [%s](%s) | %s to %s |\n", k.Name, k.Doc, k.From, k.Read)
	}
	return b.String()
}

// TestPages holds that every link of a page leads somewhere, that every command
// in a block is one that cmkify takes, and that the README stays short.
func TestPages(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join("internal", "docs", "*.md"))
	if err != nil || len(pages) < 6 {
		t.Fatal(pages, err)
	}
	for _, page := range append(pages, "README.md") {
		src, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		if page == "README.md" && len(src) > 8700 {
			t.Errorf("%s has %d bytes", page, len(src))
		}
		for _, link := range regexp.MustCompile(`\]\(([^)]*)\)`).FindAllStringSubmatch(string(src), -1) {
			check(t, leads(page, link[1]))
		}
		for _, command := range regexp.MustCompile(`(?m)^(?:    |\s*- (?:run: )?|\$ )cmkify((?: [^\n#|<]*)?)(?:[#|<].*)?$`).FindAllStringSubmatch(string(src), -1) {
			args := strings.Fields(strings.NewReplacer("'", "", `"`, "").Replace(command[1]))
			if len(args) > 0 && slices.Contains([]string{"explain", "help", "man", "version"}, args[0]) {
				continue
			}
			if _, err := cli.Parse(args); err != nil {
				t.Errorf("%s: cmkify%s: %v", page, command[1], err)
			}
		}
	}
}

// leads returns an error for a link of a page that leads nowhere.
func leads(page, link string) error {
	path, anchor, _ := strings.Cut(link, "#")
	if strings.Contains(link, "://") {
		return nil
	}
	target := page
	if path != "" {
		target = filepath.Join(filepath.Dir(page), path)
	}
	src, err := os.ReadFile(target)
	if info, statErr := os.Stat(target); statErr == nil && info.IsDir() {
		err = nil
	}
	if err != nil || anchor == "" {
		return err
	}
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(string(src), -1) {
		if slug := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(heading[1]), ""); strings.ReplaceAll(slug, " ", "-") == anchor {
			return nil
		}
	}
	return fmt.Errorf("%s: no heading %s in %s", page, anchor, target)
}

// holdParts holds the generated parts of a file.
func holdParts(t *testing.T, path string, parts map[string]string) {
	is, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := string(is)
	for name, text := range parts {
		part := regexp.MustCompile(`(?s)<!-- begin ` + name + ` -->\n.*?<!-- end ` + name + ` -->`)
		if !part.MatchString(want) {
			t.Errorf("%s: no part %s", path, name)
		}
		want = part.ReplaceAllLiteralString(want, "<!-- begin "+name+" -->\n"+text+"<!-- end "+name+" -->")
	}
	switch {
	case want == string(is):
	case *update:
		check(t, os.WriteFile(path, []byte(want), 0o644))
	default:
		t.Errorf("%s is out of date; -update writes it. Is (-), want (+):\n%s", path, testkit.Diff(path, is, []byte(want)))
	}
}

func lawTables() string {
	var b strings.Builder
	fmt.Fprint(&b, "\n| law | holds that |\n|---|---|\n")
	for _, l := range golden.Laws {
		fmt.Fprintf(&b, "| `%s` | %s |\n", l.Name, l.Doc)
	}
	fmt.Fprint(&b, "\n| twin | has |\n|---|---|\n")
	for _, w := range golden.Twins {
		fmt.Fprintf(&b, "| `%s` | %s |\n", w.Name, w.Doc)
	}
	return b.String() + "\n"
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
			files[golden.StdinFile] = []byte(c.stdin)
			got := golden.Execute(t, files, c.args)
			if got.Exit != c.exit || !strings.Contains(got.Stdout, c.holds) || c.whole && got.Stdout != c.holds {
				t.Errorf("exit %d, want %d; stdout:\n%s\nwant %q\nstderr:\n%s", got.Exit, c.exit, got.Stdout, c.holds, got.Stderr)
			}
			if !maps.EqualFunc(got.Files, files, bytes.Equal) {
				t.Error("files were written")
			}
		})
	}
}

// TestFormatsPage holds that the page of formats has a row for each of them, and
// that the JSON document has the members that it shows.
func TestFormatsPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("internal", "docs", "formats.md"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|").FindAllStringSubmatch(string(page), -1) {
		rows = append(rows, m[1])
	}
	want := slices.Sorted(slices.Values(report.Names))
	if slices.Sort(rows); !slices.Equal(rows, want) {
		t.Errorf("the page has rows for %v; the formats are %v", rows, want)
	}
	_, shape, _ := strings.Cut(string(page), "```\n{")
	shape, _, _ = strings.Cut(shape, "```")
	var shown []string
	for _, m := range regexp.MustCompile(`"(\w+)"`).FindAllStringSubmatch(shape, -1) {
		shown = append(shown, m[1])
	}
	var stdout, stderr bytes.Buffer
	cli.Main([]string{"-n", "--format", "json", "golden/example"}, nil, &stdout, &stderr)
	var document any
	if err := json.Unmarshal(stdout.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	for _, name := range memberNames(document) {
		if !slices.Contains(shown, name) {
			t.Errorf("the page does not show %q of the JSON document", name)
		}
	}
}

// memberNames returns the names of the members of all objects in a document.
func memberNames(document any) []string {
	var out []string
	switch v := document.(type) {
	case map[string]any:
		for name, member := range v {
			out = append(append(out, name), memberNames(member)...)
		}
	case []any:
		for _, element := range v {
			out = append(out, memberNames(element)...)
		}
	}
	return out
}

// TestEmptyPatch holds that what the README pipes into git works when there is
// nothing to do, and when there is.
func TestEmptyPatch(t *testing.T) {
	testkit.NeedTool(t, "git")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "`cmkify -n | git apply --allow-empty`") {
		t.Error("the README says something else")
	}
	for name, src := range map[string]string{"nothing": "locals {}\n", "a table": "resource \"aws_dynamodb_table\" \"t\" {\n}\n"} {
		dir := t.TempDir()
		t.Chdir(dir)
		check(t, os.WriteFile("main.tf", []byte(src), 0o644))
		var diff, stderr bytes.Buffer
		cli.Main([]string{"-n"}, nil, &diff, &stderr)
		apply := exec.Command("git", "apply", "--allow-empty")
		apply.Stdin = &diff
		if out, err := apply.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", name, err, out)
		}
		if got := cli.Main([]string{"--check"}, nil, &diff, &stderr); got != cli.ExitDone {
			t.Errorf("%s: afterwards exit %d", name, got)
		}
	}
}
