//go:build linux

package hostile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"cmkify/internal/testkit"
	"cmkify/internal/testkit/command"
)

const (
	hang      = 30 * time.Second * command.Slowness // no run takes a third of it
	maxMemory = 1 << 30 * command.Slowness
	million   = 1_000_000
	nobody    = 65534
)

// A row is a tree and what the command makes of it. In every tree z/main.tf
// holds a good table, which must be fixed; all else stays as it is, byte for
// byte, and nothing new appears.
type row struct {
	name  string
	files map[string]string
	setup func(t *testing.T, root string) // what files cannot say

	args   []string // "." if nil
	shell  string   // if not "", what sh runs: $CMKIFY is the command
	nobody bool     // run as a user for whom modes count
	stdout *os.File // if not nil, instead of a buffer

	exit  int
	errs  []string // one pattern for each error line, in order
	fixed []string // fixed like z/main.tf
	free  []string // may change; check looks at them
	alone bool     // z/main.tf is not fixed
	ended bool     // by a signal: temporary files are left for the next run to remove
	check func(t *testing.T, r *outcome)
}

// An outcome is what a run left.
type outcome struct {
	root           string
	stdout, stderr string
	state          *os.ProcessState
	before, after  map[string]entry
}

// An entry is what stands at one path.
type entry struct {
	mode fs.FileMode
	data string // the target of a link, the content of a file
}

func table(label string) string {
	return fmt.Sprintf("resource \"aws_dynamodb_table\" %q {\n  name = %q\n}\n", label, label)
}

// broken is a folder with a table and a file that must not be parsed.
func broken(src string) map[string]string {
	return map[string]string{"hostile/bad.tf": src, "hostile/main.tf": table("t")}
}

// in puts an expression into a file.
func in(before, middle, after string) map[string]string {
	return broken("locals {\n  x = " + before + middle + after + "\n}\n")
}

func nested(open, inside, end string) map[string]string {
	return in(strings.Repeat(open, million), inside, strings.Repeat(end, million))
}

const tooDeep = `hostile/bad\.tf:\d+:\d+: nested more than 1000 levels deep`

func lines(n int) string { return strings.Repeat("a line of plain text\n", n/21) }

var utf16LE = func() string {
	b := []byte{0xFF, 0xFE}
	for _, c := range []byte(table("t")) {
		b = append(b, c, 0)
	}
	return string(b)
}()

var utf16BE = func() string {
	b := []byte{0xFE, 0xFF}
	for _, c := range []byte(table("t")) {
		b = append(b, 0, c)
	}
	return string(b)
}()

func TestMain(m *testing.M) { command.Main(m.Run) }

func TestHostileTrees(t *testing.T) {
	good := fixedTable(t)
	for _, r := range sample(slices.Concat(depthRows(), textRows(), kindRows(), nameRows(), diskRows())) {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			o := r.run(t)
			r.judge(t, o, good)
		})
	}
}

// sample returns the rows, fewer where the program is built to be slow: what
// they hold is its time and memory, of which that tells little.
func sample[R any](rows []R) []R {
	if command.Slowness == 1 {
		return rows
	}
	var out []R
	for i := 0; i < len(rows); i += 5 {
		out = append(out, rows[i])
	}
	return out
}

// fixedTable returns what the command makes of a good table.
func fixedTable(t *testing.T) string {
	o := row{name: "good"}.run(t)
	src := o.after["z/main.tf"].data
	if o.state.ExitCode() != 0 || !strings.Contains(src, "kms_key_arn = aws_kms_key.dynamodb.arn") {
		t.Fatalf("a tree with nothing hostile: %v, %q:\n%s", o.state, o.stderr, src)
	}
	return src
}

func (r row) run(t *testing.T) *outcome {
	t.Helper()
	root := t.TempDir()
	write(t, root, map[string]string{"z/main.tf": table("good")})
	write(t, root, r.files)
	if r.setup != nil {
		r.setup(t, root)
	}
	if r.nobody {
		giveAway(t, root)
	}
	o := &outcome{root: root, before: snapshot(t, root)}
	o.stdout, o.stderr, o.state = r.execute(t, root)
	o.after = snapshot(t, root)
	return o
}

// execute runs the command in root; hang only tells that it does not end.
func (r row) execute(t *testing.T, root string) (stdout, stderr string, state *os.ProcessState) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), hang)
	defer cancel()
	args := r.args
	if args == nil {
		args = []string{"."}
	}
	cmd := exec.CommandContext(ctx, command.Path(), args...)
	if r.shell != "" {
		cmd = exec.CommandContext(ctx, "sh", "-c", r.shell)
	}
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = root, &out, &errs
	peak := filepath.Join(t.TempDir(), "peak")
	must(t, os.WriteFile(peak, nil, 0o666))
	must(t, os.Chmod(peak, 0o666))
	cmd.Env = append(os.Environ(), "CMKIFY="+command.Path(), command.PeakFile+"="+peak)
	cmd.WaitDelay = time.Second
	if r.stdout != nil {
		cmd.Stdout = r.stdout
	}
	if r.nobody && os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	err := cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("it hangs: not done after %v", hang)
	}
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	if told, _ := os.ReadFile(peak); len(told) > 0 {
		kilobytes, err := strconv.Atoi(string(told))
		must(t, err)
		if kilobytes<<10 > maxMemory {
			t.Errorf("%d MB of memory, want less than %d", kilobytes>>10, maxMemory>>20)
		}
	}
	return out.String(), errs.String(), cmd.ProcessState
}

func (r row) judge(t *testing.T, o *outcome, good string) {
	t.Helper()
	if strings.Contains(o.stdout+o.stderr, "goroutine ") || strings.Contains(o.stdout+o.stderr, "panic") {
		t.Fatalf("it crashes: %.300s", o.stderr)
	}
	if got := o.state.ExitCode(); got != r.exit {
		t.Errorf("exit %d, want %d (%v)", got, r.exit, o.state)
	}
	r.judgeErrors(t, o)
	r.judgeFiles(t, o, good)
	if r.check != nil {
		r.check(t, o)
	}
}

