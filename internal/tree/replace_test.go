//go:build unix

package tree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cmkify/internal/testkit"
)

// onlyDir returns the one directory that a walk yields.
func onlyDir(t *testing.T, args ...string) Dir {
	t.Helper()
	var dirs []Dir
	for d, err := range Walk(t.Context(), args, Options{Wanted: terraform, Editable: terraform}) {
		if err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, d)
	}
	if len(dirs) != 1 {
		t.Fatalf("%d directories", len(dirs))
	}
	return dirs[0]
}

// sameFiles holds the working directory to its files but those of plant that
// hold what they are called: "name: text", in lexical order.
func sameFiles(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Type()&fs.ModeNamedPipe != 0 {
			return err
		}
		src, _ := os.ReadFile(path)
		if string(src) != path && d.Type().IsRegular() {
			got = append(got, path+": "+string(src))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sameLines(t, got, want)
}

// replaceIn replaces files of a directory.
func replaceIn(t *testing.T, d Dir, changes []Change) error {
	t.Helper()
	return replaceAll(d, changes)
}

func replaceAll(d Dir, changes []Change) error {
	for i := range changes {
		changes[i].Dir = d
	}
	return Replace(context.Background(), changes)
}

func TestReplace(t *testing.T) {
	change := func(name, old, with string) Change { return Change{Name: name, Old: []byte(old), New: []byte(with)} }
	for _, test := range []struct {
		name    string
		plant   []string
		args    []string // . when there is none
		changes []Change
		err     string
		want    []string
	}{
		{"nothing", []string{"x.tf"}, nil, nil, "", nil},
		{"files", []string{"x.tf", "y.tf", "z.tf"}, nil, []Change{change("y.tf", "y.tf", "new y"), change("x.tf", "x.tf", "")}, "", []string{"x.tf: ", "y.tf: new y"}},
		{"a shown path", []string{"a/x.tf"}, []string{"a"}, []Change{change("x.tf", "old", "new")}, "a/x.tf: changed while it was worked on", nil},
		{"the second has changed", []string{"x.tf", "y.tf"}, nil, []Change{change("x.tf", "x.tf", "new"), change("y.tf", "old", "new")}, "y.tf: changed while it was worked on", nil},
		{"the second is gone", []string{"x.tf"}, nil, []Change{change("x.tf", "x.tf", "new"), change("y.tf", "", "new")}, "y.tf: no such file or directory", nil},
		{"the second is a folder", []string{"x.tf", "y.tf/"}, nil, []Change{change("x.tf", "x.tf", "new"), change("y.tf", "", "new")}, "y.tf: not a regular file", nil},
		{"the second is a pipe", []string{"x.tf", "y.tf.fifo!"}, nil, []Change{change("x.tf", "x.tf", "new"), change("y.tf", "", "new")}, "y.tf: not a regular file", nil},
		{"the second is the same", []string{"x.tf", "y.tf"}, nil, []Change{change("x.tf", "x.tf", "new"), change("y.tf", "y.tf", "y.tf")}, "", []string{"x.tf: new"}},
		{"the second was to be the same", []string{"x.tf", "y.tf"}, nil, []Change{change("x.tf", "x.tf", "new"), change("y.tf", "old", "old")}, "y.tf: changed while it was worked on", nil},
		{"a link", []string{"x.tf -> a/y", "a/y"}, nil, []Change{change("x.tf", "a/y", "new")}, "", []string{"a/y: new"}},
		{"a link to a link", []string{"x.tf -> l", "l -> b/y", "b -> a", "a/y"}, nil, []Change{change("x.tf", "a/y", "new")}, "", []string{"a/y: new"}},
		{"a link outside", []string{"in/x.tf -> ../out/y", "out/y"}, []string{"in"}, []Change{change("x.tf", "out/y", "new")}, "in/x.tf: a symbolic link to a file outside the given paths, which is not written", nil},
		{"a link outside, which stays", []string{"in/x.tf -> ../out/y", "out/y", "in/y.tf"}, []string{"in"}, []Change{change("y.tf", "in/y.tf", "new"), change("x.tf", "out/y", "out/y")}, "", []string{"in/y.tf: new"}},
		{"a link beside what was given", []string{"in/x.tf -> ../in2/y", "in2/y"}, []string{"in"}, []Change{change("x.tf", "in2/y", "new")}, "in/x.tf: a symbolic link to a file outside the given paths, which is not written", nil},
		{"a link to what was given, too", []string{"in/x.tf -> ../out/y", "out/y"}, []string{"in", "out"}, []Change{change("x.tf", "out/y", "new")}, "", []string{"out/y: new"}},
		{"a link that was given", []string{"in/x.tf -> ../out/y", "out/y"}, []string{"in/x.tf"}, []Change{change("x.tf", "out/y", "new")}, "", []string{"out/y: new"}},
		{"in a linked folder", []string{"in -> out", "out/x.tf"}, []string{"in"}, []Change{change("x.tf", "out/x.tf", "new")}, "", []string{"out/x.tf: new"}},
		{"a dangling link", []string{"x.tf -> gone"}, nil, []Change{change("x.tf", "", "new")}, "x.tf: no such file or directory", nil},
		{"strays", []string{stray("x.tf", 1), ".cmkify-x.tf", "x.tf", ".cmkify-d/y", "a/" + stray("x.tf", 2)}, nil, []Change{change("x.tf", "x.tf", "new")}, "", []string{"x.tf: new"}},
		{"a large file", []string{"x.tf"}, nil, []Change{change("x.tf", "x.tf", strings.Repeat("x", 1<<20))}, "", []string{"x.tf: " + strings.Repeat("x", 1<<20)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			plant(t, test.plant...)
			if test.args == nil {
				test.args = []string{"."}
			}
			links := map[string]string{}
			for _, p := range test.plant {
				if link, to, ok := strings.Cut(p, " -> "); ok {
					links[link] = to
				}
			}
			message := ""
			if err := replaceIn(t, onlyDir(t, test.args...), test.changes); err != nil {
				message = err.Error()
				if strings.Contains(message, "changed") != errors.Is(err, ErrChanged) {
					t.Errorf("%v: ErrChanged is not told by its text", err)
				}
			}
			if message != test.err {
				t.Errorf("got %s; want %s", message, test.err)
			}
			sameFiles(t, test.want...)
			for link, to := range links {
				if got, err := os.Readlink(link); err != nil || got != to {
					t.Errorf("%s was a link to %s: %s, %v", link, to, got, err)
				}
			}
			strays, _ := filepath.Glob(".cmkify-*-*")
			for _, s := range strays {
				if info, err := os.Lstat(s); err == nil && !info.IsDir() {
					t.Errorf("%s is left", s)
				}
			}
		})
	}
}

// stray returns the name of a temporary file for a target.
func stray(target string, n int) string { return fmt.Sprintf(".cmkify-%s-%d", checksum(target), n) }

// Only what cmkify has written is removed: names that begin as its do are kept,
// and so are those with the checksum of a file that is not there.
func TestRemoveStray(t *testing.T) {
	plant(t, stray("x.tf", 1), stray("x.tf", 2), "x.tf", ".cmkify", ".cmkify-1", "a/"+stray("x.tf", 4), stray("y.tf", 5))
	if err := onlyDir(t, ".").RemoveStray(t.Context()); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(".cmkify*")
	if want := []string{".cmkify", ".cmkify-1", stray("y.tf", 5)}; err != nil || !slices.Equal(left, want) {
		t.Errorf("%s are left, want %s", left, want)
	}
	if _, err := os.Stat("a/" + stray("x.tf", 4)); err != nil {
		t.Error(err)
	}
}

func TestReplaceKeepsMode(t *testing.T) {
	for _, mode := range []fs.FileMode{0o600, 0o640, 0o664, 0o777, 0o755 | fs.ModeSetgid} {
		plant(t, "x.tf")
		err := os.Chmod("x.tf", mode)
		if err == nil && os.Geteuid() == 0 {
			err = errors.Join(os.Chown("x.tf", 1234, 4321), os.Chmod("x.tf", mode))
		}
		if err != nil {
			t.Fatal(err)
		}
		before, _ := os.Stat("x.tf")
		if err := replaceIn(t, onlyDir(t, "."), []Change{{Name: "x.tf", Old: []byte("x.tf"), New: []byte("new")}}); err != nil {
			t.Fatal(err)
		}
		after, err := os.Stat("x.tf")
		if err != nil {
			t.Fatal(err)
		}
		was, is := before.Sys().(*syscall.Stat_t), after.Sys().(*syscall.Stat_t)
		if after.Mode() != before.Mode() || is.Uid != was.Uid || is.Gid != was.Gid {
			t.Errorf("%v of %d:%d; was %v of %d:%d", after.Mode(), is.Uid, is.Gid, before.Mode(), was.Uid, was.Gid)
		}
	}
}

// What may not be written is refused, to root as well.
func TestReplaceReadOnly(t *testing.T) {
	plant(t, "x.tf", "y.tf")
	if err := os.Chmod("y.tf", 0o444); err != nil {
		t.Fatal(err)
	}
	err := replaceIn(t, onlyDir(t, "."), []Change{{Name: "x.tf", Old: []byte("x.tf"), New: []byte("new")}, {Name: "y.tf", Old: []byte("y.tf"), New: []byte("new")}})
	if err == nil || err.Error() != "y.tf: file is read-only" {
		t.Error(err)
	}
	sameFiles(t)
	if err := replaceIn(t, onlyDir(t, "."), []Change{{Name: "x.tf", Old: []byte("x.tf"), New: []byte("new")}, {Name: "y.tf", Old: []byte("y.tf"), New: []byte("y.tf")}}); err != nil {
		t.Error(err)
	}
	sameFiles(t, "x.tf: new")
}

func TestReplaceInReadOnlyFolder(t *testing.T) {
	if !unprivileged(t) {
		return
	}
	plant(t, "a/x.tf")
	if err := os.Chmod("a", 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod("a", 0o755) })
	err := replaceIn(t, onlyDir(t, "a"), []Change{{Name: "x.tf", Old: []byte("a/x.tf"), New: []byte("new")}})
	if err == nil || err.Error() != "a/x.tf: permission denied" {
		t.Error(err)
	}
	sameFiles(t)
}

