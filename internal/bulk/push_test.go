package bulk

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"cmkify/internal/testkit"
)

const plain = "team/plain"

// one runs one.sh for a repository and returns what it prints.
func (w *world) one(name string, env ...string) string {
	w.t.Helper()
	exit, out, said := w.recipe(w.dir, env, "one.sh", w.url(name))
	outcome, rest, _ := strings.Cut(strings.TrimSuffix(out, "\n"), "\t")
	url, why, _ := strings.Cut(rest, "\t")
	if told, because := w.outcome(w.url(name)); strings.Count(out, "\n") != 1 || url != w.url(name) || told != outcome || because != why {
		w.t.Errorf("printed is %q, reported %s: %q\n%s", out, told, because, said)
	}
	if want := map[string]int{"failed": 1, "refused": 1}[outcome]; exit != want {
		w.t.Errorf("%s: exit %d\n%s", outcome, exit, said)
	}
	left, err := os.ReadDir(filepath.Join(w.dir, "temp"))
	if err != nil || len(left) != 1 {
		w.t.Errorf("left behind: %v, %v", left, err)
	}
	return strings.TrimSuffix(outcome+": "+why, ": ")
}

// grow commits another table to the default branch, so that the fix changes.
func (w *world) grow(message string) {
	w.t.Helper()
	name := strings.ReplaceAll(message, " ", "_")
	w.commit(plain, message, map[string]string{name + ".tf": strings.ReplaceAll(table, "orders", name)})
	w.must(w.author(plain), "git", "push", "-q", "origin", "HEAD")
}

// review makes a reviewer run a script in a clone of the branch cmkify and
// push it.
func (w *world) review(script string) {
	w.t.Helper()
	dir := w.clone(plain)
	w.must(dir, "git", "checkout", "-q", "cmkify")
	w.must(dir, "git", "config", "user.name", "Jane Doe")
	w.must(dir, "sh", "-ec", script)
	w.must(dir, "git", "push", "-q", "--force", "origin", "HEAD:cmkify")
}

// foreign is how a branch with a reviewer's commit is told.
const foreign = "refused: its branch cmkify has a commit of Jane Doe: "

// afterFirstPush is what may have been done to a repository whose fix was
// pushed, and what the next run says of it: "pushed", or the branch stays.
var afterFirstPush = map[string]struct {
	arrange func(w *world)
	want    string
}{
	"nothing":             {func(*world) {}, "unchanged: its branch cmkify has this change already"},
	"the base has grown":  {func(w *world) { w.grow("more") }, "pushed"},
	"a new base, no file": {func(w *world) { w.must(w.author(plain), "sh", "-ec", "git commit -q --allow-empty -m x; git push -q") }, "unchanged: its branch cmkify has this change already"},
	"a reviewer's commit": {func(w *world) {
		w.review("echo x >x; git add x; git commit -qm x")
		w.grow("more")
	}, foreign},
	"a reviewer's commit, and the same base": {func(w *world) { w.review("echo x >x; git add x; git commit -qm x") }, foreign},
	"a reviewer's commit that undoes itself": {func(w *world) {
		w.review("echo x >x; git add x; git commit -qm x; git revert --no-edit HEAD")
		w.grow("more")
	}, foreign},
	"a reviewer with a name": {func(w *world) {
		w.review("git config user.name \"$(printf 'J\\033[31m\\302\\233\\\"\\\\\\t\\303\\244')\"; echo x >x; git add x; git commit -qm x")
	}, `refused: its branch cmkify has a commit of J?[31m??\"\ ??: `},
	"an amended commit": {func(w *world) { w.review("echo x >x; git add x; git commit -q --amend --no-edit --reset-author") }, foreign},
	"an amended commit, without the trailer": {func(w *world) {
		w.review("git commit -q --amend --reset-author -m 'Use customer keys'")
		w.grow("more")
	}, foreign},
	"a trailer in the text": {func(w *world) {
		w.review(`git commit -q --amend --reset-author -m "x" -m "Cmkify-Tree: $(git rev-parse HEAD^{tree})" -m "y"`)
		w.grow("more")
	}, foreign},
	"a commit below": {func(w *world) {
		w.review(`message=$(git log -1 --format=%B); tree=$(git rev-parse HEAD^{tree}); git reset -q --hard HEAD^; echo x >x; git add x; git commit -qm x; git reset -q --hard "$(git commit-tree -p HEAD -m "$message" $tree)"`)
		w.grow("more")
	}, foreign},
	"merged with the base": {func(w *world) {
		w.grow("more")
		w.review("git merge -q -m merged origin/main")
	}, foreign},
	"the base is another": {func(w *world) {
		w.must(w.author(plain), "sh", "-ec", "git commit -q --amend -m begin-again; git push -q --force origin main")
		w.grow("more")
	}, "refused: its branch cmkify has a commit of A: "},
	"taken over, and grown": {func(w *world) {
		w.must(w.author(plain), "sh", "-ec", "git fetch -q; git merge -q --ff-only origin/cmkify; git push -q origin main")
		w.grow("more")
	}, "pushed"},
	"squashed, and grown": {func(w *world) {
		w.must(w.author(plain), "sh", "-ec", "git fetch -q; git merge -q --squash origin/cmkify; git commit -qm squashed; git push -q origin main")
		w.grow("more")
	}, "pushed"},
	"taken over": {func(w *world) {
		w.must(w.author(plain), "sh", "-ec", "git fetch -q; git merge -q --ff-only origin/cmkify; git push -q origin main")
	}, "unchanged"},
}