// Lines on stderr that are no errors.
var (
	finding = regexp.MustCompile(`: \S*aws_dynamodb_table\.\S+: .*( \[[a-z0-9-]+\]|fixed)$`)
	summary = regexp.MustCompile(`^\d+ tables? in \d+ director(y|ies)\b`)
	aside   = regexp.MustCompile(`^review the change, then run |^\d+ tables? can be fixed: run |^(at least )?\d+ new keys?: |^\d+ keys? begins? to rotate: |^\d+ tables? needs? care |: the paths of its diff are relative to `)
)

func (r row) judgeErrors(t *testing.T, o *outcome) {
	t.Helper()
	if strings.Contains(r.shell, "--color=always") {
		o.stderr = regexp.MustCompile("\x1b\\[[13]?[0-9]?m").ReplaceAllString(o.stderr, "") // ours
	}
	if bad := strings.IndexFunc(o.stderr, func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }); bad >= 0 || !utf8.ValidString(o.stderr) {
		t.Errorf("not printable: %.300q", o.stderr[max(0, bad-40):])
	}
	var got []string
	for line := range strings.Lines(o.stderr) {
		line = strings.TrimSuffix(line, "\n")
		if !finding.MatchString(line) && !summary.MatchString(line) && !aside.MatchString(line) {
			got = append(got, line)
		}
	}
	same := slices.EqualFunc(got, r.errs, func(line, want string) bool {
		return regexp.MustCompile("^(?:" + want + ")$").MatchString(line)
	})
	if !same {
		t.Errorf("errors:\n\t%.1000s\nwant:\n\t%s", strings.Join(got, "\n\t"), strings.Join(r.errs, "\n\t"))
	}
}

// writes reports whether the run is one that fixes z/main.tf.
func (r row) writes() bool {
	return !r.alone && !slices.Equal(r.args, []string{"-n", "."}) && !slices.Contains(r.args, "--check")
}

func (r row) judgeFiles(t *testing.T, o *outcome, good string) {
	t.Helper()
	all := maps.Clone(o.before)
	maps.Copy(all, o.after)
	for path := range all {
		before, was := o.before[path]
		after, is := o.after[path]
		switch {
		case slices.Contains(r.free, path), r.ended && strings.Contains(path, "/.cmkify-"):
		case !was:
			t.Errorf("%q: new, and left behind", path)
		case !is:
			t.Errorf("%q: lost", path)
		case before.mode != after.mode:
			t.Errorf("%q: mode %v, was %v", path, after.mode, before.mode)
		case path == "z/main.tf" && r.writes():
			if after.data != good {
				t.Errorf("%s: not fixed:\n%s", path, after.data)
			}
		case slices.Contains(r.fixed, path):
			isFix(t, path, before.data, after.data)
		case before.data != after.data:
			t.Errorf("%q: changed: %d bytes, were %d: %.200q", path, len(after.data), len(before.data), after.data)
		}
	}
}

// isFix reports an error unless after is before with lines added, among them
// a key for every table.
func isFix(t *testing.T, path, before, after string) {
	t.Helper()
	rest := strings.SplitAfter(after, "\n")
	for line := range strings.Lines(before) {
		i := slices.Index(rest, line)
		if i < 0 {
			t.Errorf("%q: line lost: %.200q", path, line)
			return
		}
		rest = rest[i+1:]
	}
	tables, keys := strings.Count(before, `"aws_dynamodb_table"`), strings.Count(after, "kms_key_arn = aws_kms_key.dynamodb.arn")
	if keys != tables {
		t.Errorf("%q: %d tables with a key, want %d: %.300q", path, keys, tables, after)
	}
}

// write puts files below root, and makes their folders.
func write(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, data := range files {
		path := filepath.Join(root, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte(data), 0o644))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// mayBe skips the row when this machine refuses what it needs.
func mayBe(t *testing.T, what string, err error) {
	t.Helper()
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, errors.ErrUnsupported) {
		testkit.Skip(t, testkit.Permission, fmt.Sprintf("%s: %v", what, err))
	}
	must(t, err)
}

// giveAway makes a tree nobody's, when the test runs as root.
func giveAway(t *testing.T, root string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	must(t, os.Chmod(filepath.Dir(root), 0o755))
	must(t, filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, nobody, nobody))
	}))
}

// snapshot reads a tree. An os.Root also goes where paths are too long, and
// takes any bytes for names.
func snapshot(t *testing.T, dir string) map[string]entry {
	t.Helper()
	root, err := os.OpenRoot(dir)
	must(t, err)
	defer root.Close()
	out := map[string]entry{}
	var walk func(string)
	walk = func(folder string) {
		open, err := root.Open(folder)
		if errors.Is(err, fs.ErrPermission) {
			return
		}
		must(t, err)
		entries, err := open.ReadDir(-1)
		open.Close()
		must(t, err)
		for _, e := range entries {
			path := e.Name()
			if folder != "." {
				path = folder + "/" + path
			}
			info, err := root.Lstat(path)
			if errors.Is(err, fs.ErrPermission) {
				continue
			}
			must(t, err)
			out[path] = entry{info.Mode(), content(t, root, path, info)}
			if info.IsDir() {
				walk(path)
			}
		}
	}
	walk(".")
	return out
}

func content(t *testing.T, root *os.Root, path string, info fs.FileInfo) string {
	t.Helper()
	switch {
	case info.Mode().Type() == fs.ModeSymlink:
		target, err := root.Readlink(path)
		must(t, err)
		return target
	case info.Mode().IsRegular() && info.Size() > 64<<20:
		return fmt.Sprint(info.Size(), info.ModTime())
	case info.Mode().IsRegular():
		data, err := root.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrPermission) {
			t.Fatal(err)
		}
		return string(data)
	}
	return ""
}

