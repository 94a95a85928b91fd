package bulk

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cmkify/internal/testkit/command"
)

// counts are what a summary counts, as far as the tests look at it.
type counts struct{ Tables, Compliant, Fixed, Manual, Suppressed, Errors int }

// A single run over many clones: each is counted by itself, worktrees too, and
// so are those without tables, files or commits; none of the bad ones stops
// the others.
func TestOneRun(t *testing.T) {
	t.Parallel()
	w := newFleet(t)
	w.publish("team/right", map[string]string{"main.tf": strings.Replace(table, "\n  attribute", "\n  server_side_encryption {\n    enabled     = true\n    kms_key_arn = \"arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012\"\n  }\n\n  attribute", 1)})
	w.publish("team/suppressed", map[string]string{"main.tf": "#cmkify:ignore public data\n" + table})
	clones := filepath.Join(w.dir, "clones")
	want := map[string]counts{
		"team/plain": {Tables: 1, Fixed: 1}, "team/clean": {}, "team/left": {Tables: 2, Fixed: 1, Manual: 1}, "team/broken": {Errors: 1},
		"team/half": {Tables: 1, Fixed: 1, Errors: 1}, "other/plain": {Tables: 1, Fixed: 1}, "team/docs": {}, "team/empty": {},
		"team/global": {Tables: 1, Fixed: 1}, "team/warned": {Tables: 1, Fixed: 1}, "team/a-b": {Tables: 1, Fixed: 1}, "team-a/b": {Tables: 1, Fixed: 1},
		"team/right": {Tables: 1, Compliant: 1}, "team/suppressed": {Tables: 1, Suppressed: 1},
	}
	for name := range want {
		w.must(w.dir, "git", "clone", "-q", w.url(name), filepath.Join(clones, name))
	}
	w.must(filepath.Join(clones, "team/plain"), "git", "worktree", "add", "-q", filepath.Join(clones, "worktree"))
	w.write(filepath.Join(clones, "damaged", ".git"), "gitdir: nowhere\n")
	w.write(filepath.Join(clones, "damaged", "main.tf"), table)
	w.write(filepath.Join(clones, "none", "main.tf"), table)
	for _, path := range []string{"worktree", "damaged", ""} {
		want[path] = counts{Tables: 1, Fixed: 1}
	}
	exit, out, said := w.run(clones, nil, command.Path(), "--format", "jsonl=../report.jsonl", ".")
	if exit != 2 || out != "" { // some files are broken
		t.Errorf("exit %d, %q\n%s", exit, out, said)
	}
	report, err := os.ReadFile(filepath.Join(w.dir, "report.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]counts{}
	for line := range strings.Lines(string(report)) {
		var read struct {
			Type       string
			Repository struct{ Path, Commit, Remote string }
			Summary    counts
		}
		if err := json.Unmarshal([]byte(line), &read); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if read.Type != "summary" {
			continue
		}
		path := read.Repository.Path
		if _, again := got[path]; again {
			t.Errorf("two summaries of %s", path)
		}
		got[path] = read.Summary
		known := path != "" && path != "damaged"
		if (len(read.Repository.Commit) == 40) != (known && path != "team/empty") || strings.HasPrefix(read.Repository.Remote, "file://") != known {
			t.Errorf("%q is at %+v", path, read.Repository)
		}
	}
	for path := range want {
		if got[path] != want[path] {
			t.Errorf("%s: %+v, want %+v", path, got[path], want[path])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d summaries, want %d", len(got), len(want))
	}
	w.isTable(said, want)
}

// isTable holds the table at the end of a run to the summaries, and its last
// row to the sums.
func (w *world) isTable(said string, want map[string]counts) {
	w.t.Helper()
	var header []string
	rows, sums := map[string]map[string]string{}, map[string]int{}
	for line := range strings.Lines(said) {
		words := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "repository "):
			header = words
		case header != nil && len(words) == len(header):
			row := map[string]string{}
			for i, word := range words {
				row[header[i]] = word
				if n, err := strconv.Atoi(word); err == nil && words[0] != "total" {
					sums[header[i]] += n
				}
			}
			rows[words[0]] = row
		}
	}
	if shown := strings.Fields(pageLine(w.t, "repository ")); !slices.Equal(shown, header) {
		w.t.Errorf("the README shows a table of %q, not of %q", shown, header)
	}
	for path, c := range want {
		if path == "" {
			path = "(none)"
		}
		for column, n := range map[string]int{"tables": c.Tables, "compliant": c.Compliant, "fixed": c.Fixed, "left": c.Manual, "suppressed": c.Suppressed, "errors": c.Errors} {
			if rows[path][column] != strconv.Itoa(n) {
				w.t.Errorf("%s has %q %s in the table, want %d\n%s", path, rows[path][column], column, n, said)
			}
		}
	}
	if len(rows) != len(want)+1 || rows["team/warned"]["warnings"] != "1" || len(sums) != 9 {
		w.t.Errorf("the table is\n%s", said)
	}
	for column, sum := range sums {
		if rows["total"][column] != strconv.Itoa(sum) {
			w.t.Errorf("the total of %s is %s, want %d", column, rows["total"][column], sum)
		}
	}
}

// Wherever a run stands, a report names files as their repository does.
func TestPathsInRepository(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish("team/infra", map[string]string{"README.md": "", "in fra/main.tf": imported, "in fra/left.tf": left, "in fra/bad/x.tf": broken, "in fra/s.tf": "#cmkify:ignore x\n" + strings.ReplaceAll(table, "orders", "s")})
	dir := w.clone("team/infra")
	link := filepath.Join(w.dir, "link")
	if err := os.Symlink(filepath.Join(dir, "in fra"), link); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ pwd, arg string }{
		"in it": {dir, "."}, "above it": {filepath.Dir(dir), "clone"}, "elsewhere": {w.dir, dir}, "below its root": {filepath.Join(dir, "in fra"), "."},
		"beside": {filepath.Join(dir, "in fra", "bad"), "../../in fra"}, "a link below its root": {w.dir, "link"}, "a file": {filepath.Dir(dir), "clone/in fra/main.tf"},
	} {
		t.Run(name, func(t *testing.T) {
			_, out, said := w.run(c.pwd, nil, command.Path(), "--check", "--format", "jsonl", c.arg)
			files := map[string]int{}
			for line := range strings.Lines(out) {
				var read struct {
					Type, File, Module string
					Problems           []struct{ File string }
					Keys               []struct{ Module string }
					Suppression        *struct{ File string }
					Warnings           []struct{ Message string }
				}
				if err := json.Unmarshal([]byte(line), &read); err != nil {
					t.Fatalf("%v: %s", err, line)
				}
				if read.Type == "finding" && read.Module != "in fra" {
					t.Errorf("the module is %q", read.Module)
				}
				for _, key := range read.Keys {
					if key.Module != "in fra" {
						t.Errorf("the module of a key is %q", key.Module)
					}
				}
				for _, file := range append([]struct{ File string }{{read.File}}, read.Problems...) {
					files[file.File]++
				}
				if read.Suppression != nil {
					files[read.Suppression.File]++
				}
				for _, warning := range read.Warnings {
					files["warning"]++
					if !strings.HasSuffix(warning.Message, " (in fra/main.tf:12)") {
						t.Errorf("the warning is %q", warning.Message)
					}
				}
			}
			delete(files, "") // of the summary
			want := map[string]int{"in fra/main.tf": 2, "in fra/left.tf": 2, "in fra/s.tf": 3, "in fra/bad/x.tf": 1, "warning": 1}
			if name == "a file" {
				want = map[string]int{"in fra/main.tf": 2, "warning": 1}
			}
			for file, n := range want {
				if files[file] != n || len(files) != len(want) {
					t.Errorf("files are %v, want %v\n%s%s", files, want, out, said)
					break
				}
			}
		})
	}
}
