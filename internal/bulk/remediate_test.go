package bulk

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cmkify/internal/testkit"
)

// In a clone, as multi-gitter, git-xargs and turbolift run it.
func TestRemediate(t *testing.T) {
	t.Parallel()
	w := newFleet(t)
	for name := range contents {
		fixed := slices.Contains(changed, name)
		dir := w.clone(name)
		before := w.head(dir)
		exit, out, said := w.recipe(dir, []string{"REPOSITORY=" + name}, "remediate.sh", "commit")
		if (exit != 0) != (name == "team/broken") {
			t.Errorf("%s: exit %d\n%s%s", name, exit, out, said)
		}
		if committed := w.head(dir) != before; committed != fixed {
			t.Errorf("%s: committed: %v", name, committed)
		}
		if dirty := w.must(dir, "git", "status", "--porcelain"); dirty != "" {
			t.Errorf("%s: left in the clone: %s", name, dirty)
		}
		if fixed {
			w.isPage(name, w.must(dir, "git", "log", "-1", "--format=%B"))
			w.isOurs(dir, "HEAD")
		}
	}
	w.isTold("fixed")
	for _, name := range changed {
		dir := w.clone(name)
		w.recipe(dir, []string{"REPOSITORY=" + name}, "remediate.sh", "commit")
		head := w.head(dir)
		if exit, _, said := w.recipe(dir, []string{"REPOSITORY=" + name}, "remediate.sh", "commit"); exit != 0 && name != "team/half" || w.head(dir) != head {
			t.Errorf("%s: a second run commits: exit %d\n%s", name, exit, said)
		}
		if outcome, why := w.outcome(w.url(name)); outcome != "unchanged" && name != "team/half" {
			t.Errorf("%s: a second run says %s: %s", name, outcome, why)
		}
	}
}

// isOurs holds that a commit has the trailer that names its tree.
func (w *world) isOurs(dir, commit string) {
	w.t.Helper()
	out := strings.Fields(w.must(dir, "git", "log", "-1", "--format=%T %(trailers:key=Cmkify-Tree,valueonly)", commit))
	if len(out) != 2 || out[0] != out[1] {
		w.t.Errorf("the tree and the trailer are %q", out)
	}
}

// head returns the commit that is checked out, "" for none.
func (w *world) head(dir string) string {
	w.t.Helper()
	_, out, _ := w.run(dir, nil, "git", "rev-parse", "--verify", "--quiet", "HEAD")
	return strings.TrimSpace(out)
}

// Without commit the change is left to the engine.
func TestRemediateUncommitted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish("team/plain", contents["team/plain"])
	dir := w.clone("team/plain")
	exit, out, said := w.recipe(dir, []string{"XARGS_REPO_OWNER=team", "XARGS_REPO_NAME=plain"}, "remediate.sh")
	if dirty := w.must(dir, "git", "status", "--porcelain"); exit != 0 || dirty != " M main.tf\n" || out != "fixed\t"+w.url("team/plain")+"\t\n" {
		t.Errorf("exit %d, %q\n%s%s", exit, dirty, out, said)
	}
	pages, err := filepath.Glob(filepath.Join(w.dir, "reports", "team-plain-*.md"))
	if err != nil || len(pages) != 1 {
		t.Errorf("%q: %v", pages, err)
	}
}

// Reports are never written into a clone.
func TestReportsElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(plain, contents[plain])
	dir := w.clone(plain)
	for _, reports := range []string{"", "reports"} {
		exit, out, said := w.recipe(dir, []string{"REPORTS=" + reports}, "remediate.sh", "commit")
		if dirty := w.must(dir, "git", "status", "--porcelain"); exit == 0 || dirty != "" || !strings.Contains(said, "REPORTS") {
			t.Errorf("REPORTS=%s: exit %d, %q\n%s%s", reports, exit, dirty, out, said)
		}
	}
}