// depthRows are files that nest so deep that a parser's stack overflows, or a
// walk over what it gives.
func depthRows() []row {
	rows := []row{
		{name: "brackets", files: nested("[", "", "]")},
		{name: "brackets never closed", files: broken("x = " + strings.Repeat("[", million))},
		{name: "blocks", files: broken(strings.Repeat("b {\n", million) + strings.Repeat("}\n", million))},
		{name: "templates", files: nested(`"${`, "1", `}"`)},
		{name: "template ifs", files: in(`"`, strings.Repeat("%{if true}", million)+strings.Repeat("%{endif}", million), `"`)},
		{name: "template fors", files: in(`"`, strings.Repeat("%{for a in b}", million)+strings.Repeat("%{endfor}", million), `"`)},
		{name: "template ifs in a heredoc", files: in("<<E\n", strings.Repeat("%{if a}", 30_000)+"\n", "E")},
		{name: "parentheses", files: nested("(", "1", ")")},
		{name: "unary operators", files: nested("!", "true", "")},
		{name: "minus signs", files: nested("-", "1", "")},
		{name: "unary operators on lines of their own", files: in("(", strings.Repeat("!\n", million), "true)")},
		{name: "conditionals", files: nested("a ? 1 : ", "2", "")},
		{name: "conditionals within", files: nested("a ? ", "1", " : 2")},
		{name: "conditionals on lines of their own", files: in("(", strings.Repeat("a ? 1 :\n", million), "2)")},
		{name: "for expressions", files: nested("[for a in ", "b", ": a]")},
		{name: "function calls", files: nested("f(", "1", ")")},
		{name: "objects", files: nested("{ a = ", "1", " }")},
		{name: "sums", files: nested("1 + ", "1", "")},
		{name: "conjunctions", files: nested("a && ", "a", "")},
		{name: "index brackets", files: nested("", "a", "[b]")},
		{name: "index brackets on lines of their own", files: in("(a", strings.Repeat("\n[b]", million), ")")},
		{name: "unary operators on lines of their own in a for expression", files: in("{for a in b : a => (1) + ", strings.Repeat("!\n", million), "a }")},
		{name: "brackets behind directives that end nothing", files: in(`["`, strings.Repeat("%{endif}", 20_000)+`", `+strings.Repeat("[", million), "")},
		{name: "splats", files: nested("", "a", "[*]")},
	}
	for i := range rows {
		rows[i].name = "a million " + rows[i].name // or as many as a heredoc takes
		rows[i].exit, rows[i].errs = 2, []string{tooDeep}
	}
	return append(rows,
		row{
			name:  "a file with a table and a million brackets",
			files: map[string]string{"hostile/main.tf": table("t") + "x = " + strings.Repeat("[", million)},
			exit:  2, errs: []string{`hostile/main\.tf:4:\d+: nested more than 1000 levels deep`},
		},
		row{
			name:  "a million brackets in JSON",
			files: map[string]string{"hostile/bad.tf.json": `{"locals": {"x": ` + strings.Repeat("[", million), "hostile/main.tf": table("t")},
			exit:  2, errs: []string{`hostile/bad\.tf\.json:1:\d+: nested more than 1000 levels deep`},
		},
		row{
			name:  "a million parentheses in a string in JSON",
			files: map[string]string{"hostile/bad.tf.json": `{"locals": {"x": "${` + strings.Repeat("(", million) + "1" + strings.Repeat(")", million) + `}"}}`, "hostile/main.tf": table("t")},
			exit:  2, errs: []string{`hostile/bad\.tf\.json:1:\d+: nested more than 1000 levels deep`},
		},
		row{
			name:  "a million parentheses in the type of a variable, in quotes",
			files: broken("variable \"v\" {\n  type = \"" + strings.Repeat("(", million) + "\"\n}\n"), fixed: []string{"hostile/main.tf"},
		},
		row{
			name: "130,000 parentheses as a key", args: []string{"--kms-key", strings.Repeat("(", 130_000), "."}, alone: true,
			exit: 2, errs: []string{`cmkify: --kms-key: .*`},
		},
		row{
			name:  "a million brackets in variable values",
			files: map[string]string{"hostile/terraform.tfvars": "x = " + strings.Repeat("[", million), "hostile/main.tf": table("t")},
			exit:  2, errs: []string{`hostile/terraform\.tfvars:1:\d+: nested more than 1000 levels deep`},
		},
		row{
			// Only its versions would matter, and those it does not tell.
			name:  "a million brackets in the lock file",
			files: map[string]string{"hostile/.terraform.lock.hcl": "x = " + strings.Repeat("[", million), "hostile/main.tf": table("t")},
			exit:  2, errs: []string{`hostile/\.terraform\.lock\.hcl:1:\d+: nested more than 1000 levels deep`},
		},
		row{
			name:  "900 levels, and many small ones, are not too deep",
			files: broken("x = " + strings.Repeat("[", 900) + strings.Repeat("]", 900) + "\nlocals {\n" + manyLines("  a%d = -1 # no\n") + manyLines("  b%d = x ? 1 : 2\n") + "}\n"),
			fixed: []string{"hostile/main.tf"},
		},
	)
}

