package hook

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cmkify/internal/testkit"
)

// A world is a folder in which git and pre-commit know nothing of the machine
// but its Go, and the hooks of this checkout stand in a repository of their
// own. pre-commit builds them once.
type world struct {
	dir   string
	env   []string
	hooks string // the repository
	rev   string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	for _, tool := range []string{"pre-commit", "git"} {
		testkit.NeedTool(t, tool)
	}
	w := &world{dir: t.TempDir()}
	settings := filepath.Join(w.dir, "gitconfig")
	write(t, settings, "[user]\n\tname = A\n\temail = a@example.com\n[init]\n\tdefaultBranch = main\n[safe]\n\tdirectory = *\n")
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "GIT_") && !strings.HasPrefix(v, "PRE_COMMIT") && !strings.HasPrefix(v, "SKIP=") {
			w.env = append(w.env, v)
		}
	}
	w.env = append(w.env,
		"HOME="+w.dir, "GIT_CONFIG_GLOBAL="+settings, "GIT_CONFIG_NOSYSTEM=1", "PRE_COMMIT_HOME="+filepath.Join(w.dir, "cache"), "PRE_COMMIT_COLOR=never",
		"GOMODCACHE="+goEnv(t, "GOMODCACHE"), "GOCACHE="+goEnv(t, "GOCACHE"), "GOPROXY=off", "GOFLAGS=-modcacherw", "GOTOOLCHAIN=local",
	)
	w.hooks = filepath.Join(w.dir, "hooks")
	w.publish(t)
	return w
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// publish copies what belongs to this checkout into a repository, and
// commits it.
func (w *world) publish(t *testing.T) {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	list, err := exec.Command("git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		testkit.Skip(t, testkit.Checkout, err.Error())
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			continue // deleted, and not yet committed to be
		}
		write(t, filepath.Join(w.hooks, name), string(data))
	}
	w.must(t, w.hooks, "git", "init", "-q")
	w.must(t, w.hooks, "git", "add", "-A")
	w.must(t, w.hooks, "git", "commit", "-qm", "hooks")
	w.rev = strings.TrimSpace(w.must(t, w.hooks, "git", "rev-parse", "HEAD"))
}

// run runs a command in a folder and returns its exit status and what it said.
func (w *world) run(t *testing.T, dir, name string, args ...string) (int, string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir, command.Env = dir, w.env
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	err := command.Run()
	if command.ProcessState == nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return command.ProcessState.ExitCode(), said.String()
}

// must is run for what cannot fail.
func (w *world) must(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	exit, said := w.run(t, dir, name, args...)
	if exit != 0 {
		t.Fatalf("%s %v: exit %d\n%s", name, args, exit, said)
	}
	return said
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A repository is a user's, with a hook installed.
type repository struct {
	*world
	t   *testing.T
	dir string
}

// repository makes one with the hook of that id.
func (w *world) repository(t *testing.T, id string) *repository {
	t.Helper()
	r := &repository{w, t, filepath.Join(t.TempDir(), "user")}
	r.write(".pre-commit-config.yaml", fmt.Sprintf("repos:\n  - repo: %s\n    rev: %s\n    hooks:\n      - id: %s\n        language_version: system\n", w.hooks, w.rev, id))
	r.git("init", "-q")
	r.git("add", "-A")
	r.git("commit", "-qm", "begin")
	w.must(t, r.dir, "pre-commit", "install")
	return r
}

func (r *repository) git(args ...string) string {
	r.t.Helper()
	return r.must(r.t, r.dir, "git", args...)
}

func (r *repository) write(name, text string) {
	r.t.Helper()
	write(r.t, filepath.Join(r.dir, name), text)
}

func (r *repository) read(name string) string {
	r.t.Helper()
	data, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(data)
}

// commit commits what is staged, and returns what was said; passes is whether
// the hook should let it pass.
func (r *repository) commit(passes bool) string {
	r.t.Helper()
	exit, said := r.run(r.t, r.dir, "git", "commit", "-m", "change")
	if (exit == 0) != passes {
		r.t.Fatalf("git commit: exit %d\n%s", exit, said)
	}
	return said
}

// says holds that a text has all the parts.
func says(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is not in\n%s", p, text)
		}
	}
}
