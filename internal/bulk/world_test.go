package bulk

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cmkify/internal/testkit"
	"cmkify/internal/testkit/command"
)

// A world is a folder with bare repositories, a place for reports, and a git
// and a cmkify that know nothing else of the machine. It is written as dir:
//
//	author/NAME      a clone in which somebody works on the repository
//	remote/NAME.git  the repository
//	reports/         what the recipes say
//	temp/            their temporary files
type world struct {
	t       *testing.T
	dir     string
	env     []string
	recipes string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	command.NeedPlain(t)
	for _, tool := range []string{"git", "sh", "awk", "sed", "xargs"} {
		testkit.NeedTool(t, tool)
	}
	w := &world{t: t, dir: t.TempDir()}
	recipes, err := filepath.Abs("recipes")
	if err != nil {
		t.Fatal(err)
	}
	w.recipes = recipes
	bin := filepath.Dir(command.Path())
	settings := filepath.Join(w.dir, ".gitconfig") // go-git looks nowhere else
	w.write(settings, "[user]\n\tname = A\n\temail = a@example.com\n[init]\n\tdefaultBranch = main\n[protocol \"file\"]\n\tallow = always\n")
	w.write(filepath.Join(w.dir, "temp", "keep"), "")
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if !strings.HasPrefix(name, "GIT_") && name != "PATH" && name != "REPOSITORY" && name != "REPLICAS" {
			w.env = append(w.env, v)
		}
	}
	w.env = append(w.env, "PATH="+bin+":"+os.Getenv("PATH"), "HOME="+w.dir, "GIT_CONFIG_GLOBAL="+settings, "GIT_CONFIG_NOSYSTEM=1",
		"REPORTS="+filepath.Join(w.dir, "reports"), "TMPDIR="+filepath.Join(w.dir, "temp"))
	return w
}

func (w *world) write(path, text string) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// publish makes a bare repository with one commit of the files.
func (w *world) publish(name string, files map[string]string) {
	w.t.Helper()
	w.must(w.dir, "git", "init", "-q", w.author(name))
	if len(files) > 0 {
		w.commit(name, "begin", files)
	}
	w.must(w.dir, "git", "clone", "-q", "--bare", w.author(name), w.bare(name))
	w.must(w.author(name), "git", "remote", "add", "origin", w.url(name))
}

// commit writes files into the clone that somebody works in, and commits them.
func (w *world) commit(name, message string, files map[string]string) {
	w.t.Helper()
	for file, text := range files {
		w.write(filepath.Join(w.author(name), file), text)
	}
	w.must(w.author(name), "git", "add", "-A")
	w.must(w.author(name), "git", "commit", "-qm", message)
}

func (w *world) author(name string) string { return filepath.Join(w.dir, "author", name) }

func (w *world) bare(name string) string { return filepath.Join(w.dir, "remote", name+".git") }

func (w *world) url(name string) string { return "file://" + w.bare(name) }

// clone clones a repository into a fresh folder.
func (w *world) clone(name string) string {
	w.t.Helper()
	dir := filepath.Join(w.t.TempDir(), "clone")
	w.must(w.dir, "git", "clone", "-q", w.url(name), dir)
	return dir
}

// recipe runs one of the scripts.
func (w *world) recipe(dir string, env []string, script string, args ...string) (exit int, out, said string) {
	w.t.Helper()
	return w.run(dir, env, "sh", append([]string{filepath.Join(w.recipes, script)}, args...)...)
}

// run runs a command and returns its exit status, what stands on stdout, and
// what on stderr.
func (w *world) run(dir string, env []string, name string, args ...string) (int, string, string) {
	w.t.Helper()
	command := exec.CommandContext(w.t.Context(), name, args...)
	command.Dir, command.Env = dir, append(w.env, env...)
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	err := command.Run()
	if command.ProcessState == nil {
		w.t.Fatalf("%s %v: %v", name, args, err)
	}
	return command.ProcessState.ExitCode(), out.String(), errs.String()
}

func (w *world) must(dir, name string, args ...string) string {
	w.t.Helper()
	exit, out, errs := w.run(dir, nil, name, args...)
	if exit != 0 {
		w.t.Fatalf("%s %v: exit %d\n%s%s", name, args, exit, out, errs)
	}
	return out
}

// branch returns the commit that a branch of a repository is at, "" for none.
func (w *world) branch(name, branch string) string {
	w.t.Helper()
	exit, out, _ := w.run(w.bare(name), nil, "git", "rev-parse", "--verify", "--quiet", "refs/heads/"+branch)
	if exit != 0 {
		return ""
	}
	return strings.TrimSpace(out)
}

// pushed returns the message of the commit on the branch cmkify, "" for none.
func (w *world) pushed(name string) string {
	w.t.Helper()
	if w.branch(name, "cmkify") == "" {
		return ""
	}
	return w.must(w.bare(name), "git", "log", "-1", "--format=%B", "cmkify")
}