func manyLines(format string) string {
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// textRows are files that are no text, or no Terraform.
func textRows() []row {
	heredoc := func(size int, before, after string) string {
		return before + "locals {\n  x = <<E\n" + lines(size) + "E\n}\n" + after
	}
	comment := table("t") + "# caf\xe9, NUL \x00 and \xff\xfe\n"
	rows := []row{
		{name: "5 MB heredoc in a file with a table", files: map[string]string{"hostile/main.tf": heredoc(5<<20, table("t"), "")},
			errs: []string{`hostile/main\.tf:5:7: a heredoc of 52\d{5} bytes; up to 262144 are read`}},
		{name: "5 MB heredoc in a sibling", files: broken(heredoc(5<<20, "", "")),
			errs: []string{`hostile/bad\.tf:2:7: a heredoc of 52\d{5} bytes; up to 262144 are read`}},
		{name: "300 KB heredoc", files: broken(heredoc(300_000, "", "")),
			errs: []string{`hostile/bad\.tf:2:7: a heredoc of \d+ bytes; up to 262144 are read`}},
		{name: "5 MB heredoc never closed", files: broken("locals {\n  x = <<E\n" + lines(5<<20)),
			errs: []string{`hostile/bad\.tf:2:7: .*heredoc.*`}},
		{name: "2 MB heredoc with interpolations", files: broken(heredoc(100, "", "") + "y = <<E\n" + strings.Repeat("a line with ${a} in it\n", 90_000) + "E\n"),
			errs: []string{`hostile/bad\.tf:\d+:5: a heredoc of \d+ bytes; up to 262144 are read`}},
		{name: "5 MB heredoc in a file of another folder without tables", files: map[string]string{"hostile/main.tf": heredoc(5<<20, "", "")}},
		{name: "200 KB heredoc", files: map[string]string{"hostile/main.tf": heredoc(200_000, table("t"), table("u"))}, fixed: []string{"hostile/main.tf"}},

		{name: "unclosed brace", files: broken("locals {\n"), errs: []string{`hostile/bad\.tf:\d:\d: unclosed configuration block: .*`}},
		{name: "unclosed bracket", files: broken("x = [1,\n"), errs: []string{`hostile/bad\.tf:\d:\d: .+`}},
		{name: "unclosed parenthesis", files: broken("x = (1\n"), errs: []string{`hostile/bad\.tf:\d:\d: .+`}},
		{name: "unclosed quote", files: broken("x = \"a\n"), errs: []string{`hostile/bad\.tf:1:\d: .+`}},
		{name: "unclosed heredoc", files: broken("x = <<E\na\n"), errs: []string{`hostile/bad\.tf:[123]:\d: unterminated template string: .*`}},
		{name: "unclosed comment", files: broken("/* x\n"), errs: []string{`hostile/bad\.tf:1:1: .+`}},
		{name: "unclosed interpolation", files: broken("x = \"${a\n\"\n"), errs: []string{`hostile/bad\.tf:[123]:\d: .+`}},
		{name: "unclosed directive", files: broken("x = \"%{if a}b\"\n"), errs: []string{`hostile/bad\.tf:1:\d+: .+`}},
		{name: "unclosed table", files: map[string]string{"hostile/main.tf": strings.TrimSuffix(table("t"), "}\n")}, errs: []string{`hostile/main\.tf:\d:\d+: unclosed configuration block: .*`}},
		{name: "closed too often", files: broken(strings.Repeat("}\n", 100_000)), errs: []string{`hostile/bad\.tf:1:1: .+`}},
		{name: "unclosed object in JSON", files: map[string]string{"hostile/bad.tf.json": `{"locals": {`, "hostile/main.tf": table("t")}, errs: []string{`hostile/bad\.tf\.json:1:\d+: .+`}},

		{name: "one NUL", files: broken("x\x00 = 1\n"), errs: []string{`hostile/bad\.tf:1:2: invalid character: .*`}},
		{name: "a NUL in a string", files: broken("x = \"a\x00b\"\n"), fixed: []string{"hostile/main.tf"}}, // as Terraform does
		{name: "a megabyte of NULs", files: broken(strings.Repeat("\x00", million)), errs: []string{`hostile/bad\.tf:1:1: not a text file .*`}},
		{name: "a table and a megabyte of NULs", files: map[string]string{"hostile/main.tf": table("t") + strings.Repeat("\x00", million)}, errs: []string{`hostile/main\.tf:4:1: not a text file .*`}},
		{name: "a megabyte of $", files: broken(strings.Repeat("$", million)), errs: []string{`hostile/bad\.tf:1:500001: too large: more than 500000 tokens`}},
		{name: "a megabyte of backticks", files: broken(strings.Repeat("`", million)), errs: []string{`hostile/bad\.tf:1:500001: too large: more than 500000 tokens`}},
		{name: "a megabyte of @", files: broken(strings.Repeat("@", million)), errs: []string{`hostile/bad\.tf:1:500001: too large: more than 500000 tokens`}},
		{name: "a megabyte of quotes", files: broken(strings.Repeat(`"`, million)), errs: []string{`hostile/bad\.tf:1:500001: too large: more than 500000 tokens`}},
		{name: "a megabyte of invalid UTF-8", files: broken(strings.Repeat("\xff", million)), errs: []string{`hostile/bad\.tf:1:500001: too large: more than 500000 tokens`}},
		{name: "32 MiB of brackets", files: broken(strings.Repeat("[", 32<<20)), errs: []string{`hostile/bad\.tf:.+`}},
		{name: "8 MiB of attributes", files: broken(strings.Repeat("a=1\n", 2<<20)), errs: []string{`hostile/bad\.tf:.+`}},
		{name: "a terabyte", files: map[string]string{"hostile/main.tf": table("t")},
			setup: func(t *testing.T, root string) {
				path := filepath.Join(root, "hostile/bad.tf")
				write(t, root, map[string]string{"hostile/bad.tf": ""})
				mayBe(t, "a sparse file of a terabyte", os.Truncate(path, 1<<40))
			},
			errs: []string{`hostile/bad\.tf: too large: 1099511627776 bytes; up to \d+ are read`}},

		{name: "UTF-16 LE", files: broken(utf16LE), errs: []string{`hostile/bad\.tf:1:1: encoded as UTF-16; .*`}},
		{name: "UTF-16 BE", files: broken(utf16BE), errs: []string{`hostile/bad\.tf:1:1: encoded as UTF-16; .*`}},
		{name: "UTF-16 LE, the only file", files: map[string]string{"hostile/main.tf": utf16LE}, errs: []string{`hostile/main\.tf:1:1: encoded as UTF-16; .*`}},
		{name: "UTF-16 BE, the only file", files: map[string]string{"hostile/main.tf": utf16BE}, errs: []string{`hostile/main\.tf:1:1: encoded as UTF-16; .*`}},
		{name: "lone CRs", files: map[string]string{"hostile/main.tf": strings.ReplaceAll(table("t"), "\n", "\r")}, errs: []string{`hostile/main\.tf:1:\d+: .+`}},
		{name: "invalid UTF-8 in a string", files: broken("x = \"caf\xe9\"\n"), errs: []string{`hostile/bad\.tf:1:\d+: .+`}},
		{name: "invalid UTF-8 in an identifier", files: broken("caf\xe9 = 1\n"), errs: []string{`hostile/bad\.tf:1:[14]: .+`}},
		{name: "invalid UTF-8 in a comment", files: map[string]string{"hostile/main.tf": comment}, fixed: []string{"hostile/main.tf"}},
		{name: "a comment of 4 MB", files: map[string]string{"hostile/main.tf": table("t") + "/*\n" + lines(4<<20) + "*/\n"}, fixed: []string{"hostile/main.tf"}},
		{name: "a control character in a label", files: map[string]string{"hostile/main.tf": table("t") + "resource \"aws_dynamodb_table\" \"a\x1b[31m\" {\n}\n"}, exit: 2, errs: []string{`hostile/main\.tf:4:31: invalid resource name "a\\x1b\[31m"`}},
		{
			name: "control characters in a file, on a terminal", args: []string{"-n", "."}, shell: `exec "$CMKIFY" -n --color=always .`,
			files: map[string]string{"hostile/main.tf": table("t") + "# \x1b[2J\u202e\r\n"}, exit: 1, check: func(t *testing.T, o *outcome) {
				rest := regexp.MustCompile(`\x1b\[\d*m`).ReplaceAllString(o.stdout, "")
				if strings.ContainsAny(rest, "\x1b\r\u202e") {
					t.Errorf("stdout: %.600q", rest)
				}
			},
		},
		{name: "an empty file", files: broken(""), fixed: []string{"hostile/main.tf"}},
		{name: "a file with only a byte order mark", files: broken("\uFEFF"), fixed: []string{"hostile/main.tf"}},
		{name: "an empty file of JSON", files: map[string]string{"hostile/bad.tf.json": "", "hostile/main.tf": table("t")}, errs: []string{`hostile/bad\.tf\.json:1:1: .+`}},
		{name: "only empty files", files: map[string]string{"hostile/main.tf": "", "hostile/x.tf": "\n", "hostile/y.tf": "\uFEFF"}},
		{name: "5,000 tables in a file", files: map[string]string{"hostile/main.tf": tables(5000)}, fixed: []string{"hostile/main.tf"}, check: isDone},
	}
	for i := range rows {
		if rows[i].errs != nil {
			rows[i].exit = 2
		}
	}
	return rows
}

func tables(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(table(fmt.Sprintf("t%d", i)) + "\n")
	}
	return b.String()
}

