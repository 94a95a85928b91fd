// Package golden runs golden cases as the program does, and holds them to the
// laws and to their twins. A case goes in; what its run gave comes out, and an
// error for each law that it breaks. Only tests use it: it changes the working
// directory.
package golden

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"cmkify/internal/cli"
	"cmkify/internal/testkit"
)

// A Run is a case and what came of it.
type Run struct {
	*testkit.Case
	Got     Outcome // what the case's command gives
	Written Outcome // what it gives without -n and --check
	// What JSON says of the input, of the run that writes, and of the files
	// as written.
	Before, During, After Document
}

// An Outcome is what one run of the program gives.
type Outcome struct {
	Stdout, Stderr string
	Exit           int
	Files          map[string][]byte // of the folder, afterwards
}

// Load reads a case and runs it. A case that writes though it says that it
// does not is an error.
func Load(t testing.TB, path string) (*Run, error) {
	t.Helper()
	loaded, err := testkit.Load(path)
	if err != nil {
		return nil, err
	}
	r := &Run{Case: loaded}
	r.Got = Execute(t, r.Input, r.Args)
	r.Written = r.Got
	if !r.writes() {
		if !maps.EqualFunc(r.Got.Files, r.Input, bytes.Equal) {
			return nil, fmt.Errorf("%v wrote files", r.Args)
		}
		r.Written = Execute(t, r.Input, r.Writing())
	}
	if _, r.Before, err = r.judge(t, r.Input, "--dry-run"); err != nil {
		return nil, err
	}
	if _, r.During, err = r.judge(t, r.Input); err != nil {
		return nil, err
	}
	_, r.After, err = r.judge(t, r.Written.Files, "--dry-run")
	return r, err
}

// dry are the flags of runs that write nothing.
var dry = []string{"-n", "--dry-run", "--check"}

func (r *Run) writes() bool {
	return !slices.ContainsFunc(r.Args, func(a string) bool { return slices.Contains(dry, a) })
}

// Writing returns the case's arguments without those that keep it from
// writing.
func (r *Run) Writing() []string {
	return slices.DeleteFunc(slices.Clone(r.Args), func(a string) bool { return slices.Contains(dry, a) })
}

// plain returns the arguments without those that change what is on stdout.
func (r *Run) plain() []string {
	return slices.DeleteFunc(r.Writing(), func(a string) bool {
		return strings.HasPrefix(a, "--format") || strings.HasPrefix(a, "--color") || strings.HasPrefix(a, "--output")
	})
}

// Changed returns the files that the run wrote.
func (r *Run) Changed() map[string][]byte {
	out := maps.Clone(r.Written.Files)
	maps.DeleteFunc(out, func(name string, data []byte) bool { return bytes.Equal(data, r.Input[name]) })
	return out
}

// StdinFile is the file that a run gets on standard input.
const StdinFile = "stdin"

// Execute runs the command in a new folder with the files.
func Execute(t testing.TB, files map[string][]byte, args []string) Outcome {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, dir, files)
	var stdout, stderr bytes.Buffer
	exit := cli.Main(args, bytes.NewReader(files[StdinFile]), &stdout, &stderr)
	return Outcome{stdout.String(), stderr.String(), exit, read(t, dir)}
}

func write(t testing.TB, dir string, files map[string][]byte) {
	t.Helper()
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func read(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[path], err = os.ReadFile(filepath.Join(dir, path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Results returns the sections that the case should end with.
func (r *Run) Results() []txtar.File {
	out := []txtar.File{
		testkit.Section("stdout", []byte(r.Got.Stdout)),
		testkit.Section("stderr", []byte(r.Got.Stderr)),
		testkit.Section("exit", fmt.Appendln(nil, r.Got.Exit)),
	}
	diff, made := testkit.WrittenSections(r.Input, r.Written.Files)
	// A diff on stdout says already what would be written: the laws hold that
	// it is so.
	if diff != "" && !strings.HasPrefix(r.Got.Stdout, "--- a/") {
		out = append(out, testkit.Section(testkit.WrittenSection, []byte(diff)))
	}
	for _, name := range made {
		out = append(out, testkit.Section("out/"+name, r.Written.Files[name]))
	}
	return out
}

// Expected returns an error with the difference between what the case says and
// what came of it.
func (r *Run) Expected() error {
	want := txtar.Format(&txtar.Archive{Files: r.Case.Results})
	if got := txtar.Format(&txtar.Archive{Files: r.Results()}); !bytes.Equal(got, want) {
		return fmt.Errorf("want (-), got (+):\n%s", testkit.Diff(r.Name(), want, got))
	}
	return nil
}

// Save writes what came of the case into its file.
func (r *Run) Save() error { return os.WriteFile(r.Path, r.Format(r.Results()), 0o644) }
