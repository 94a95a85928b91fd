package crash

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"cmkify/internal/testkit"
	"cmkify/internal/testkit/command"
)

var kills = flag.Int("kills", 160, "how often TestKillAtRandom kills the command")

// pairs is how often two runs go at once.
const pairs = max(4, 20/command.Slowness)

// A tree is the content of its files, by their paths.
type tree map[string]string

const table = `# %[1]s holds what the application knows.
resource "aws_dynamodb_table" "%[1]s" {
  name     = "%[1]s"
  hash_key = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
`

const key = `resource "aws_kms_key" "%s" {
  description = "of something else"
}
`

// oldTree returns 55 files, most with tables: folders of one file, folders of
// several, one of which gets the key, and folders with a file of keys, whose
// tables stand in others.
func oldTree() tree {
	old := tree{}
	for i := range 20 {
		old[fmt.Sprintf("one/%02d/main.tf", i)] = fmt.Sprintf(table, "events")
	}
	for i := range 15 {
		old[fmt.Sprintf("several/%d/tables_%d.tf", i/5, i%5)] = fmt.Sprintf(table, fmt.Sprint("t", i))
	}
	for i := range 15 {
		old[fmt.Sprintf("keys/%d/tables_%d.tf", i/8, i%8)] = fmt.Sprintf(table, fmt.Sprint("t", i))
	}
	// A module that two directories call twice, each with its own key.
	old["calls/module/main.tf"] = fmt.Sprintf(table, "orders")
	old["calls/module/variables.tf"] = "variable \"tags\" {\n  type    = map(string)\n  default = {}\n}\n"
	const twice = "module \"a\" {\n  source = \"../module\"\n}\n\nmodule \"b\" {\n  source = \"../module\"\n}\n"
	old["calls/first/main.tf"] = twice
	old["calls/second/calls.tf"] = twice
	old["calls/second/kms.tf"] = fmt.Sprintf(key, "other")
	old["keys/0/kms.tf"] = fmt.Sprintf(key, "other")
	old["keys/1/kms.tf"] = strings.ReplaceAll(fmt.Sprintf(key, "other"), "\n", "\r\n")
	return old
}

func (tr tree) write() string {
	dir, err := os.MkdirTemp(scratch, "")
	if err != nil {
		panic(err)
	}
	for name, content := range tr {
		path := filepath.Join(dir, name)
		err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644))
		if err != nil {
			panic(err)
		}
	}
	return dir
}

func readTree(dir string) tree {
	tr := tree{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		tr[strings.TrimPrefix(path, dir+"/")] = string(content)
		return err
	})
	if err != nil {
		panic(err)
	}
	return tr
}

// strays takes the temporary files of a killed run out of the tree.
func (tr tree) strays() []string {
	var out []string
	for name := range tr {
		if strings.HasPrefix(filepath.Base(name), ".cmkify-") {
			out = append(out, name)
			delete(tr, name)
		}
	}
	return out
}

// workers is how many trees are worked on at once.
const workers = 2

var (
	scratch string // where trees are made
)

func TestMain(m *testing.M) { command.Main(func() int { return run(m) }) }

func run(m *testing.M) int {
	var err error
	// Memory is fast, and a killed process, other than a killed machine, does
	// not lose what it has written.
	if scratch, err = os.MkdirTemp("/dev/shm", "crash"); err != nil {
		scratch, err = os.MkdirTemp("", "crash")
	}
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(scratch)
	return m.Run()
}

// policies are those of new keys: a run takes a key that another one has left
// by what it says.
var policies = []string{"dynamodb", "none"}

// undisturbed returns what the command makes of a tree, and how long it takes.
func undisturbed(policy string) (tree, time.Duration) { return runs[policy]() }

var runs = map[string]func() (tree, time.Duration){
	"dynamodb": sync.OnceValues(func() (tree, time.Duration) { return measured("dynamodb") }),
	"none":     sync.OnceValues(func() (tree, time.Duration) { return measured("none") }),
}