// isDone checks that a second run finds nothing.
func isDone(t *testing.T, o *outcome) {
	t.Helper()
	_, stderr, state := row{args: []string{"--check", "."}}.execute(t, o.root)
	if state.ExitCode() != 0 {
		t.Errorf("a second run: %v, %.300s", state, stderr)
	}
}

// kindRows are files that are no plain ones, or must not be touched.
func kindRows() []row {
	return []row{
		{
			name: "an unreadable file", nobody: true, files: broken("x = 1\n"), setup: modes("hostile/bad.tf", 0),
			exit: 2, errs: []string{`hostile/bad\.tf: permission denied`},
		},
		{
			name: "an unreadable folder", nobody: true, files: broken("x = 1\n"), setup: modes("hostile", 0),
			exit: 2, errs: []string{`hostile: permission denied`},
		},
		{
			name: "a folder that can be listed, not entered", nobody: true, files: map[string]string{"hostile/main.tf": table("t")}, setup: modes("hostile", 0o444),
			exit: 2, errs: []string{`hostile/main\.tf: permission denied`},
		},
		{
			name: "an unreadable .gitignore", nobody: true, files: map[string]string{".git/HEAD": "", "hostile/.gitignore": "*\n", "hostile/main.tf": table("t")}, setup: modes("hostile/.gitignore", 0),
			exit: 2, errs: []string{`hostile/?.*: permission denied`}, free: []string{"hostile/main.tf"},
		},
		{
			name: "a read-only file", files: map[string]string{"hostile/main.tf": table("t")}, setup: modes("hostile/main.tf", 0o444),
			exit: 2, errs: []string{`hostile/main\.tf: file is read-only`},
		},
		{
			name: "a read-only file beside one to fix", files: map[string]string{"hostile/a.tf": table("a"), "hostile/main.tf": table("t")}, setup: modes("hostile/main.tf", 0o444),
			exit: 2, errs: []string{`hostile/main\.tf: file is read-only`},
		},
		{
			name: "a read-only file with the key", setup: modes("hostile/kms.tf", 0o444),
			files: map[string]string{"hostile/kms.tf": "resource \"aws_kms_key\" \"logs\" {\n  is_enabled = true\n  enable_key_rotation = true\n}\n", "hostile/main.tf": table("t")},
			exit:  2, errs: []string{`hostile/kms\.tf: file is read-only`},
		},
		{
			name: "a read-only folder", nobody: true, files: map[string]string{"hostile/main.tf": table("t")}, setup: modes("hostile", 0o555),
			exit: 2, errs: []string{`hostile/main\.tf: permission denied`},
		},
		{
			name: "a link to a file inside", files: map[string]string{"hostile/x.txt": "", "shared/main.txt": table("t")}, setup: link("../shared/main.txt", "hostile/main.tf"),
			fixed: []string{"shared/main.txt"},
		},
		{
			name: "a chain of links to a file inside", files: map[string]string{"hostile/x.txt": "", "shared/main.txt": table("t")},
			setup: both(link("../shared/main.txt", "hostile/b"), link("b", "hostile/main.tf")), fixed: []string{"shared/main.txt"},
		},
		{
			name: "a link to a file of another folder", files: map[string]string{"hostile/x.txt": "", "other/main.tf": table("t")}, setup: link("../other/main.tf", "hostile/main.tf"),
			fixed: []string{"other/main.tf"},
		},
		{
			// Each of the folders is a module, and needs a key of its own.
			name: "a file that two folders link to", setup: both(link("../shared/t.txt", "a/t.tf"), link("../shared/t.txt", "b/t.tf")),
			files: map[string]string{"a/kms.tf": otherKey, "b/kms.tf": otherKey, "shared/t.txt": table("t")},
			free:  []string{"a/kms.tf", "b/kms.tf", "shared/t.txt"}, exit: 2, errs: []string{`[ab]/t\.tf: .+`, `[ab]/t\.tf: .+`}, check: keysDeclared,
		},
		{
			// The key of one folder would not be in the other.
			name: "a file of a folder that another one links to", setup: link("../a/t.tf", "b/t.tf"),
			files: map[string]string{"a/kms.tf": otherKey, "a/t.tf": table("t"), "b/kms.tf": otherKey},
			exit:  2, errs: []string{`a/t\.tf: other folders may share this file.+`, `b/t\.tf: other folders may share this file.+`},
		},
		{
			// Whatever reads the variable in the other folder is not seen.
			name: "a file of variables that another folder links to", setup: link("../a/variables.tf", "b/variables.tf"),
			files: map[string]string{"a/main.tf": switchedTable, "a/variables.tf": "variable \"encrypt\" {\n  default = false\n}\n", "b/main.tf": "output \"encrypt\" {\n  value = var.encrypt\n}\n"},
			free:  []string{"a/main.tf"}, check: isDone,
		},
		{
			name: "a link to a file outside", args: []string{"hostile", "z"}, files: map[string]string{"hostile/x.txt": "", "outside/main.txt": table("t")},
			setup: link("../outside/main.txt", "hostile/main.tf"),
			exit:  2, errs: []string{`hostile/main\.tf: a symbolic link to a file outside the given paths, which is not written`},
		},
		{
			name: "a link to a file outside, given by name", args: []string{"hostile/main.tf", "z"}, files: map[string]string{"hostile/x.txt": "", "outside/main.txt": table("t")},
			setup: link("../outside/main.txt", "hostile/main.tf"), fixed: []string{"outside/main.txt"},
		},
		{
			name: "a link to itself", files: map[string]string{"hostile/main.tf": table("t")}, setup: link("bad.tf", "hostile/bad.tf"),
			exit: 2, errs: []string{`hostile/bad\.tf: too many levels of symbolic links`},
		},
		{
			name: "a link to itself, given", args: []string{"bad", "z"}, setup: link("bad", "bad"),
			exit: 2, errs: []string{`bad: too many (levels of symbolic )?links`},
		},
		{
			name: "a link to a folder above", files: map[string]string{"hostile/main.tf": table("t")}, setup: both(link("..", "hostile/loop"), link(".", "hostile/loop.tf")),
			exit: 2, errs: []string{`hostile/loop\.tf: not a regular file`},
		},
		{
			name: "a link to a folder above, which is no Terraform file", files: map[string]string{"hostile/main.tf": table("t")}, setup: link("..", "hostile/loop"),
			fixed: []string{"hostile/main.tf"},
		},
		{
			name: "a dangling link", files: map[string]string{"hostile/main.tf": table("t")}, setup: link("nowhere", "hostile/bad.tf"),
			exit: 2, errs: []string{`hostile/bad\.tf: no such file or directory`},
		},
		{
			name: "a dangling link, given", args: []string{"bad.tf", "z"}, setup: link("nowhere", "bad.tf"),
			exit: 2, errs: []string{`bad\.tf: no such file or directory`},
		},
		{
			name: "an editor's dangling link", files: map[string]string{"hostile/main.tf": table("t")}, setup: link("me@host.1:2", "hostile/.#main.tf"),
			fixed: []string{"hostile/main.tf"},
		},
		neverOpened("a pipe", func(path string) error { return syscall.Mkfifo(path, 0o644) }),
		neverOpened("a socket", socket),
		neverOpened("a device", func(path string) error { return syscall.Mknod(path, syscall.S_IFCHR|0o644, 1<<8|5) }), // /dev/zero
		{
			name: "pipes named as the other files that are read", files: map[string]string{"hostile/main.tf": table("t"), ".git/HEAD": ""},
			setup: func(t *testing.T, root string) {
				for _, name := range []string{".gitignore", "outputs.txt"} {
					mayBe(t, "a pipe", syscall.Mkfifo(filepath.Join(root, "hostile", name), 0o644))
				}
			},
			fixed: []string{"hostile/main.tf"},
		},
		{
			name: "folders named like files", files: map[string]string{
				"hostile/main.tf": table("t"), "hostile/x.tf/main.tf": table("u"), "hostile/terraform.tfvars/x": "", "hostile/.gitignore/x": "", "hostile/.terraform.lock.hcl/x": "",
			},
			fixed: []string{"hostile/main.tf", "hostile/x.tf/main.tf"},
		},
		{
			name: "files whose names begin as those of temporary files do", files: map[string]string{"hostile/main.tf": table("t"), "hostile/.cmkify-notes.md": "mine\n"},
			fixed: []string{"hostile/main.tf"},
		},
		{
			name: "a line of 100 KB in .gitignore", files: map[string]string{
				".git/HEAD": "", ".gitignore": "# " + strings.Repeat("x", 100_000) + "\n/ignored/\n",
				"hostile/main.tf": table("t"), "ignored/main.tf": table("t"),
			},
			fixed: []string{"hostile/main.tf"},
		},
	}
}

