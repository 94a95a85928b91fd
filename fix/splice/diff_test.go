package splice

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cmkify/internal/testkit"
)

const (
	diffLetters = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no\np\nq\nr\ns\n"

	diffTable = `resource "aws_dynamodb_table" "t" {
  name = "t"

  ttl {
  }

  lifecycle {
  }
}
`
	diffTableWithBlock = `@@ -4,6 +4,9 @@
   ttl {
   }
 
+  sse {
+  }
+
   lifecycle {
   }
 }
`
)

// A swap is an edit told by text: its old is the first of its kind in the file,
// and what is in front of a "|" stays.
type swap struct{ old, new string }

// swapEdits finds the places of the swaps.
func swapEdits(file string, swaps []swap) []Edit {
	var edits []Edit
	for _, s := range swaps {
		kept, gone, _ := strings.Cut(s.old, "|")
		start := strings.Index(file, kept+gone)
		if start < 0 {
			panic("no such text: " + s.old)
		}
		start += len(kept)
		edits = append(edits, Edit{Start: start, End: start + len(gone), New: s.new})
	}
	return edits
}

// diffExamples are diffs less their header.
var diffExamples = []struct {
	name  string
	old   string
	swaps []swap
	want  string
}{
	{"no edits", diffLetters, nil, ""},
	{"nothing of an empty file", "", []swap{{"|", ""}}, ""},
	{"the same text", diffLetters, []swap{{"|c\nd\n", "c\nd\n"}}, ""},
	{"taken out and put back", diffLetters, []swap{{"|c\n", ""}, {"|d\n", "c\nd\n"}}, ""},
	{"the only line", "a = false\n", []swap{{"|false", "true"}}, `@@ -1 +1 @@
-a = false
+a = true
`},
	{"a line among others", diffLetters, []swap{{"|m", "M"}}, `@@ -10,7 +10,7 @@
 j
 k
 l
-m
+M
 n
 o
 p
`},
	{"contexts that touch are one hunk", diffLetters, []swap{{"|h", "H"}, {"|o", "O"}}, `@@ -5,14 +5,14 @@
 e
 f
 g
-h
+H
 i
 j
 k
 l
 m
 n
-o
+O
 p
 q
 r
`},
	{"a line between contexts parts them", diffLetters, []swap{{"g\n|", "H\n"}, {"|p\n", ""}}, `@@ -5,6 +5,7 @@
 e
 f
 g
+H
 h
 i
 j
@@ -13,7 +14,6 @@
 m
 n
 o
-p
 q
 r
 s
`},
	{"neighbours are one change", "a\nb\nc\n", []swap{{"|a", "A"}, {"|b", "B"}}, `@@ -1,3 +1,3 @@
-a
-b
+A
+B
 c
`},
	{"two edits of one line", "a b\n", []swap{{"|a", "A"}, {"|b", "B"}}, `@@ -1 +1 @@
-a b
+A B
`},
	{"a block above a line", diffTable, []swap{{"|  lifecycle", "  sse {\n  }\n\n  lifecycle"}}, diffTableWithBlock},
	{"a block at a line start", diffTable, []swap{{"  }\n\n|", "  sse {\n  }\n\n"}}, diffTableWithBlock},
	{"a block at a word", diffTable, []swap{{"  }\n\n  |", "sse {\n  }\n\n  "}}, diffTableWithBlock},
	{"a block behind a block is shown as the edit has it", diffTable, []swap{{"ttl {\n  }|", "\n\n  sse {\n  }"}}, `@@ -3,6 +3,9 @@
 
   ttl {
   }
+
+  sse {
+  }
 
   lifecycle {
   }
`},
	{"a block written anew shows what is new", "t {\n  b {\n  }\n}\n", []swap{{"|t {\n  b {\n  }\n}", "t {\n  b {\n  }\n\n  s {\n  }\n}"}}, `@@ -1,4 +1,7 @@
 t {
   b {
   }
+
+  s {
+  }
 }
`},
	{"a block among its like", "}\n\n}\n\n}\n", []swap{{"}\n\n|", "}\n\n"}}, `@@ -1,5 +1,7 @@
 }
 
+}
+
 }
 
 }
`},
	{"the shortest diff, not the fastest", "c\nb\na\nb\nd\na\na\nb\nc\nc\n", []swap{{"|c\nb\na\nb\nd\na\na\nb\nc\nc\n", "b\nd\na\nb\na\nc\nb\n"}}, `@@ -1,10 +1,7 @@
-c
 b
+d
 a
 b
-d
 a
-a
+c
 b
-c
-c
`},
	{"the first and the last line", "a\nb\nc\nd\ne\nf\ng\n", []swap{{"|", "A\n"}, {"g\n|", "G\n"}}, `@@ -1,3 +1,4 @@
+A
 a
 b
 c
@@ -5,3 +6,4 @@
 e
 f
 g
+G
`},
	{"the line end goes", "a\nb\nc\n", []swap{{"a|\n", ""}}, `@@ -1,3 +1,2 @@
-a
-b
+ab
 c
`},
	{"text without a line end at a line start", "a\nb\n", []swap{{"a\n|", "x"}}, `@@ -1,2 +1,2 @@
 a
-b
+xb
`},
	{"an empty file is filled", "", []swap{{"|", "a\nb\n"}}, `@@ -0,0 +1,2 @@
+a
+b
`},
	{"a file is emptied", "a\nb\n", []swap{{"|a\nb\n", ""}}, `@@ -1,2 +0,0 @@
-a
-b
`},
	{"no final newline", "a\nb", []swap{{"|a", "A"}}, `@@ -1,2 +1,2 @@
-a
+A
 b
\ No newline at end of file
`},
	{"no final newline on both sides", "b", []swap{{"|b", "B"}}, `@@ -1 +1 @@
-b
\ No newline at end of file
+B
\ No newline at end of file
`},
	{"a final newline comes", "a\nb", []swap{{"b|", "\nc\n"}}, `@@ -1,2 +1,3 @@
 a
-b
\ No newline at end of file
+b
+c
`},
	{"a final newline goes", "a\nb\n", []swap{{"b|\n", ""}}, `@@ -1,2 +1,2 @@
 a
-b
+b
\ No newline at end of file
`},
	{"a final newline goes and text comes", "a\nb\n", []swap{{"b|\n", ""}, {"b\n|", "c"}}, `@@ -1,2 +1,2 @@
 a
-b
+bc
\ No newline at end of file
`},
	{"CRLF", "a\r\nb\r\n", []swap{{"|b", "B"}, {"b|\r\n", "\r\n\r\n"}}, "@@ -1,2 +1,3 @@\n a\r\n-b\r\n+B\r\n+\r\n"},
	{"a lone CR ends no line", "a\rb\nc\n", []swap{{"|b", "B"}}, "@@ -1,2 +1,2 @@\n-a\rb\n+a\rB\n c\n"},
	{"CRLF becomes LF", "a\r\n", []swap{{"a|\r", ""}}, "@@ -1 +1 @@\n-a\r\n+a\n"},
	{"BOM", "\ufeffa\nb\n", []swap{{"|a", "A"}}, "@@ -1,2 +1,2 @@\n-\ufeffa\n+\ufeffA\n b\n"},
	{"NUL and Latin-1", "\x00\n\xe9t\xe9\n\xff\n", []swap{{"|t", "T"}, {"|\xff", "\xfe"}}, "@@ -1,3 +1,3 @@\n \x00\n-\xe9t\xe9\n-\xff\n+\xe9T\xe9\n+\xfe\n"},
	{"a line of line separators", "a\u2028b\u0085\f\n", []swap{{"|b", "B"}}, "@@ -1 +1 @@\n-a\u2028b\u0085\f\n+a\u2028B\u0085\f\n"},
}