func measured(policy string) (tree, time.Duration) {
	dir := oldTree().write()
	defer os.RemoveAll(dir)
	start := time.Now()
	if out, err := cmkify(dir, policy).CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v\n%s", err, out))
	}
	return readTree(dir), time.Since(start)
}

func cmkify(dir, policy string, paths ...string) *exec.Cmd {
	cmd := exec.Command(command.Path(), append([]string{"--no-gitignore", "--key-policy=" + policy}, paths...)...)
	cmd.Dir = dir
	return cmd
}

var (
	declaredKey = regexp.MustCompile(`(?m)^resource "aws_kms_key" "(\w+)"`)
	usedKey     = regexp.MustCompile(`= aws_kms_key\.(\w+)\.arn`)
)

// keysFault returns what is wrong with the keys of a tree: a table whose key
// is not declared in its folder, or a key that is declared twice.
func (tr tree) keysFault() error {
	declared := map[string]int{}
	for name, content := range tr {
		for _, match := range declaredKey.FindAllStringSubmatch(content, -1) {
			declared[filepath.Dir(name)+" "+match[1]]++
		}
	}
	for key, n := range declared {
		if n > 1 {
			return fmt.Errorf("%s is declared %d times", key, n)
		}
	}
	for name, content := range tr {
		for _, match := range usedKey.FindAllStringSubmatch(content, -1) {
			if declared[filepath.Dir(name)+" "+match[1]] == 0 {
				return fmt.Errorf("%s refers to aws_kms_key.%s, which is not declared", name, match[1])
			}
		}
	}
	return nil
}

// tally counts what kills left.
type tally struct{ kills, midway, strays int }

func (n tally) String() string {
	return fmt.Sprintf("%d killed before their end, %d of them with some files replaced; %d stray files, all removed", n.kills, n.midway, n.strays)
}

// judge holds what a kill left to the laws, and runs the command again.
func (n *tally) judge(t *testing.T, dir, policy, moment string) {
	t.Helper()
	old := oldTree()
	done, _ := undisturbed(policy)
	left := readTree(dir)
	n.strays += len(left.strays())
	replaced := 0
	for name, content := range left {
		switch content {
		case done[name]:
			if content != old[name] {
				replaced++
			}
		case old[name]:
		default:
			t.Errorf("%s: %s is neither old nor new:\n%s", moment, name, content)
		}
	}
	if len(left) != len(old) {
		t.Errorf("%s: %d files are left of %d", moment, len(left), len(old))
	}
	if replaced > 0 && replaced < len(old) {
		n.midway++
	}
	if err := left.keysFault(); err != nil {
		t.Errorf("%s: %v", moment, err)
	}
	if out, err := cmkify(dir, policy).CombinedOutput(); err != nil {
		t.Errorf("%s: the next run: %v\n%s", moment, err, out)
	}
	sameTree(t, moment+": the next run", readTree(dir), done)
}