const otherKey = "resource \"aws_kms_key\" \"other\" {\n  enable_key_rotation = true\n}\n"

// switchedTable is a root module with a table that a variable encrypts.
const switchedTable = `terraform {
  backend "s3" {}
}

resource "aws_dynamodb_table" "t" {
  name = "t"

  server_side_encryption {
    enabled     = var.encrypt
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
}
`

// keysDeclared checks that no folder refers to a key that it does not have.
func keysDeclared(t *testing.T, o *outcome) {
	t.Helper()
	for _, dir := range []string{"a", "b"} {
		src := o.after[dir+"/kms.tf"].data + o.after["shared/t.txt"].data
		if strings.Contains(src, "aws_kms_key.dynamodb") && !strings.Contains(src, `"aws_kms_key" "dynamodb"`) {
			t.Errorf("%s refers to a key that it does not have:\n%s", dir, src)
		}
	}
}

// modes gives a path a mode, and takes it away so that the tree can be removed.
func modes(path string, mode fs.FileMode) func(*testing.T, string) {
	return func(t *testing.T, root string) {
		path := filepath.Join(root, path)
		must(t, os.Chmod(path, mode))
		t.Cleanup(func() { os.Chmod(path, 0o755) })
	}
}

func link(target, path string) func(*testing.T, string) {
	return func(t *testing.T, root string) {
		must(t, os.Symlink(target, filepath.Join(root, path)))
	}
}