func TestDiff(t *testing.T) {
	for _, test := range diffExamples {
		t.Run(test.name, func(t *testing.T) {
			want := test.want
			if want != "" {
				want = "--- a/main.tf\n+++ b/main.tf\n" + want
			}
			got, err := Diff("main.tf", []byte(test.old), swapEdits(test.old, test.swaps))
			if err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestDiffRefusesWhatApplyRefuses(t *testing.T) {
	for _, edits := range [][]Edit{
		{{Start: 2, End: 1}},
		{{Start: -1, End: 0}},
		{{Start: 0, End: 4}},
		{{Start: 2, End: 3}, {Start: 0, End: 1}},
		{{Start: 0, End: 2}, {Start: 1, End: 3}},
	} {
		got, err := Diff("main.tf", []byte("a\nb"), edits)
		if _, want := Apply([]byte("a\nb"), edits); err == nil || err.Error() != want.Error() || got != "" {
			t.Errorf("%v: got %q and error %v, want the error %v", edits, got, err, want)
		}
	}
}

// diffPaths are the names of files and how git writes them behind ---.
var diffPaths = []struct{ path, want string }{
	{"main.tf", "a/main.tf"},
	{"a/b-c_d.e/main.tf", "a/a/b-c_d.e/main.tf"},
	{"main tf", "a/main tf\t"},
	{"main  tf", "a/main  tf\t"},
	{" main.tf", "a/ main.tf\t"},
	{"main.tf ", "\"a/main.tf \"\t"},
	{"main.tf 2026-01-02 03:04:05.000000000 +0000", "a/main.tf 2026-01-02 03:04:05.000000000 +0000\t"},
	{"größe/表.tf", "a/größe/表.tf"},
	{"it's.tf", "a/it's.tf"},
	{`say "a b".tf`, `"a/say \"a b\".tf"` + "\t"},
	{`back\slash.tf`, `"a/back\\slash.tf"`},
	{"\a\b\t\n\v\f\r", `"a/\a\b\t\n\v\f\r"`},
	{"\x01\x1f\x7f", `"a/\001\037\177"`},
	{"\u0085é", `"a/\302\205é"`},
	{"\xe9t\xe9 ü\ufffd", `"a/\351t\351 ü` + "\ufffd\"\t"},
}

func TestDiffPaths(t *testing.T) {
	for _, test := range diffPaths {
		got, err := Diff(test.path, nil, []Edit{{New: "a\n"}})
		want := fmt.Sprintf("--- %s\n+++ %s\n@@ -0,0 +1 @@\n+a\n", test.want, strings.Replace(test.want, "a/", "b/", 1))
		if err != nil || got != want {
			t.Errorf("%q: got %q and %v, want %q", test.path, got, err, want)
		}
	}
}

// numberedLines are n lines that are all different.
func numberedLines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}

// What go-diff is not given must still come out right, and in short time.
func TestDiffOfManyDistinctLines(t *testing.T) {
	for _, n := range []int{maxCompared / 2, maxCompared/2 + 1, 100_000} {
		old := numberedLines(n)
		for name, text := range map[string]string{
			"all others":       strings.ReplaceAll(old, "line", "row"),
			"one other":        strings.Replace(old, "line 1000\n", "row\n", 1),
			"none":             "",
			"no final newline": strings.TrimSuffix(old, "\n"),
			"the same":         old,
			"twice the same":   old + old,
		} {
			t.Run(fmt.Sprint(n, " ", name), func(t *testing.T) {
				checkDiff(t, old, []Edit{{End: len(old), New: text}})
				checkDiff(t, text, []Edit{{End: len(text), New: old}})
			})
		}
	}
}

func TestDiffIsStable(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		old, edits := randomDiff(random)
		first, err := Diff("f", []byte(old), edits)
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			if again, _ := Diff("f", []byte(old), edits); again != first {
				t.Fatalf("one time:\n%s\nanother time:\n%s", first, again)
			}
		}
	}
}

func FuzzDiff(f *testing.F) {
	for _, test := range diffExamples {
		f.Add(test.old, editProgram(swapEdits(test.old, test.swaps)))
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		old, edits := randomDiff(random)
		f.Add(old, editProgram(edits))
	}
	f.Fuzz(func(t *testing.T, old, program string) {
		checkDiff(t, old, programEdits(old, program))
	})
}

// editProgram writes edits as a string that a fuzzer can bend: for each how far
// it is from the one before, how many bytes go, how many come, and these.
func editProgram(edits []Edit) string {
	var program []byte
	at := 0
	for _, e := range edits {
		program = append(program, byte(e.Start-at), byte(e.End-e.Start), byte(len(e.New)))
		program = append(program, e.New...)
		at = e.End
	}
	return string(program)
}

// programEdits reads what editProgram writes, and makes the best of the rest.
func programEdits(old, program string) []Edit {
	var edits []Edit
	at := 0
	for len(program) >= 3 {
		start := min(at+int(program[0]), len(old))
		end := min(start+int(program[1]), len(old))
		size := min(3+int(program[2]), len(program))
		edits = append(edits, Edit{Start: start, End: end, New: program[3:size]})
		program, at = program[size:], end
	}
	return edits
}

// randomDiff makes a file of few different lines, so that much of it looks
// alike, and edits at the places where diffs go wrong more often than not.
func randomDiff(random *rand.Rand) (string, []Edit) {
	pieces := []string{"\n", "}\n", "  a = 1\n", "t {\n", "a\r\n", "\r\n", "\x00\n", "\xe9t\xe9\n", "+b\n", "-- c\n", "@@ -1 +1 @@\n", "\\ No newline at end of file\n"}
	text := func(n int) string {
		var b strings.Builder
		for range random.IntN(n) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		switch random.IntN(4) {
		case 0:
			return strings.TrimSuffix(b.String(), "\n")
		case 1:
			return b.String() + "x"
		}
		return b.String()
	}
	old := text(40)
	if random.IntN(8) == 0 {
		old = "\ufeff" + old
	}
	places := make([]int, 2*random.IntN(5))
	for i := range places {
		places[i] = random.IntN(len(old) + 1)
		if random.IntN(2) == 0 {
			places[i] = lineStart([]byte(old), places[i])
		}
	}
	slices.Sort(places)
	var edits []Edit
	for ; len(places) > 0; places = places[2:] {
		start, end := places[0], places[1]
		if random.IntN(2) == 0 {
			end = start
		}
		edits = append(edits, Edit{Start: start, End: end, New: text(6)})
	}
	return old, edits
}

// checkDiff holds the diff of the edits to what a diff must be.
func checkDiff(t *testing.T, old string, edits []Edit) {
	t.Helper()
	want, err := Apply([]byte(old), edits)
	if err != nil {
		t.Fatal(err)
	}
	diff, err := Diff("f", []byte(old), edits)
	if err != nil {
		t.Fatal(err)
	}
	got, err := applyDiff(old, diff)
	if err == nil && got != string(want) {
		err = errors.New("it gives another text")
	}
	if err == nil && (diff == "") != (old == string(want)) {
		err = errors.New("it is empty, or should be")
	}
	if err != nil {
		if len(old)+len(diff) > 10_000 {
			t.Fatal(err)
		}
		t.Fatalf("%v\nold: %q\nedits: %+v\ndiff:\n%s", err, old, edits, diff)
	}
}

var hunkHeader = regexp.MustCompile(`^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n$`)

// applyDiff applies the diff of a file f, and is stricter than git and patch:
// context must be complete, hunks apart, numbers right and as short as can be,
// and in a change the lines that go come first and do not begin or end with a
// line that comes back.
func applyDiff(old, diff string) (string, error) {
	if diff == "" {
		return old, nil
	}
	body, ok := strings.CutPrefix(diff, "--- a/f\n+++ b/f\n")
	if !ok {
		return "", errors.New("no header")
	}
	from, patch := strings.SplitAfter(old, "\n"), strings.SplitAfter(body, "\n")
	from, patch = from[:len(from)-1:len(from)-1], patch[:len(patch)-1]
	if tail := old[strings.LastIndexByte(old, '\n')+1:]; tail != "" {
		from = append(from, tail)
	}
	var to []string
	at, end := 0, -1 // how many old lines are done, and where the last hunk ended
	for len(patch) > 0 {
		header := hunkHeader.FindStringSubmatch(patch[0])
		if header == nil || header[2] == "1" || header[4] == "1" {
			return "", fmt.Errorf("bad hunk header %q", patch[0])
		}
		patch = patch[1:]
		start, gone := hunkRange(header[1], header[2])
		newStart, come := hunkRange(header[3], header[4])
		if start <= end || start+gone > len(from) {
			return "", fmt.Errorf("hunk of the lines behind %d is out of place", start)
		}
		to = append(to, from[at:start]...)
		at, end = start, start+gone
		if newStart != len(to) {
			return "", fmt.Errorf("hunk goes behind line %d, not %d", len(to), newStart)
		}
		stop := len(to) + come
		var signs []byte
		var removed, added []string
		for at < end || len(to) < stop {
			if len(patch) == 0 || patch[0] == "\n" {
				return "", errors.New("hunk is too short")
			}
			sign, line := patch[0][0], patch[0][1:]
			patch = patch[1:]
			if len(patch) > 0 && patch[0] == "\\ No newline at end of file\n" {
				line = strings.TrimSuffix(line, "\n")
				patch = patch[1:]
			}
			if sign != '+' {
				if at == end || from[at] != line {
					return "", fmt.Errorf("%q is not old line %d", line, at+1)
				}
				at++
			}
			if sign == '-' && len(added) > 0 {
				return "", errors.New("a line goes behind one that comes")
			}
			switch sign {
			case '+':
				added, to = append(added, line), append(to, line)
			case '-':
				removed = append(removed, line)
			case ' ':
				to = append(to, line)
			default:
				return "", fmt.Errorf("bad sign in %q", line)
			}
			if sign == ' ' || at == end && len(to) == stop {
				if len(removed) > 0 && len(added) > 0 && len(removed)+len(added) <= maxCompared &&
					(removed[0] == added[0] || removed[len(removed)-1] == added[len(added)-1]) {
					return "", errors.New("a line goes that comes back")
				}
				removed, added = nil, nil
			}
			signs = append(signs, sign)
		}
		if len(to) != stop {
			return "", errors.New("hunk is too long")
		}
		above := len(signs) - len(strings.TrimLeft(string(signs), " "))
		below := len(signs) - len(strings.TrimRight(string(signs), " "))
		if above != min(3, start+above) || below != min(3, len(from)-end+below) {
			return "", errors.New("not three lines of context")
		}
		if strings.Contains(string(signs), "       ") {
			return "", errors.New("a hunk that should be two")
		}
	}
	text := strings.Join(append(to, from[at:]...), "")
	return text, nil
}

// hunkRange returns how many lines are before a hunk and how many it has.
func hunkRange(start, count string) (int, int) {
	s, _ := strconv.Atoi(start)
	if count == "" {
		return s - 1, 1
	}
	n, _ := strconv.Atoi(count)
	if n == 0 {
		return s, 0
	}
	return s - 1, n
}

// The two programs people apply diffs with must give what Apply gives.
func TestDiffWithGit(t *testing.T) {
	applyWith(t, 600, "git", "apply", "--whitespace=nowarn", "-p1", "--verbose")
}

func TestDiffWithPatch(t *testing.T) {
	applyWith(t, 200, "patch", "-p1", "--binary", "-s", "-i", "-")
}

// applyWith lays out the examples and n random files, each in a folder and
// under one of the odd names, applies the diffs of all in one run, and compares.
func applyWith(t *testing.T, n int, program string, args ...string) {
	testkit.NeedTool(t, program)
	var (
		top    = t.TempDir()
		random = rand.New(rand.NewPCG(5, 6))
		want   = map[string]string{}
		diffs  bytes.Buffer
	)
	lay := func(old string, edits []Edit) {
		path := fmt.Sprintf("%03d/%s", len(want), diffPaths[len(want)%len(diffPaths)].path)
		diff, err := Diff(path, []byte(old), edits)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := Apply([]byte(old), edits)
		want[path] = string(text)
		diffs.WriteString(diff)
		if err := os.MkdirAll(filepath.Dir(filepath.Join(top, path)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(top, path), []byte(old), 0o666); err != nil {
			testkit.Skip(t, testkit.FileNames, err.Error())
		}
	}
	for _, test := range diffExamples {
		lay(test.old, swapEdits(test.old, test.swaps))
	}
	for range n {
		lay(randomDiff(random))
	}
	command := exec.Command(program, args...)
	command.Dir = top
	command.Stdin = &diffs
	// In a repository git takes paths as relative to its root, and skips others.
	command.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(top), "GIT_DIR=", "LC_ALL=C")
	output, err := command.CombinedOutput()
	if err != nil || bytes.Contains(output, []byte("Skipped")) {
		t.Fatalf("%s: %v\n%s", program, err, output)
	}
	for path, text := range want {
		got, err := os.ReadFile(filepath.Join(top, path))
		if err != nil || string(got) != text {
			t.Errorf("%s: %s gives %q (%v), want %q", path, program, got, err, text)
		}
	}
}

// An edit in every second line is the most that edits can be apart and many.
func BenchmarkDiff(b *testing.B) {
	old := numberedLines(20_000)
	for name, step := range map[string]int{"alternate": 2, "consecutive": 1} {
		var edits []Edit
		at := 0
		for i, line := range strings.SplitAfter(old, "\n")[:10_000*step] {
			if i%step == 0 {
				edits = append(edits, Edit{Start: at, End: at + len("line"), New: "row"})
			}
			at += len(line)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Diff("f", []byte(old), edits); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
