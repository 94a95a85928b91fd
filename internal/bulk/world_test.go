package bulk

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cmkify/internal/testkit/command"
)

// A world is a folder with bare repositories, a place for reports, and a git
// and a cmkify that know nothing else of the machine.
type world struct {
	t       *testing.T
	dir     string
	env     []string
	recipes string
}

const table = `resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
`

var left = strings.Replace(strings.ReplaceAll(table, "orders", "left"), "  }\n}\n", "  }\n\n  lifecycle {\n    ignore_changes = [server_side_encryption]\n  }\n}\n", 1)

// contents are the files of each repository; that without any has no commit.
var contents = map[string]map[string]string{
	"team/plain":  {"main.tf": table},
	"team/clean":  {"main.tf": "locals {\n  a = 1\n}\n"},
	"team/left":   {"main.tf": table, "left.tf": left},
	"team/broken": {"main.tf": "resource \"aws_dynamodb_table\" \"a\" {\n"},
	"team/half":   {"good/main.tf": table, "bad/main.tf": "resource \"aws_dynamodb_table\" \"a\" {\n"},
	"other/plain": {"infra/main.tf": table},
	"team/empty":  {},
}

// changed are those in which there is something to fix.
var changed = []string{"other/plain", "team/half", "team/left", "team/plain"}

func newWorld(t *testing.T) *world {
	t.Helper()
	for _, tool := range []string{"git", "sh", "awk", "sed", "xargs"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not in PATH", tool)
		}
	}
	w := &world{t: t, dir: t.TempDir()}
	recipes, err := filepath.Abs("recipes")
	if err != nil {
		t.Fatal(err)
	}
	w.recipes = recipes
	bin := filepath.Dir(command.Path())
	settings := filepath.Join(w.dir, "gitconfig")
	w.write(settings, "[user]\n\tname = A\n\temail = a@example.com\n[init]\n\tdefaultBranch = main\n")
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "GIT_") && !strings.HasPrefix(v, "PATH=") {
			w.env = append(w.env, v)
		}
	}
	w.env = append(w.env, "PATH="+bin+":"+os.Getenv("PATH"), "HOME="+w.dir, "GIT_CONFIG_GLOBAL="+settings, "GIT_CONFIG_NOSYSTEM=1", "REPORTS="+filepath.Join(w.dir, "reports"))
	for name, files := range contents {
		w.publish(name, files)
	}
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
	author := filepath.Join(w.dir, "author", name)
	for file, text := range files {
		w.write(filepath.Join(author, file), text)
	}
	w.must(w.dir, "git", "init", "-q", author)
	if len(files) > 0 {
		w.must(author, "git", "add", "-A")
		w.must(author, "git", "commit", "-qm", "begin")
	}
	w.must(w.dir, "git", "clone", "-q", "--bare", author, w.bare(name))
}

func (w *world) bare(name string) string { return filepath.Join(w.dir, "remote", name+".git") }

func (w *world) url(name string) string { return "file://" + w.bare(name) }

// clone clones a repository into a fresh folder.
func (w *world) clone(name string) string {
	w.t.Helper()
	dir := filepath.Join(w.t.TempDir(), "clone")
	w.must(w.dir, "git", "clone", "-q", w.url(name), dir)
	return dir
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

// pushed returns the message of the commit on the branch cmkify, "" for none.
func (w *world) pushed(name string) string {
	w.t.Helper()
	exit, out, _ := w.run(w.bare(name), nil, "git", "log", "-1", "--format=%B", "cmkify")
	if exit != 0 {
		return ""
	}
	return out
}