func both(a, b func(*testing.T, string)) func(*testing.T, string) {
	return func(t *testing.T, root string) {
		a(t, root)
		b(t, root)
	}
}

func socket(path string) error {
	// The name of a socket must be short.
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	name := fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), filepath.Base(path))
	return syscall.Bind(fd, &syscall.SockaddrUnix{Name: name})
}

// neverOpened is a row with a file that is no regular one beside a table, and
// in a folder of its own: opening some devices does something.
func neverOpened(name string, create func(path string) error) row {
	var watch int
	return row{
		name: name, files: map[string]string{"hostile/main.tf": table("t"), "hostile2/x.txt": ""},
		setup: func(t *testing.T, root string) {
			fd, err := syscall.InotifyInit1(syscall.IN_NONBLOCK | syscall.IN_CLOEXEC)
			must(t, err)
			t.Cleanup(func() { syscall.Close(fd) })
			for _, folder := range []string{"hostile", "hostile2"} {
				path := filepath.Join(root, folder, "bad.tf")
				mayBe(t, name, create(path))
				_, err := syscall.InotifyAddWatch(fd, path, syscall.IN_OPEN)
				must(t, err)
			}
			watch = fd
		},
		exit: 2, errs: []string{`hostile/bad\.tf: not a regular file`, `hostile2/bad\.tf: not a regular file`},
		check: func(t *testing.T, o *outcome) {
			if n, _ := syscall.Read(watch, make([]byte, 2048)); n > 0 {
				t.Errorf("%s was opened", name)
			}
		},
	}
}

// evil is what a name may hold: all of it fools a terminal or a log.
const evil = "a\nb: fixed\x1b[2J\x1b[31m\r\t\x7f\u202e\u2028\"\\ $(x) é"

// nameRows are names that fool what prints them.
func nameRows() []row {
	files := func(name string) map[string]string {
		return map[string]string{"hostile/" + name + ".tf": table("t"), "hostile/" + name + "/main.tf": table("u")}
	}
	fixed := func(name string) []string { return slices.Collect(maps.Keys(files(name))) }
	rows := []row{
		{name: "a folder and a file with an evil name", files: files(evil), fixed: fixed(evil)},
		{
			name: "an error in a file with an evil name", files: map[string]string{"hostile/" + evil + "/" + evil + ".tf": table("t") + "x = [\n"},
			exit: 2, errs: []string{`hostile/a\\nb: fixed\\x1b\[2J\\x1b\[31m\\r\\t\\x7f\\u202e\\u2028.*\.tf:\d:\d: .+`},
		},
		{name: "an evil name that is not there", args: []string{evil, "z"}, exit: 2, errs: []string{`a\\nb: fixed\\x1b\[2J.*: no such file or directory`}},
		{name: "an evil flag", args: []string{"--" + evil}, alone: true, exit: 2, errs: []string{`cmkify: unknown flag --a\\nb: fixed\\x1b.*`}},
		{name: "evil names, in JSON", args: []string{"--check", "--format=json", "."}, files: files(evil), exit: 1, check: jsonNames(2)},
		{name: "names that are no UTF-8, in JSON", args: []string{"--check", "--format=json", "."}, files: files("\xff\xfe"), exit: 1, check: jsonNames(2)},
		{name: "names that are no UTF-8", files: files("caf\xe9\xff"), fixed: fixed("caf\xe9\xff")},
		{name: "names that look like flags", args: []string{"--", "-n", "z"}, files: map[string]string{"-n/--check.tf": table("t")}, fixed: []string{"-n/--check.tf"}},
		{name: "names of 255 bytes", files: map[string]string{"hostile/" + strings.Repeat("n", 252) + ".tf": table("t")}, fixed: []string{"hostile/" + strings.Repeat("n", 252) + ".tf"}},
		{
			name: "a path longer than the system takes", setup: deep(20 * 250),
			exit: 2, errs: []string{`hostile/nnn[n/]*: file name too long`},
		},
		{
			name: "a path just short enough to read", args: []string{"--check", "."}, setup: deep(4095 - len("/main.tf")), exit: 1,
		},
		{name: "200 folders in each other", files: map[string]string{"hostile/" + strings.Repeat("d/", 200) + "main.tf": table("t")}, fixed: []string{"hostile/" + strings.Repeat("d/", 200) + "main.tf"}},
	}
	for _, name := range []string{evil, "new\nline", "back\\slash", "sp ace ", "caf\xe9", "quo\"te", "tab\t", "\x01\x7f", "\u202eright to left", "--- a", "a -> b"} {
		rows = append(rows, row{name: fmt.Sprintf("git applies the diff of %+q", name), args: []string{"-n", "."}, files: files(name), exit: 1, check: applies(fixed(name))})
	}
	return rows
}

// deep makes folders in each other, so that the path of the last one has n
// bytes, and a table in it.
func deep(n int) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		root, err := os.OpenRoot(dir)
		must(t, err)
		defer root.Close()
		path := "hostile"
		resolved, err := filepath.EvalSymlinks(dir)
		must(t, err)
		for left := n - len(resolved+"/"+path); left > 0; left = n - len(resolved+"/"+path) {
			size := min(left-1, 250)
			if left-1-size == 1 {
				size-- // one more would be left for a slash without a name
			}
			path += "/" + strings.Repeat("n", size)
		}
		must(t, root.MkdirAll(path, 0o755))
		must(t, root.WriteFile(path+"/main.tf", []byte(table("t")), 0o644))
	}
}

// jsonNames checks that stdout is one JSON document with n findings in the
// hostile folder.
func jsonNames(n int) func(*testing.T, *outcome) {
	return func(t *testing.T, o *outcome) {
		var document struct{ Findings []struct{ File string } }
		if err := json.Unmarshal([]byte(o.stdout), &document); err != nil {
			t.Fatalf("%v: %.300q", err, o.stdout)
		}
		found := 0
		for _, f := range document.Findings {
			if strings.HasPrefix(f.File, "hostile/") {
				found++
			}
		}
		if found != n || !utf8.ValidString(o.stdout) {
			t.Errorf("%d findings, want %d: %.500q", found, n, o.stdout)
		}
	}
}