// TestFullDisk fills up while the second file is written.
func TestFullDisk(t *testing.T) {
	small, large := []byte("small"), bytes.Repeat([]byte("large"), 20_000)
	full := func(t *testing.T, want string) {
		err := replaceIn(t, onlyDir(t, "."), []Change{{Name: "x.tf", Old: []byte("x.tf"), New: small}, {Name: "y.tf", Old: []byte("y.tf"), New: large}})
		if err == nil || err.Error() != "y.tf: "+want+": nothing is changed" {
			t.Error(err)
		}
		sameFiles(t)
		if err := replaceIn(t, onlyDir(t, "."), []Change{{Name: "x.tf", Old: []byte("x.tf"), New: small}}); err != nil {
			t.Error(err)
		}
		sameFiles(t, "x.tf: small")
	}
	t.Run("a limit of the process", func(t *testing.T) {
		if os.Getenv("CMKIFY_TEST_LIMIT") == "" {
			inChild(t, "CMKIFY_TEST_LIMIT=1").wait(t)
			return
		}
		plant(t, "x.tf", "y.tf")
		signal.Ignore(syscall.SIGXFSZ)
		var limit syscall.Rlimit
		err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit)
		limit.Cur = 10_000
		if err = errors.Join(err, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)); err != nil {
			t.Fatal(err)
		}
		full(t, "file too large")
	})
	t.Run("a full file system", func(t *testing.T) {
		root := plant(t, "mnt/")
		if err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "none", "mnt").Run(); err != nil {
			testkit.Skip(t, testkit.Mount, err.Error())
		}
		t.Cleanup(func() { exec.Command("umount", filepath.Join(root, "mnt")).Run() })
		t.Chdir("mnt")
		for _, name := range []string{"x.tf", "y.tf"} {
			if err := plantOne(name); err != nil {
				t.Fatal(err)
			}
		}
		full(t, "no space left on device")
		t.Chdir(root) // a working directory cannot be unmounted
	})
}