func sameTree(t *testing.T, moment string, got, want tree) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if got[name] != want[name] {
			t.Errorf("%s: %s differs from an undisturbed run's:\n%s", moment, name, got[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d files; want %d", moment, len(got), len(want))
	}
	if err := got.keysFault(); err != nil {
		t.Errorf("%s: %v", moment, err)
	}
}

// killed reports whether a command was ended by SIGKILL.
func killed(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && (status.Signal() == syscall.SIGKILL || status.ExitStatus() == 128+int(syscall.SIGKILL))
}

func TestUndisturbed(t *testing.T) {
	for _, policy := range policies {
		done, took := undisturbed(policy)
		for name, content := range done {
			if content == oldTree()[name] {
				t.Errorf("%s is not changed", name)
			}
		}
		if err := done.keysFault(); err != nil {
			t.Error(err)
		}
		t.Logf("%d files in %v", len(done), took)
	}
}

func TestKillAtRandom(t *testing.T) {
	command.NeedPlain(t)
	for _, policy := range policies {
		t.Run(policy, func(t *testing.T) {
			_, took := undisturbed(policy)
			times := *kills / len(policies)
			n := each(t, policy, times, func(t *testing.T, n *tally, dir string) string {
				cmd := cmkify(dir, policy)
				if err := cmd.Start(); err != nil {
					t.Error(err)
					return ""
				}
				after := rand.N(took)
				time.Sleep(after)
				cmd.Process.Kill()
				if killed(cmd.Wait()) {
					n.kills++
				}
				return fmt.Sprint("kill after ", after)
			})
			t.Logf("%d runs, %v", times, n)
			if n.midway == 0 && times >= 50 {
				t.Error("no kill has hit a run in its midst")
			}
		})
	}
}

// TestKillAtEachChange kills the command at every call that changes a file.
func TestKillAtEachChange(t *testing.T) {
	command.NeedPlain(t)
	dir := oldTree().write()
	defer os.RemoveAll(dir)
	calls, err := killAt(dir, 1<<30)
	if err != nil {
		testkit.Skip(t, testkit.Trace, err.Error())
	}
	var next atomic.Int64
	n := each(t, "dynamodb", calls, func(t *testing.T, n *tally, dir string) string {
		call := int(next.Add(1))
		got, err := killAt(dir, call)
		if err != nil {
			t.Errorf("tracing to call %d: %v", call, err)
		}
		if got == call {
			n.kills++
		}
		return fmt.Sprintf("kill at call %d of %d", call, calls)
	})
	t.Logf("%d calls that write, sync, rename or remove a file, %v", calls, n)
	if n.kills < calls*9/10 { // pieces of the runtime write, too, now and then
		t.Errorf("%d kills at %d calls", n.kills, calls)
	}
}

// each calls kill with fresh trees, several at once, and judges what is left
// of them. It ends at the first one that is not right.
func each(t *testing.T, policy string, times int, kill func(t *testing.T, n *tally, dir string) (moment string)) tally {
	var (
		sum  tally
		mu   sync.Mutex
		wg   sync.WaitGroup
		next atomic.Int64
	)
	for range workers {
		wg.Go(func() {
			var n tally
			for next.Add(1) <= int64(times) && !t.Failed() {
				dir := oldTree().write()
				n.judge(t, dir, policy, kill(t, &n, dir))
				os.RemoveAll(dir)
			}
			mu.Lock()
			defer mu.Unlock()
			sum.kills += n.kills
			sum.midway += n.midway
			sum.strays += n.strays
		})
	}
	wg.Wait()
	return sum
}

// TestTwoAtOnce lets two runs go over one tree.
func TestTwoAtOnce(t *testing.T) {
	for n := range pairs {
		policy := policies[n%len(policies)]
		done, _ := undisturbed(policy)
		dir := oldTree().write()
		atOnce(t, cmkify(dir, policy), cmkify(dir, policy))
		sameTree(t, fmt.Sprint("pair ", n), readTree(dir), done)
		os.RemoveAll(dir)
	}
}

// TestHalvesAtOnce gives two runs the files of the same folders, as
// pre-commit does with many files: both may want a new key.
func TestHalvesAtOnce(t *testing.T) {
	old := oldTree()
	var halves [2][]string
	for i, name := range slices.Sorted(maps.Keys(old)) {
		if strings.HasPrefix(name, "several/") {
			halves[i%2] = append(halves[i%2], name)
		}
	}
	for n := range pairs {
		dir := old.write()
		atOnce(t, cmkify(dir, policies[0], halves[0]...), cmkify(dir, policies[0], halves[1]...))
		got := readTree(dir)
		if err := got.keysFault(); err != nil {
			t.Errorf("pair %d: %v", n, err)
		}
		for name, content := range got {
			if strings.HasPrefix(name, "several/") && !usedKey.MatchString(content) {
				t.Errorf("pair %d: %s is not done:\n%s", n, name, content)
			}
		}
		os.RemoveAll(dir)
	}
}

func atOnce(t *testing.T, runs ...*exec.Cmd) {
	t.Helper()
	var wg sync.WaitGroup
	for _, run := range runs {
		wg.Go(func() {
			if out, err := run.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	wg.Wait()
}