// applies checks that git makes of the diff on stdout what a run that writes
// makes of the files.
func applies(fixed []string) func(*testing.T, *outcome) {
	return func(t *testing.T, o *outcome) {
		testkit.NeedTool(t, "git")
		apply := exec.Command("git", "apply", "-")
		apply.Dir, apply.Stdin = o.root, strings.NewReader(o.stdout)
		apply.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(o.root))
		if out, err := apply.CombinedOutput(); err != nil {
			t.Fatalf("git apply: %v: %s\n%s", err, out, o.stdout)
		}
		applied := snapshot(t, o.root)
		for _, path := range fixed {
			isFix(t, path, o.before[path].data, applied[path].data)
		}
		isDone(t, o)
	}
}

// diskRows are outputs that take nothing.
func diskRows() []row {
	big := table("t") + strings.Repeat("# a line of 32 bytes is just so.\n", 4000)
	dirs := map[string]string{}
	for i := range 300 {
		dirs[fmt.Sprintf("d%03d/main.tf", i)] = table("t")
	}
	quiet := func(t *testing.T, o *outcome) {
		if o.stdout != "" {
			t.Errorf("stdout: %.200q", o.stdout)
		}
	}
	return []row{
		{
			name: "a full disk", setup: fullDisk(map[string]string{"main.tf": table("t")}, 0),
			exit: 2, errs: []string{`hostile/main\.tf: no space left on device.*`},
		},
		{
			// The key's new file fits, and the table's does not.
			name: "a disk that is full after the first file", setup: fullDisk(map[string]string{"kms.tf": otherKey, "main.tf": big[:12000]}, 2),
			exit: 2, errs: []string{`hostile/main\.tf: no space left on device.*`},
		},
		{
			// The system sends a signal, which ends a Go program, too.
			name: "a limit on the size of files", shell: `ulimit -f 16 && exec "$CMKIFY" .`, files: map[string]string{"hostile/main.tf": big},
			exit: 2, errs: []string{`hostile/main\.tf: file too large.*`},
		},
		{
			name: "a limit on open files", shell: `ulimit -n 16 && exec "$CMKIFY" .`, files: map[string]string{"hostile/main.tf": table("t")},
			fixed: []string{"hostile/main.tf"},
		},
		{name: "stdout is a full device", shell: `exec "$CMKIFY" -n . >/dev/full`, alone: true, exit: 2, errs: []string{`.*no space left on device`}},
		{name: "stdout is a full device, JSON", shell: `exec "$CMKIFY" --check --format=json . >/dev/full`, alone: true, exit: 2, errs: []string{`.*no space left on device`}},
		{name: "stdout is a full device, check", shell: `exec "$CMKIFY" --check . >/dev/full`, alone: true, exit: 2, errs: []string{`.*no space left on device`}},
		{name: "--output is a full device", args: []string{"--check", "--format=json", "-o", "/dev/full", "."}, exit: 2, errs: []string{`.*no space left on device`}},
		{name: "--output in a folder that is not there", args: []string{"-o", "no/such", "."}, alone: true, exit: 2, errs: []string{`.*no/such: no such file or directory`}},
		{name: "stdout is closed", shell: `exec "$CMKIFY" -n . >&-`, alone: true, exit: 1, check: quiet},
		{name: "all outputs are closed", shell: `exec "$CMKIFY" . <&- >&- 2>&-`, check: quiet},
		// -1: ended by SIGPIPE, as any filter is.
		{name: "nobody reads stdout", args: []string{"-n", "."}, files: dirs, stdout: brokenPipe(), exit: -1},
		{name: "nobody reads stdout, check", args: []string{"--check", "."}, files: dirs, stdout: brokenPipe(), exit: -1},
		{name: "only the first line of stdout is read", shell: `"$CMKIFY" -n . | head -1`, files: dirs, alone: true, check: func(t *testing.T, o *outcome) {
			if o.stdout != "--- a/d000/main.tf\n" {
				t.Errorf("stdout: %.200q", o.stdout)
			}
		}},
		{
			name: "only the first line of stderr is read", shell: `"$CMKIFY" . 2>&1 | head -1`, files: dirs, alone: true, ended: true,
			free: append(slices.Collect(maps.Keys(dirs)), "z/main.tf"), check: oldOrNew,
		},
	}
}

// fullDisk puts the files on a small disk at hostile, which it fills but for
// some pages of 4 KiB.
func fullDisk(files map[string]string, pages int) func(*testing.T, string) {
	return func(t *testing.T, root string) {
		dir := filepath.Join(root, "hostile")
		must(t, os.Mkdir(dir, 0o755))
		mayBe(t, "mounting a small disk", syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"))
		t.Cleanup(func() {
			if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
				t.Error(err)
			}
		})
		write(t, dir, files)
		var disk syscall.Statfs_t
		must(t, syscall.Statfs(dir, &disk))
		filler := strings.Repeat("x", (int(disk.Bavail)-pages)*int(disk.Bsize))
		write(t, dir, map[string]string{"filler": filler})
	}
}

// brokenPipe returns the end for writing of a pipe that no one reads.
func brokenPipe() *os.File {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	r.Close()
	return w
}

// oldOrNew checks that every file is whole, whatever ended the run, and that
// the next one does what is left.
func oldOrNew(t *testing.T, o *outcome) {
	t.Helper()
	for path, before := range o.before {
		if after := o.after[path]; before.data != after.data {
			isFix(t, path, before.data, after.data)
		}
	}
	if _, stderr, state := (row{}).execute(t, o.root); state.ExitCode() != 0 {
		t.Errorf("the next run: %v, %.300s", state, stderr)
	}
	for path, after := range snapshot(t, o.root) {
		if before, was := o.before[path]; !was {
			t.Errorf("%q: left behind by the next run, too", path)
		} else if before.mode.IsRegular() {
			isFix(t, path, before.data, after.data)
		}
	}
	isDone(t, o)
}
