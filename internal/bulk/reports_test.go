package bulk

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A reported is a line of a report, as far as the tests look at it.
type reported struct {
	Type       string
	Repository *struct{ Path, Commit, Remote string }
	File       string
	Status     string
	Outcome    string
	Why        string
}

// reports returns all lines of all reports, joined as the page says.
func (w *world) reports() []reported {
	w.t.Helper()
	paths, err := filepath.Glob(filepath.Join(w.dir, "reports", "*.jsonl"))
	if err != nil || len(paths) == 0 {
		w.t.Fatalf("no reports: %v", err)
	}
	var out []reported
	for line := range strings.Lines(w.must(w.dir, "cat", paths...)) {
		var read reported
		if err := json.Unmarshal([]byte(line), &read); err != nil || read.Repository == nil {
			w.t.Fatalf("%v: %s", err, line)
		}
		out = append(out, read)
	}
	return out
}

// outcome returns what the reports say became of a repository, which they
// must say once.
func (w *world) outcome(url string) (outcome, why string) {
	w.t.Helper()
	found := 0
	for _, r := range w.reports() {
		if r.Type == "outcome" && r.Repository.Remote == url {
			outcome, why, found = r.Outcome, r.Why, found+1
		}
	}
	if found != 1 {
		w.t.Errorf("%d outcomes of %s", found, url)
	}
	return outcome, why
}

// isTold holds that the reports tell of each repository of the fleet what
// became of it, done standing for what became of those that changed, and of
// nothing else; and that what they tell can be found in it.
func (w *world) isTold(done string, not ...string) {
	w.t.Helper()
	want := map[string][2]string{
		"team/clean": {"unchanged"}, "team/docs": {"unchanged"}, "team/empty": {"unchanged", "no commits"},
		"team/global": {"unchanged", "something is left to people; see its page"},
		"team/broken": {"failed", "main.tf:1:35: unclosed configuration block: There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file"},
		"team/left":   {done, "something is left to people; see its page"},
		"team/half":   {done, "bad/main.tf:1:35: unclosed configuration block: There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file"},
	}
	for _, name := range changed {
		if _, known := want[name]; !known {
			want[name] = [2]string{done}
		}
	}
	for _, name := range not {
		delete(want, name)
	}
	for name, expected := range want {
		if outcome, why := w.outcome(w.url(name)); outcome != expected[0] || why != expected[1] {
			w.t.Errorf("%s: %s: %q, want %q", name, outcome, why, expected)
		}
	}
	summaries := map[string]bool{}
	for _, r := range w.reports() {
		name := strings.TrimSuffix(strings.TrimPrefix(r.Repository.Remote, "file://"+filepath.Join(w.dir, "remote")+"/"), ".git")
		if _, known := want[name]; !known {
			continue
		}
		if len(r.Repository.Commit) != 40 && name != "team/empty" {
			w.t.Errorf("no commit in %+v", r)
		}
		if r.File != "" && contents[name][r.File] == "" {
			w.t.Errorf("%s has no file %s", name, r.File)
		}
		summaries[name] = summaries[name] || r.Type == "summary"
	}
	for name := range want {
		if summaries[name] != (name != "team/empty") {
			w.t.Errorf("%s has a summary: %v", name, summaries[name])
		}
	}
}

// The files about a repository have names of their own, and tell no secret.
func TestReportNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	names := map[string]string{}
	for _, remote := range []string{
		"https://example.com/a/b-c", "https://example.com/a-b/c", "https://example.com/a/b/c", "https://example.com/x/b-c", "https://example.com/a/b_c",
		"https://example.org/a/b-c", "https://example.com/A/B-C", "ssh://git@example.com/a/b-c", "git@example.com:a/b-c", "git@example.com:a-b/c.git",
		"https://dev.azure.com/org/project/_git/repo", "https://dev.azure.com/org/other/_git/repo", "https://example.com/scm/~me/repo.git", "https://example.com/scm/me/repo.git",
		"file:///srv/a b/c", "file:///srv/a-b/c", ".github", "/", "-rf", "..", "a'b\"$(id)`id`\\/;", "https://example.com/文/字", "https://example.com/" + strings.Repeat("long/", 80) + strings.Repeat("x", 300),
	} {
		out := w.must(w.dir, "sh", "-c", `. "$1/recipe.sh"; about "$2"; begin test; printf %s "$name"`, "sh", w.recipes, remote)
		if before, taken := names[out]; taken || len(out) > 100 || strings.Trim(out, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" || out[0] == '-' {
			t.Errorf("%s is named %s, as %q", remote, out, before)
		}
		names[out] = remote
		if outcome, why := w.outcome(remote); outcome != "failed" || why != "test" {
			t.Errorf("%s: %s, %q", remote, outcome, why)
		}
	}
	for with, without := range map[string]string{
		"https://u:secret@example.com/a/b-c": "https://example.com/a/b-c",
		"https://secret@example.com/a/b-c":   "https://example.com/a/b-c",
		"https://u:se@cret@example.com/@a/b": "https://example.com/@a/b",
		"ssh://u:secret@example.com/a/b":     "ssh://u@example.com/a/b",
		"ssh://git@example.com/a/b":          "ssh://git@example.com/a/b",
		"git@example.com:a/b":                "git@example.com:a/b",
	} {
		script := `. "$1/recipe.sh"; about "$2"; printf '%s %s' "$name" "$remote"`
		one, other := w.must(w.dir, "sh", "-c", script, "sh", w.recipes, with), w.must(w.dir, "sh", "-c", script, "sh", w.recipes, without)
		if one != other || !strings.HasSuffix(one, " "+without) {
			t.Errorf("%s is %s, but %s is %s", with, one, without, other)
		}
	}
}

// pageLine returns the one line of the page about many repositories that begins
// so.
func pageLine(t *testing.T, begin string) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "docs", "bulk.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(page), "\n"+begin)
	rest, _, _ := strings.Cut(after, "\n")
	if !found || strings.Contains(after, "\n"+begin) {
		t.Fatalf("the page has not one line that begins with %q", begin)
	}
	return begin + rest
}