// A branch that is there is replaced only when all of it is cmkify's; what
// people have done to it stays, and is told.
func TestPushAgain(t *testing.T) {
	t.Parallel()
	for name, c := range afterFirstPush {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.publish(plain, contents[plain])
			for _, message := range []string{"a", "b"} { // so that one.sh's clone is shallow
				w.commit(plain, message, map[string]string{message: ""})
			}
			w.must(w.author(plain), "git", "push", "-q", "--set-upstream", "origin", "main")
			if got := w.one(plain); got != "pushed" {
				t.Fatal(got)
			}
			c.arrange(w)
			before := w.branch(plain, "cmkify")
			got := w.one(plain)
			if strings.HasPrefix(c.want, "refused") {
				got = got[:strings.LastIndex(got, " ")+1] // a commit's hash
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			after := w.branch(plain, "cmkify")
			if c.want != "pushed" {
				if after != before {
					t.Error("the branch is not what it was")
				}
				return
			}
			w.isOurs(w.bare(plain), after)
			if w.must(w.bare(plain), "git", "rev-parse", "cmkify^") != w.must(w.bare(plain), "git", "rev-parse", "main") {
				t.Error("the branch is not one commit above the base")
			}
			if got := w.one(plain); got != "unchanged: its branch cmkify has this change already" {
				t.Errorf("a third run: %s", got)
			}
		})
	}
}

// What somebody else has on a branch of that name stays.
func TestPushOverForeign(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"a commit":            "git checkout -q -b cmkify; echo x >x; git add x; git commit -qm x",
		"the base, no commit": "git checkout -q -b cmkify",
		"another history":     "git checkout -q --orphan cmkify; git commit -qm x",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.publish(plain, contents[plain])
			w.must(w.author(plain), "sh", "-ec", script+"; git push -q origin cmkify")
			before := w.branch(plain, "cmkify")
			if got := w.one(plain); got != "refused: its branch cmkify has a commit of A: "+before || w.branch(plain, "cmkify") != before {
				t.Error(got)
			}
		})
	}
}

// What is pushed between the look at the branch and the push stays, whether
// there was a branch or not.
func TestPushRace(t *testing.T) {
	t.Parallel()
	git := testkit.NeedTool(t, "git")
	for _, again := range []bool{false, true} {
		t.Run(fmt.Sprint("again: ", again), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.publish(plain, contents[plain])
			if again {
				if got := w.one(plain); got != "pushed" {
					t.Fatal(got)
				}
				w.grow("more")
			}
			w.must(w.author(plain), "git", "checkout", "-q", "-b", "theirs")
			w.commit(plain, "theirs", map[string]string{"x": ""})
			theirs := w.head(w.author(plain))
			path := filepath.Join(w.dir, "bin", "git")
			w.write(path, fmt.Sprintf("#!/bin/sh\ncase $1 in push) %s -C %s push -q --force origin theirs:cmkify ;; esac\nexec %[1]s \"$@\"\n", git, w.author(plain)))
			if err := os.Chmod(path, 0o755); err != nil {
				t.Fatal(err)
			}
			w.env = append(w.env, "PATH="+filepath.Dir(path)+":"+w.path())
			if got := w.one(plain); got != "failed: ! [rejected]        HEAD -> cmkify (stale info)" {
				t.Error(got)
			}
			if w.branch(plain, "cmkify") != theirs {
				t.Error("their commit is gone")
			}
		})
	}
}

// path returns the PATH of the world's commands.
func (w *world) path() string {
	out := ""
	for _, v := range w.env {
		if value, is := strings.CutPrefix(v, "PATH="); is {
			out = value
		}
	}
	return out
}