// A child is this test, running by itself in another process.
type child struct {
	cmd *exec.Cmd
	out bytes.Buffer
}

func inChild(t *testing.T, env ...string) *child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{cmd: exec.Command(self, "-test.v", "-test.run=^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$")}
	c.cmd.Env = append(os.Environ(), env...)
	c.cmd.Stdout, c.cmd.Stderr = &c.out, &c.out
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *child) wait(t *testing.T) {
	t.Helper()
	if err := c.cmd.Wait(); err != nil || !strings.Contains(c.out.String(), "--- PASS") {
		t.Errorf("in another process: %v\n%s", err, &c.out)
	}
}

// count adds one to the numbers in x.tf and y.tf, times times, one of which
// lies in another folder that this one has a link to. They are the same, but
// while a run is between them.
func count(t *testing.T, dir Dir, times int) {
	for done := 0; done < times; {
		var x, y []byte
		var err, err2 error
		dir.Reading(context.Background(), func(Dir) {
			x, err = dir.Read("x.tf")
			y, err2 = dir.Read("y.tf")
		})
		if err = errors.Join(err, err2); err != nil {
			t.Error(err)
			return
		}
		if !bytes.Equal(x, y) {
			t.Errorf("a torn directory is read: %s and %s", x, y)
		}
		var n, m int
		fmt.Sscan(string(x), &n)
		fmt.Sscan(string(y), &m)
		err = replaceAll(dir, []Change{{Name: "x.tf", Old: x, New: fmt.Append(nil, n+1)}, {Name: "y.tf", Old: y, New: fmt.Append(nil, m+1)}})
		switch {
		case err == nil:
			done++
		case !errors.Is(err, ErrChanged):
			t.Error(err)
			return
		}
	}
}