// Live replicas are not re-created by a campaign, unless it is asked for.
func TestRemediateReplicas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish("team/global", contents["team/global"])
	for replicas, want := range map[string]string{"": "unchanged", "skip": "unchanged", "fix": "fixed"} {
		dir := w.clone("team/global")
		exit, out, said := w.recipe(dir, []string{"REPLICAS=" + replicas}, "remediate.sh", "commit")
		outcome, _ := w.outcome(w.url("team/global"))
		if changes := w.must(dir, "git", "log", "--oneline", "origin/main.."); exit != 0 || outcome != want || (changes != "") != (want == "fixed") {
			t.Errorf("REPLICAS=%s: exit %d, %s, %q\n%s%s", replicas, exit, outcome, changes, out, said)
		}
		page, err := filepath.Glob(filepath.Join(w.dir, "reports", "*.md"))
		if err != nil || len(page) != 1 {
			t.Fatalf("%q: %v", page, err)
		}
		text, err := os.ReadFile(page[0])
		if err != nil || !strings.Contains(string(text), map[string]string{"fixed": "**replica-recreated**", "unchanged": "`replica-expression`"}[want]) {
			t.Errorf("REPLICAS=%s: %v: the page is\n%s", replicas, err, text)
		}
	}
}

// unusualClones are what a user may have done to a clone.
var unusualClones = map[string]struct {
	arrange func(w *world, dir string)
	why     string // "" where the clone is fixed all the same
}{
	"a changed file": {func(w *world, dir string) { w.write(filepath.Join(dir, "main.tf"), table+"\n") }, "not committed: main.tf"},
	"a staged file": {func(w *world, dir string) {
		w.write(filepath.Join(dir, "sta ged.txt"), "x")
		w.must(dir, "git", "add", "-A")
	}, `not committed: "sta ged.txt"`},
	"staged, and taken back in the work tree": {func(w *world, dir string) {
		w.write(filepath.Join(dir, "main.tf"), "")
		w.must(dir, "git", "add", "-A")
		w.write(filepath.Join(dir, "main.tf"), table)
	}, "not committed: main.tf"},
	"a removed file":  {func(w *world, dir string) { w.must(dir, "git", "rm", "-q", "README.md") }, "not committed: README.md"},
	"an unknown file": {func(w *world, dir string) { w.write(filepath.Join(dir, "new.tf"), table) }, "not committed: new.tf"},
	"an unknown file, and a git that shows none": {func(w *world, dir string) {
		w.must(dir, "git", "config", "status.showUntrackedFiles", "no")
		w.write(filepath.Join(dir, "new.tf"), table)
	}, "not committed: new.tf"},
	"a merge without changes": {func(w *world, dir string) {
		w.must(dir, "git", "checkout", "-q", "-b", "other")
		w.must(dir, "git", "commit", "-q", "--allow-empty", "-m", "other")
		w.must(dir, "git", "checkout", "-q", "main")
		w.must(dir, "git", "merge", "-q", "--no-ff", "--no-commit", "other")
	}, "a merge or rebase is not finished: MERGE_HEAD"},
	"a rebase": {func(w *world, dir string) {
		w.must(dir, "git", "commit", "-q", "--allow-empty", "-m", "x")
		w.run(dir, []string{"GIT_SEQUENCE_EDITOR=sed -i 1ibreak"}, "git", "rebase", "-q", "-i", "HEAD~1")
	}, "a merge or rebase is not finished: rebase-merge"},
	"a submodule": {func(w *world, dir string) {
		w.must(dir, "git", "submodule", "--quiet", "add", w.url("team/sub"), "modules/a b")
		w.must(dir, "git", "commit", "-qm", "a submodule")
	}, "a submodule is checked out: modules/a b"},
	"a submodule that is not checked out": {func(w *world, dir string) {
		w.must(dir, "git", "submodule", "--quiet", "add", w.url("team/sub"), "modules/a b")
		w.must(dir, "git", "commit", "-qm", "a submodule")
		w.must(dir, "git", "submodule", "--quiet", "deinit", "--all", "--force")
	}, ""},
	"a hook that refuses":            {func(w *world, dir string) { w.hook(dir, "commit-msg", "echo 'fatal: no ticket' >&2; exit 1\n") }, "git commit: fatal: no ticket"},
	"a hook that changes the commit": {func(w *world, dir string) { w.hook(dir, "pre-commit", "echo x >added.txt; git add added.txt\n") }, "a hook of git changed the commit"},
	"a detached HEAD":                {func(w *world, dir string) { w.must(dir, "git", "checkout", "-q", "--detach") }, ""},
	"signed, and shown": {func(w *world, dir string) {
		testkit.NeedTool(w.t, "ssh-keygen")
		w.must(w.dir, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key")
		for _, setting := range []string{"gpg.format ssh", "commit.gpgSign true", "log.showSignature true", "user.signingKey " + filepath.Join(w.dir, "key")} {
			w.must(dir, "git", append([]string{"config"}, strings.SplitN(setting, " ", 2)...)...)
		}
	}, ""},
	"no remote": {func(w *world, dir string) { w.must(dir, "git", "remote", "remove", "origin") }, ""},
}

// What a user has not committed, or is in the middle of, is never committed
// under cmkify's title, and not changed either.
func TestRemediateRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range unusualClones {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.env = append(w.env, "REPORTS="+filepath.Join(w.dir, "re ports"))
			w.publish("team/pla in", map[string]string{"main.tf": table, "README.md": "x\n"})
			w.publish("team/sub", contents["team/plain"])
			dir := filepath.Join(w.dir, "clo ne")
			w.must(w.dir, "git", "clone", "-q", w.url("team/pla in"), dir)
			w.recipe(w.clone("team/pla in"), []string{"REPOSITORY=" + w.url("team/pla in")}, "remediate.sh") // leaves reports
			c.arrange(w, dir)
			head, status, sums := w.head(dir), w.must(dir, "git", "status", "--porcelain"), w.must(dir, "sh", "-c", "git submodule --quiet foreach git status --porcelain; git ls-files -s; cat main.tf")
			exit, out, said := w.recipe(dir, nil, "remediate.sh", "commit")
			words := strings.Split(strings.TrimSuffix(out, "\n"), "\t")
			if reports := w.must(w.dir, "ls", "re ports"); strings.HasPrefix(words[0], "refused") && strings.Count(reports, "\n") != 1 {
				t.Errorf("what is reported is not of this run:\n%s", reports)
			}
			if c.why == "" {
				if exit != 0 || words[0] != "fixed" || w.must(dir, "git", "rev-parse", "HEAD^") != head+"\n" {
					t.Errorf("exit %d, %q\n%s", exit, words, said)
				}
				if files := w.must(dir, "git", "diff", "--name-only", "HEAD^", "HEAD"); files != "main.tf\n" {
					t.Errorf("committed are %q", files)
				}
				return
			}
			if exit != 1 || words[2] != c.why || words[0] != "refused" && !strings.HasPrefix(name, "a hook") {
				t.Errorf("exit %d, %q\n%s", exit, words, said)
			}
			if strings.HasPrefix(name, "a hook") {
				return // the clone is the engine's, which takes nothing from one that failed
			}
			if after := w.must(dir, "sh", "-c", "git submodule --quiet foreach git status --porcelain; git ls-files -s; cat main.tf"); w.head(dir) != head || after != sums || w.must(dir, "git", "status", "--porcelain") != status {
				t.Errorf("the clone has changed:\n%s", w.must(dir, "git", "diff", head))
			}
		})
	}
}

func (w *world) hook(dir, name, script string) {
	w.t.Helper()
	path := filepath.Join(dir, ".git", "hooks", name)
	w.write(path, "#!/bin/sh\n"+script)
	if err := os.Chmod(path, 0o755); err != nil {
		w.t.Fatal(err)
	}
}