// Remotes that are not what one expects.
func TestPushOdd(t *testing.T) {
	t.Parallel()
	const dirty = "refused: not committed: x"
	for name, c := range map[string]struct {
		script string   // in the bare repository, $1 being the author's clone
		want   []string // how what is said begins, one of these
	}{
		"another default branch":          {"git branch -m main trunk/1", []string{"pushed"}},
		"cmkify is the default branch":    {"git branch -m main cmkify", []string{"refused: cmkify is its default branch"}},
		"a detached HEAD":                 {"git update-ref --no-deref HEAD main", []string{"pushed"}},
		"a HEAD that is not there":        {"git symbolic-ref HEAD refs/heads/gone", []string{"failed: its HEAD is a branch that does not exist"}},
		"a tag and a folder of that name": {`git tag cmkify main; cd "$1"; mkdir cmkify; mv main.tf cmkify; git add -A; git commit -qm moved; git push -q origin main`, []string{"pushed"}},
		"a branch below that name":        {"git branch cmkify/x main", []string{"failed: ! [remote rejected] HEAD -> cmkify ("}},
		"a remote that refuses":           {`printf '#!/bin/sh\necho no >&2\nexit 1\n' >hooks/pre-receive; chmod +x hooks/pre-receive`, []string{"failed: ! [remote rejected] HEAD -> cmkify (pre-receive hook declined)"}},
		// Whether git sees that depends on the second in which it looks.
		"a file that was committed without its filter": {`cd "$1"; printf 'x\r\n' >x; git add x; git commit -qm x; echo 'x text eol=lf' >.gitattributes; git add .gitattributes; git commit -qm y; git push -q origin main`, []string{dirty, "pushed"}},
		"damaged":             {"rm -rf objects/*", []string{"failed: "}},
		"nobody to commit as": {`printf '[user]\n\tuseConfigOnly = true\n' >"$HOME/.gitconfig"`, []string{"failed: git commit: fatal: no email was given and auto-detection is disabled"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.publish(plain, contents[plain])
			w.must(w.bare(plain), "sh", "-ec", c.script, "sh", w.author(plain))
			before := w.branch(plain, "cmkify")
			got := w.one(plain)
			if !slices.ContainsFunc(c.want, func(want string) bool { return strings.HasPrefix(got, want) }) {
				t.Errorf("%s, want %s", got, c.want)
			}
			after := w.branch(plain, "cmkify")
			if (after != before) != (got == "pushed") {
				t.Errorf("the branch is %q, was %q", after, before)
			}
			if got == "pushed" {
				if files := w.must(w.bare(plain), "git", "show", "--format=", "--name-only", after); files != "main.tf\n" && files != "cmkify/main.tf\n" {
					t.Errorf("pushed are %q", files)
				}
			}
		})
	}
}

// A run that is interrupted says so, whatever ends it, leaves no branch, and
// does not stand in the way of the next.
func TestPushInterrupted(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.publish(plain, contents[plain])
			path := filepath.Join(w.dir, "bin", "cmkify")
			w.write(path, "#!/bin/sh\necho x >>main.tf\n: >\"$HOME/reached\"\nsleep 60\n")
			w.must(w.dir, "chmod", "+x", path)
			command := exec.Command("sh", filepath.Join(w.recipes, "one.sh"), w.url(plain))
			command.Dir, command.Env = w.dir, append(w.env, "PATH="+filepath.Dir(path)+":"+w.path())
			command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // as a terminal does
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			for i := 0; ; i++ {
				if _, err := os.Stat(filepath.Join(w.dir, "reached")); err == nil {
					break
				}
				if i == 500 {
					t.Fatal("cmkify does not run")
				}
				time.Sleep(20 * time.Millisecond)
			}
			if err := syscall.Kill(-command.Process.Pid, signal); err != nil {
				t.Fatal(err)
			}
			if err := command.Wait(); err == nil {
				t.Error("an interrupted run exits 0")
			}
			if outcome, why := w.outcome(w.url(plain)); outcome != "failed" || why != "interrupted" || w.branch(plain, "cmkify") != "" {
				t.Errorf("%s: %s, the branch is %q", outcome, why, w.branch(plain, "cmkify"))
			}
			if signal == syscall.SIGKILL {
				w.must(w.dir, "sh", "-c", "rm -rf temp/tmp.*") // nobody is left to do it
			}
			if got := w.one(plain); got != "pushed" {
				t.Errorf("the next run: %s", got)
			}
		})
	}
}

// Two runs at the same time give one branch.
func TestPushTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(plain, contents[plain])
	script := `sh "$0" "$1" & REPORTS=$REPORTS/2 sh "$0" "$1" & wait`
	_, out, said := w.run(w.dir, nil, "sh", "-c", script, filepath.Join(w.recipes, "one.sh"), w.url(plain))
	if strings.Count(out, "\n") != 2 || !strings.Contains(out, "pushed\t") {
		t.Errorf("%s%s", out, said)
	}
	w.isOurs(w.bare(plain), "cmkify")
	if got := w.one(plain); got != "unchanged: its branch cmkify has this change already" {
		t.Error(got)
	}
}