// TestReplaceAtOnce lets two processes, each with two goroutines, count. What
// one has read and another has changed is not lost, and no one takes another's
// temporary file for a stray: those beside y.tf belong to both folders.
func TestReplaceAtOnce(t *testing.T) {
	const times = 40
	root := os.Getenv("CMKIFY_TEST_COUNT")
	if root == "" {
		root = plant(t, "a/x.tf| 0", "b/y.tf| 0", "a/y.tf -> ../b/y.tf", "b/x.tf -> ../a/x.tf")
		other := inChild(t, "CMKIFY_TEST_COUNT="+root)
		defer func() {
			other.wait(t)
			sameFiles(t, fmt.Sprint("a/x.tf: ", 4*times), fmt.Sprint("b/y.tf: ", 4*times))
		}()
	}
	t.Chdir(root)
	var wg sync.WaitGroup
	for d, err := range Walk(t.Context(), []string{"."}, Options{Wanted: terraform, Editable: terraform}) {
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() { count(t, d, times) })
	}
	wg.Wait()
}

// prepared returns a change of x.tf in the folder a, made ready to be committed.
func prepared(t *testing.T) (*pending, folders) {
	t.Helper()
	plant(t, "a/x.tf")
	c := Change{Dir: onlyDir(t, "a"), Name: "x.tf", Old: []byte("a/x.tf"), New: []byte("new")}
	locked, err := lockFolders(t.Context(), Locks{}, []Dir{c.Dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(locked.release)
	p, err := c.prepare(locked)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.discard)
	return p, locked
}

// What is saved between the comparison and the renaming is kept.
func TestReplaceComparesLast(t *testing.T) {
	p, _ := prepared(t)
	if err := os.WriteFile("a/x.tf", []byte("saved meanwhile"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := p.commit(); !errors.Is(err, ErrChanged) {
		t.Errorf("got %v", err)
	}
	p.discard()
	sameFiles(t, "a/x.tf: saved meanwhile")
}

// A folder that is swapped for another one is written in where it is now.
func TestReplaceInSwappedFolder(t *testing.T) {
	p, _ := prepared(t)
	err := errors.Join(os.Rename("a", "b"), os.Mkdir("a", 0o755), os.WriteFile("a/x.tf", []byte("a/x.tf"), 0o644))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.commit(); err != nil {
		t.Error(err)
	}
	sameFiles(t, "b/x.tf: new")
}

// A lock that another process holds is told, and waited for no longer than
// allowed, or until the context ends.
func TestLockIsHeld(t *testing.T) {
	for _, ended := range []bool{false, true} {
		plant(t, "a/x.tf")
		d := onlyDir(t, "a")
		held, err := lockFolders(t.Context(), Locks{}, []Dir{d})
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		ctx, end := context.WithCancel(t.Context())
		d.locks = Locks{Wait: 100 * time.Millisecond, Waiting: func(folder string) {
			told = append(told, folder)
			if ended {
				end()
			}
		}}
		changes := []Change{{Dir: d, Name: "x.tf", Old: []byte("a/x.tf"), New: []byte("new")}}
		err = Replace(ctx, changes)
		switch {
		case ended && !errors.Is(err, context.Canceled):
			t.Errorf("got %v", err)
		case !ended && (err == nil || err.Error() != "a: another process holds its lock for 100ms"):
			t.Errorf("got %v", err)
		}
		if !slices.Equal(told, []string{"a"}) {
			t.Errorf("told of %q", told)
		}
		sameFiles(t)
		held.release()
		if err := Replace(t.Context(), changes); err != nil {
			t.Error(err)
		}
		end()
	}
}
