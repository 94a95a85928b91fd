//go:build unix

package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"cmkify/internal/testkit"
)

// terraform wants what the names of these tests end in.
func terraform(name string) bool { return strings.HasSuffix(name, ".tf") }

// plant makes files in a new folder, and makes it the working directory. A
// name is a file that holds its own name, "a/" a folder, "a -> b" a symbolic
// link, "a| text" a file with a text, "a.fifo!" a pipe, "a.sock!" a socket.
func plant(t testing.TB, names ...string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	switch t := t.(type) {
	case *testing.T:
		t.Chdir(root)
	case *testing.B:
		t.Chdir(root)
	}
	for _, name := range names {
		if err := plantOne(name); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func plantOne(name string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	if link, to, ok := strings.Cut(name, " -> "); ok {
		return os.Symlink(to, link)
	}
	if file, text, ok := strings.Cut(name, "| "); ok {
		return os.WriteFile(file, []byte(text), 0o644)
	}
	if pipe, ok := strings.CutSuffix(name, ".fifo!"); ok {
		return syscall.Mkfifo(pipe, 0o644)
	}
	if path, ok := strings.CutSuffix(name, ".sock!"); ok {
		socket, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		if err == nil {
			socket.SetUnlinkOnClose(false)
			socket.Close()
		}
		return err
	}
	if strings.HasSuffix(name, "/") {
		return os.MkdirAll(name, 0o755)
	}
	return os.WriteFile(name, []byte(name), 0o644)
}

// walked returns what a walk yields: "folder: names" of the wanted files that
// are not left out, with what its diffs are relative to, and "! error".
func walked(o Options, args ...string) []string {
	out := []string{}
	if o.Wanted == nil {
		o.Wanted, o.Editable = terraform, terraform
	}
	for d, err := range Walk(context.Background(), args, o) {
		if err != nil {
			out = append(out, "! "+err.Error())
			continue
		}
		names := d.Named
		if names == nil {
			names = slices.DeleteFunc(slices.Clone(d.Names), func(n string) bool { return !terraform(n) })
		}
		line := d.Path + ": " + strings.Join(names, " ")
		if d.Hidden {
			line += ", hidden"
		}
		if d.Base != "" {
			line += " in " + d.Base + " as " + d.DiffFile(names[0])
		}
		out = append(out, line)
	}
	return out
}

func sameLines(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func TestWalk(t *testing.T) {
	for _, test := range []struct {
		name    string
		plant   []string
		args    []string // . when there is none
		options Options
		want    []string
	}{
		{"nothing", nil, nil, Options{}, nil},
		{"order", []string{"b/x.tf", "a/y.tf", "a/b/x.tf", "a-b/x.tf", "a/x.tf", "B/x.tf", "x.tf", "x.txt", "c/x.txt"}, nil, Options{},
			[]string{".: x.tf", "B: x.tf", "a: x.tf y.tf", "a/b: x.tf", "a-b: x.tf", "b: x.tf"}},
		{"folders of tools", []string{".terraform/x.tf", ".terragrunt-cache/x.tf", ".git/x.tf", ".hidden/x.tf", "node_modules/x.tf", "cdktf.out/x.tf", "a/node_modules/b/x.tf", "modules/x.tf"}, nil, Options{},
			[]string{".: ", "modules: x.tf"}},
		{"repositories without files", []string{"a/.git/", "a/README.md", "b/.git| gitdir: x\n", "c/x.txt", "d/.git/", "d/.gitignore| x.tf\n", "d/x.tf", "e/.git/", "e/a/x.tf"}, nil, Options{},
			[]string{"a: ", "b: ", "d: ", "e: ", "e/a: x.tf"}},
		{"folders of tools, given", []string{".terraform/m/x.tf", "node_modules/x.tf", "cdktf.out/a/x.tf"}, []string{".terraform", "node_modules/", "cdktf.out"}, Options{},
			[]string{".terraform/m: x.tf", "node_modules: x.tf", "cdktf.out/a: x.tf"}},
		{"hidden folders", []string{".git/x.tf", ".github/a/x.tf", ".github/.terraform/x.tf", ".ignored/x.tf", ".gitignore| .ignored\n", "a/.b/x.tf", "a/x.tf"}, nil, Options{Hidden: true},
			[]string{".: ", ".github/a: x.tf, hidden", "a: x.tf", "a/.b: x.tf, hidden"}},
		{"hidden folders, given", []string{".git/", ".github/a/x.tf", ".github/b/x.tf", ".github/c/x.tf"}, []string{".", ".github/a", ".github/b/x.tf"}, Options{Hidden: true},
			[]string{".: ", ".github/c: x.tf, hidden", ".github/a: x.tf", ".github/b: x.tf"}},
		{"hidden folders of no repository", []string{".cache/x.tf", "a/.git/", "a/.b/x.tf"}, nil, Options{Hidden: true},
			[]string{"a: ", "a/.b: x.tf, hidden"}},
		{"hidden files", []string{".x.tf", "a/.y.tf"}, nil, Options{}, []string{".: .x.tf", "a: .y.tf"}},
		{"a folder with a file's name", []string{"x.tf/y.tf"}, nil, Options{}, []string{"x.tf: y.tf"}},
		{"links to folders", []string{"real/x.tf", "link -> real", "loop -> .", "real/up -> ..", "self -> self"}, nil, Options{},
			[]string{"real: x.tf"}},
		{"a link to a folder, given", []string{"real/a/x.tf", "link -> real"}, []string{"link"}, Options{}, []string{"link/a: x.tf"}},
		{"a link, and where it leads to", []string{"real/x.tf", "link -> real"}, []string{"link", "real"}, Options{}, []string{"link: x.tf"}},
		{"a loop, given", []string{"self -> self"}, []string{"self"}, Options{}, []string{"! self: too many links"}},
		{"a link named as a file", []string{"x.tf -> gone", "y.tf -> a", "a/"}, nil, Options{}, []string{".: x.tf y.tf"}},
		{"overlapping arguments", []string{"a/b/x.tf", "a/x.tf", "c/x.tf"}, []string{"a/b", "a", ".", "a/../a/b"}, Options{},
			[]string{"a/b: x.tf", "a: x.tf", "c: x.tf"}},
		{"files are grouped, after folders", []string{"a/x.tf", "a/y.tf", "a/z.tf", "b/x.tf", "c/x.tf"}, []string{"a/z.tf", "b/x.tf", "./a/x.tf", "a/z.tf", "c"}, Options{},
			[]string{"c: x.tf", "a: z.tf x.tf", "b: x.tf"}},
		{"a file and its folder", []string{"a/x.tf", "a/y.tf"}, []string{"a/x.tf", "a"}, Options{}, []string{"a: x.tf y.tf"}},
		{"a file that git ignores and its folder", []string{".git/", ".gitignore| x.tf\n", "a/x.tf", "a/y.tf", "a/b/x.tf", "c/x.tf"}, []string{"a", "a/x.tf", "c/x.tf", "."}, Options{},
			[]string{"a: x.tf y.tf", ".: ", "c: x.tf"}},
		{"a file of another kind", []string{"x.txt", "y.tf"}, []string{"x.txt"}, Options{}, nil},
		{"a link to a file", []string{"x.tf -> a/y", "a/y"}, []string{"x.tf"}, Options{}, []string{".: x.tf"}},
		{"arguments that are not there", []string{"x.tf", "y.tf -> gone"}, []string{"", "gone", "gone/x.tf", "x.tf/a", "y.tf", "."}, Options{},
			[]string{"! : no such file or directory", "! gone: no such file or directory", "! gone/x.tf: no such file or directory", "! x.tf/a: not a directory", "! y.tf: no such file or directory", ".: x.tf y.tf"}},
		{"pipes and sockets", []string{"p.tf.fifo!", "s.tf.sock!"}, []string{"p.tf", "s.tf", "/dev/null", "."}, Options{},
			[]string{"! p.tf: not a regular file", "! s.tf: not a regular file", "! /dev/null: not a regular file", ".: p.tf s.tf"}},
		{"names with control characters", []string{"a\nb/c\n.tf", "\x1b[31m/\xff.tf", "-x/y.tf"}, nil, Options{}, []string{"\x1b[31m: \xff.tf", "-x: y.tf", "a\nb: c\n.tf"}},
		{"excluded", []string{"x.tf", "a/x.tf", "a/y.tf", "b/x.tf", "b/y.tf", "c/a/x.tf"}, nil, Options{Exclude: []string{"/a", "b/x.*", "!b/x.tf", "./b/y.tf"}},
			[]string{".: x.tf", "b: x.tf", "c/a: x.tf"}},
		{"excluded, with what is in it", []string{"a/b/x.tf", "a/x.tf", "b/x.tf"}, []string{"a/b", "a/x.tf", "a/b/x.tf", "b/x.tf"}, Options{Exclude: []string{"a/"}}, []string{"b: x.tf"}},
		{"excluded names", []string{"a/x.tf", "b.d/x.tf", "c/d/e.tf"}, nil, Options{Exclude: []string{"*.d", "c/**/e.tf"}}, []string{"a: x.tf"}},
		{"no .gitignore", []string{".gitignore| a\n", "a/x.tf"}, nil, Options{NoGitignore: true}, []string{"a: x.tf"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			plant(t, test.plant...)
			if test.args == nil {
				test.args = []string{"."}
			}
			sameLines(t, walked(test.options, test.args...), test.want)
		})
	}
}

// TestWalkOutside holds what lies outside the working directory to be shown as
// the argument says, and diffs to be relative to that.
func TestWalkOutside(t *testing.T) {
	root := plant(t, "in/x.tf", "out/x.tf", "out/a/x.tf", "link -> in")
	for _, test := range []struct {
		pwd, arg string
		want     []string
	}{
		{"in", "../out", []string{"../out: x.tf in ../out as x.tf", "../out/a: x.tf in ../out as a/x.tf"}},
		{"in", "../out/a/x.tf", []string{"../out/a: x.tf in ../out/a as x.tf"}},
		{"in", root + "/out/a/", []string{root + "/out/a: x.tf in " + root + "/out/a as x.tf"}},
		{"in", root + "/in", []string{".: x.tf"}},
		{"in", "../in", []string{".: x.tf"}},
		{"in", "..", []string{"../in: x.tf in .. as in/x.tf", "../out: x.tf in .. as out/x.tf", "../out/a: x.tf in .. as out/a/x.tf"}},
		{"link", ".", []string{".: x.tf"}},
		{"link", root + "/link", []string{".: x.tf"}},
		{"link", root + "/in/x.tf", []string{".: x.tf"}},
	} {
		t.Run(test.pwd+" "+test.arg, func(t *testing.T) {
			t.Chdir(filepath.Join(root, test.pwd)) // sets PWD, as a shell does
			sameLines(t, walked(Options{}, test.arg), test.want)
			if test.pwd == "link" {
				sameLines(t, walked(Options{}, test.arg, ".", root+"/in", root+"/link/x.tf"), test.want)
			}
		})
	}
	t.Run("excluded", func(t *testing.T) {
		t.Chdir(filepath.Join(root, "in"))
		sameLines(t, walked(Options{Exclude: []string{"/a"}}, "../out", "../out/a/x.tf"),
			[]string{"../out: x.tf in ../out as x.tf", "../out/a: x.tf in ../out/a as x.tf"})
	})
}

// What is excluded is still there for those who judge the directory.
func TestNamesAndNamed(t *testing.T) {
	plant(t, ".gitignore| z.tf\n", "x.tf", "y.tf", "z.tf", "notes.txt", "a/")
	for _, test := range []struct {
		args        []string
		exclude     string
		names, want string
	}{
		{[]string{"."}, "y.tf", ".gitignore notes.txt x.tf y.tf z.tf", "x.tf"},
		{[]string{"."}, "*.txt", ".gitignore notes.txt x.tf y.tf z.tf", "x.tf y.tf"},
		{[]string{"y.tf", "z.tf"}, "x.tf", ".gitignore notes.txt x.tf y.tf z.tf", "y.tf z.tf"},
	} {
		for d, err := range Walk(t.Context(), test.args, Options{Exclude: []string{test.exclude}, Wanted: terraform, Editable: terraform}) {
			if names, named := strings.Join(d.Names, " "), strings.Join(d.Named, " "); err != nil || names != test.names || named != test.want {
				t.Errorf("%s, without %s: names %s, named %s, error %v; want %s and %s", test.args, test.exclude, names, named, err, test.names, test.want)
			}
		}
	}
}

func TestWalkEnds(t *testing.T) {
	plant(t, "a/x.tf", "b/x.tf", "c/x.tf")
	for _, args := range [][]string{{"."}, {"a/x.tf", "b/x.tf", "c/x.tf"}, {"gone", "."}} {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		n := 0
		for range Walk(ctx, args, Options{Wanted: terraform, Editable: terraform}) {
			n++
			stop()
		}
		if n != 1 {
			t.Errorf("%s: %d come after the context has ended", args, n-1)
		}
		for range Walk(t.Context(), args, Options{Wanted: terraform, Editable: terraform}) {
			break
		}
	}
}

func TestRead(t *testing.T) {
	plant(t, "x.tf", "link.tf -> x.tf", "gone.tf -> gone", "loop.tf -> loop.tf", "a/", "folder.tf -> a", "pipe.tf.fifo!", "to_pipe.tf -> pipe.tf", "socket.tf.sock!", "null.tf -> /dev/null", "zero.tf -> /dev/zero")
	if err := os.Truncate("x.tf", 4); err != nil {
		t.Fatal(err)
	}
	large, err := os.Create("large.tf")
	if err == nil {
		err = errors.Join(large.Truncate(maxFile+1), large.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	const socket = "! not a regular file"
	listed := Single(".")
	changed := listed // after all of them had been files when it was listed
	changed.special = nil
	for name, want := range map[string]string{
		"x.tf": "x.tf", "link.tf": "x.tf",
		"gone.tf": "! no such file or directory", "none.tf": "! no such file or directory", "loop.tf": "! too many levels of symbolic links",
		"folder.tf": "! not a regular file", "pipe.tf": "! not a regular file", "to_pipe.tf": "! not a regular file",
		"socket.tf": socket, "null.tf": "! not a regular file", "zero.tf": "! not a regular file",
		"large.tf": fmt.Sprintf("! too large: %d bytes; up to %d are read", maxFile+1, maxFile),
	} {
		for how, dir := range map[string]Dir{"not listed": {disk: "."}, "listed": listed, "changed": changed} {
			src, err := dir.Append([]byte("before "), name)
			got, found := strings.CutPrefix(string(src), "before ")
			if err != nil {
				got += "! " + err.Error()
			}
			opened := how == "changed" && want == socket && got == "! no such device or address"
			if !found || got != want && !opened {
				t.Errorf("%s, %s: got %q; want %q", name, how, got, want)
			}
		}
	}
}

// unprivileged runs a test once more, by itself and as nobody: nothing is
// unreadable to root. It reports whether this is that run.
func unprivileged(t *testing.T) bool {
	t.Helper()
	if os.Geteuid() != 0 {
		return true
	}
	root := plant(t)
	self, err := os.ReadFile("/proc/self/exe")
	if err == nil {
		err = os.WriteFile("test", self, 0o755)
	}
	for dir := root; err == nil && dir != "/" && dir != os.TempDir(); dir = filepath.Dir(dir) {
		err = os.Chmod(dir, 0o777)
	}
	if err != nil {
		testkit.Skip(t, testkit.OtherUser, err.Error())
	}
	cmd := exec.Command(filepath.Join(root, "test"), "-test.v", "-test.run=^"+t.Name()+"$")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	cmd.Env = append(os.Environ(), "TMPDIR="+root)
	out, err := cmd.CombinedOutput()
	switch {
	case errors.Is(err, fs.ErrPermission):
		testkit.Skip(t, testkit.OtherUser, err.Error())
	case err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()):
		t.Errorf("as another user: %v\n%s", err, out)
	}
	return false
}

func TestUnreadable(t *testing.T) {
	if !unprivileged(t) {
		return
	}
	plant(t, "a/x.tf", "b/c/x.tf", "d/x.tf", "d/.gitignore| b\n", "e/x.tf", "f/x.tf")
	for name, mode := range map[string]fs.FileMode{"b": 0, "d/.gitignore": 0, "e/x.tf": 0, "f": 0o111} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(name, 0o755) })
	}
	sameLines(t, walked(Options{}, ".", "b/c", "f/x.tf"), []string{
		"! b/c: permission denied", "! f/x.tf: permission denied", "a: x.tf", "! b: permission denied", "! d/.gitignore: permission denied", "d: x.tf", "e: x.tf", "! f: permission denied"})
	if _, err := (Dir{disk: "e"}).Read("x.tf"); err == nil || err.Error() != "permission denied" {
		t.Errorf("e/x.tf: %v", err)
	}
	for name, old := range map[string]string{"e": "e/x.tf", "f": "f/x.tf"} {
		err := replaceAll(Dir{Path: name, disk: name}, []Change{{Name: "x.tf", Old: []byte(old)}})
		if err == nil || !strings.Contains(err.Error(), "permission denied") && !strings.Contains(err.Error(), "read-only") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// BenchmarkWalk walks 5,000 folders with 3 files each. `rg --files -g '*.tf'`
// does the like.
func BenchmarkWalk(b *testing.B) {
	root := plant(b, ".git/", ".gitignore| *.tfstate\n.terraform/\n/dist\n!keep.tf\n")
	for i := range 5000 {
		dir := filepath.Join(root, fmt.Sprintf("%02d/%02d/%02d", i%17, i%71, i))
		if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(dir+"/main.tf", nil, 0o644), os.WriteFile(dir+"/variables.tf", nil, 0o644), os.WriteFile(dir+"/README.md", nil, 0o644)); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		n := 0
		for _, err := range Walk(b.Context(), []string{"."}, Options{Wanted: terraform, Editable: terraform}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 5000 {
			b.Fatalf("%d folders", n)
		}
	}
}

func TestBelow(t *testing.T) {
	plant(t, "x.tf", "envs/prod/a.tfvars", "envs/b.tfvars", "a.tfvars", ".terraform/c.tfvars", "node_modules/d.tfvars", "envs/link.tfvars -> b.tfvars", "up -> ..", "p.tfvars.fifo!", "envs/q.tfvars.fifo!", "envs/none.txt")
	got := onlyDir(t, ".").Below(func(path string) bool { return strings.HasSuffix(path, ".tfvars") })
	sameLines(t, got, []string{"envs/b.tfvars", "envs/prod/a.tfvars"})
}
