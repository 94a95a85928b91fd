package bulk

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cmkify/internal/testkit/command"
)

// One run over many clones: each is counted by itself, worktrees too, and none
// of the bad ones stops the others.
func TestOneRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clones := filepath.Join(w.dir, "clones")
	for name, files := range contents {
		if len(files) > 0 {
			w.must(w.dir, "git", "clone", "-q", w.url(name), filepath.Join(clones, name))
		}
	}
	w.must(filepath.Join(clones, "team/plain"), "git", "worktree", "add", "-q", filepath.Join(clones, "worktree"))
	w.write(filepath.Join(clones, "damaged", ".git"), "gitdir: nowhere\n")
	w.write(filepath.Join(clones, "damaged", "main.tf"), table)
	w.write(filepath.Join(clones, "none", "main.tf"), table)
	exit, out, said := w.run(clones, nil, command.Path(), "--format", "jsonl=../report.jsonl", ".")
	if exit != 2 || out != "" { // some files are broken
		t.Errorf("exit %d, %q\n%s", exit, out, said)
	}
	type counts struct{ Tables, Fixed, Manual, Errors int }
	want := map[string]counts{
		"team/plain": {1, 1, 0, 0}, "team/clean": {}, "team/left": {2, 1, 1, 0}, "team/broken": {0, 0, 0, 1}, "team/half": {1, 1, 0, 1},
		"other/plain": {1, 1, 0, 0}, "worktree": {1, 1, 0, 0}, "damaged": {1, 1, 0, 0}, "": {1, 1, 0, 0},
	}
	report, err := os.ReadFile(filepath.Join(w.dir, "report.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	summaries := 0
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
		summaries++
		path := read.Repository.Path
		if got := read.Summary; got != want[path] {
			t.Errorf("%s: %+v, want %+v", path, got, want[path])
		}
		if known := path != "" && path != "damaged"; (len(read.Repository.Commit) == 40) != known || strings.HasPrefix(read.Repository.Remote, "file://") != known {
			t.Errorf("%q is at %+v", path, read.Repository)
		}
	}
	if summaries != len(want) {
		t.Errorf("%d summaries, want %d", summaries, len(want))
	}
	header, rows := "", map[string]bool{}
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "repository ") {
			header = line
		}
		if words := strings.Fields(line); header != "" && len(words) == 8 {
			rows[words[0]] = true
		}
	}
	for path := range want {
		if path == "" {
			path = "(none)"
		}
		if !rows[path] {
			t.Errorf("the table has no row for %s\n%s", path, said)
		}
	}
}
