package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cmkify/detect"
	"cmkify/fix"
	"cmkify/fix/keys"
	"cmkify/internal/tree"
)

// table is one that a new key is made for.
const table = "resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t\"\n}\n"

// reusing is a directory with a key that its table can be given.
const reusing = `data "aws_caller_identity" "current" {}

resource "aws_kms_key" "dynamodb" {
  enable_key_rotation = true
  policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = data.aws_caller_identity.current.account_id }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = "kms:*"
        Resource  = "*"
        Condition = { StringEquals = { "kms:CallerAccount" = data.aws_caller_identity.current.account_id } }
      },
    ]
  })
}

` + table

// write makes a folder with the files, and moves there.
func write(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, src := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func content(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// options are those of a run that writes.
func options() Options {
	return Options{
		Paths: []string{"."}, NoGitignore: true, Jobs: 4, Write: true, Edits: true,
		Fix: fix.Options{Keys: keys.Options{Policy: keys.PolicyNone, Name: "dynamodb"}},
	}
}

// runAll returns the results of a run.
func runAll(t *testing.T, o Options) []Result {
	t.Helper()
	var out []Result
	if err := Run(context.Background(), o, Same, func(r Result) error { out = append(out, r); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

func statuses(r Result) string {
	var out []string
	for _, o := range r.Outcomes {
		out = append(out, strings.TrimPrefix(o.Address(), "aws_dynamodb_table.")+" "+string(o.Status))
	}
	return strings.Join(out, ", ")
}

// TestRunKeepsTheOrder works on several directories at once, of which the
// first takes longest, and holds that they come out in the order of the walk.
func TestRunKeepsTheOrder(t *testing.T) {
	files := map[string]string{}
	var want []string
	for i := range 30 {
		dir := fmt.Sprintf("%02d", i)
		want = append(want, dir)
		files[dir+"/main.tf"] = table
	}
	for i := range 300 {
		files["00/main.tf"] += fmt.Sprintf("resource \"aws_dynamodb_table\" \"t%d\" {\n  name = \"t%d\"\n}\n", i, i)
	}
	write(t, files)
	var got []string
	for _, r := range runAll(t, options()) {
		got = append(got, r.Dir)
	}
	if !slices.Equal(got, want) {
		t.Errorf("order %v", got)
	}
}

// TestRunStops holds that no more directories are begun when emit fails, or
// the context ends, than those that are under way and those that wait for
// emit.
func TestRunStops(t *testing.T) {
	const dirs = 60
	failed := errors.New("failed")
	for name, end := range map[string]func(stop func()) error{
		"emit fails":       func(func()) error { return failed },
		"the context ends": func(stop func()) error { stop(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{}
			for i := range dirs {
				files[fmt.Sprintf("%02d/main.tf", i)] = table
			}
			write(t, files)
			o := options()
			o.Jobs = 1
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			calls := 0
			want := end(func() {})
			if err := Run(ctx, o, Same, func(Result) error { calls++; return end(stop) }); !errors.Is(err, want) {
				t.Errorf("Run returns %v, want %v", err, want)
			}
			if want != nil && calls != 1 {
				t.Errorf("emit is called %d times", calls)
			}
			written := 0
			for name := range files {
				if content(t, name) != table {
					written++
				}
			}
			if waiting := 8 * o.Jobs; written == 0 || written > waiting+4 {
				t.Errorf("%d of %d directories are written", written, dirs)
			}
		})
	}
}

// TestRunAhead holds that what writes nothing waits for no one: all directories are
// done while the first is told.
func TestRunAhead(t *testing.T) {
	const dirs = 60
	files := map[string]string{}
	for i := range dirs {
		files[fmt.Sprintf("%02d/main.tf", i)] = table
	}
	write(t, files)
	o := options()
	o.Jobs, o.Write = 1, false
	done := make(chan string, dirs)
	keep := func(r Result) string { done <- r.Dir; return r.Dir }
	end := time.Now().Add(20 * time.Second)
	err := Run(context.Background(), o, keep, func(string) error {
		for len(done) < dirs {
			if time.Now().After(end) {
				return fmt.Errorf("%d of %d directories are done", len(done), dirs)
			}
			time.Sleep(time.Millisecond)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestForeignReplicas judges tables at once of which another directory has the
// replicas, for the race detector: what is read of that they share.
func TestForeignReplicas(t *testing.T) {
	const dirs = 30
	files := map[string]string{"replicas/main.tf": "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n"}
	for i := range dirs {
		files["replicas/main.tf"] += fmt.Sprintf("resource \"aws_dynamodb_table_replica\" \"r%d\" {\n  global_table_arn = \"arn:aws:dynamodb:us-east-1:111122223333:table/t%[1]d\"\n}\n", i)
		files[fmt.Sprintf("%02d/main.tf", i)] = fmt.Sprintf("resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t%d\"\n}\n", i)
	}
	write(t, files)
	o := options()
	o.Jobs = 8
	for i, r := range runAll(t, o)[:dirs] {
		want := fmt.Sprintf("aws_dynamodb_table_replica.r%d at replicas/main.tf:%d", i, 4+3*i)
		if len(r.Outcomes) != 1 || !slices.ContainsFunc(r.Outcomes[0].Problems, func(p detect.Problem) bool { return strings.Contains(p.Message(), want) }) {
			t.Errorf("%s: %s; want a problem of %s", r.Dir, statuses(r), want)
		}
	}
}

// TestRunNeverBegins holds that nothing is done when the context has ended.
func TestRunNeverBegins(t *testing.T) {
	write(t, map[string]string{"main.tf": table})
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if err := Run(ctx, options(), Same, func(r Result) error { t.Errorf("%+v", r); return nil }); err != nil || content(t, "main.tf") != table {
		t.Errorf("%v, %s", err, content(t, "main.tf"))
	}
}

// A meanwhile is a context that does something each time it is asked whether
// it has ended, which evaluation does: something that happens in the midst of
// the work.
type meanwhile struct {
	context.Context
	do func() error
}

func (m meanwhile) Err() error { return m.do() }

// alone works on a directory by itself.
func alone(ctx context.Context, o Options, dir tree.Dir) Result {
	e := &entry{dir: dir}
	u := &unit{index: &index{ctx: ctx, entries: []*entry{e}, byDisk: map[string]*entry{}}, members: []*entry{e}}
	u.run(ctx, o)
	return u.results[e]
}

// whole returns the directory that the working directory is.
func whole(t *testing.T) tree.Dir {
	t.Helper()
	return tree.Single(".")
}

// TestInterrupted holds that a directory in whose midst the context ends is
// left alone: what it evaluates from then on is unknown.
func TestInterrupted(t *testing.T) {
	for calls := 1; ; calls++ {
		write(t, map[string]string{"main.tf": reusing})
		left := calls
		r := alone(meanwhile{context.Background(), func() error {
			if left--; left < 0 {
				return context.Canceled
			}
			return nil
		}}, options(), whole(t))
		if left >= 0 {
			if statuses(r) != "t fixed" || len(r.Errors) > 0 || calls < 10 {
				t.Errorf("never interrupted, in %d calls: %s, %v", calls, statuses(r), r.Errors)
			}
			return
		}
		if !r.interrupted || len(r.Errors) > 0 || len(r.Outcomes) > 0 || content(t, "main.tf") != reusing {
			t.Fatalf("interrupted at call %d: %+v\n%s", calls, r, content(t, "main.tf"))
		}
	}
}

// TestGivenUp holds that what takes for ever is given up when the context ends.
func TestGivenUp(t *testing.T) {
	write(t, map[string]string{"main.tf": reusing})
	inner, cancel := context.WithCancel(t.Context())
	ended := make(chan Result)
	asked := 0
	go func() {
		ended <- alone(meanwhile{inner, func() error {
			if asked++; asked == 5 { // which evaluation does
				cancel()
				select {}
			}
			return nil
		}}, options(), whole(t))
	}()
	select {
	case r := <-ended:
		if !r.interrupted || content(t, "main.tf") != reusing {
			t.Errorf("%+v\n%s", r, content(t, "main.tf"))
		}
	case <-time.After(10 * time.Second):
		t.Error("it is waited for")
	}
}

// TestChangedMeanwhile changes a file of the directory while it is worked on:
// the work is begun again, with what the file is now, and given up when there
// is no end to it.
func TestChangedMeanwhile(t *testing.T) {
	const more = "# more\n"
	for name, c := range map[string]struct {
		file   string
		always bool
	}{
		"the file itself":          {"main.tf", false},
		"a file beside it":         {"other.tf", false},
		"the file itself, always":  {"main.tf", true},
		"a file beside it, always": {"other.tf", true},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, map[string]string{"main.tf": table, "other.tf": more})
			changes := 0
			r := alone(meanwhile{context.Background(), func() error {
				if changes == 0 || c.always {
					changes++
					return os.WriteFile(c.file, []byte(content(t, c.file)+more), 0o644)
				}
				return nil
			}}, options(), whole(t))
			main := content(t, "main.tf")
			switch {
			case changes == 0:
				t.Error("nothing was changed meanwhile")
			case c.always && (len(r.Errors) != 1 || r.Errors[0].Message != tree.ErrChanged.Error() || strings.Contains(main, "kms_key_arn")):
				t.Errorf("%v\n%s", r.Errors, main)
			case c.always:
			case len(r.Errors) > 0 || statuses(r) != "t fixed" || !strings.Contains(main, "kms_key_arn"):
				t.Errorf("%s, %v\n%s", statuses(r), r.Errors, main)
			case !strings.HasSuffix(content(t, c.file), more):
				t.Errorf("the change is lost:\n%s", content(t, c.file))
			}
		})
	}
}

// TestPanic holds that a bug costs the directory in which it shows, and only
// that: a label of characters that HCL does not have, which the flags do not let
// through.
func TestPanic(t *testing.T) {
	files := map[string]string{"a/main.tf": reusing, "b/main.tf": table, "c/main.tf": reusing}
	write(t, files)
	o := options()
	o.Fix.Keys.Name = "no`label"
	results := runAll(t, o)
	if len(results) != 3 || statuses(results[0]) != "t fixed" || statuses(results[2]) != "t fixed" {
		t.Fatalf("%+v", results)
	}
	r := results[1]
	if len(r.Errors) != 1 || r.Errors[0].File != "b" || !strings.HasSuffix(r.Errors[0].Message, "nothing is written here: this is a bug in cmkify; please report it") || r.Files != 1 || len(r.Outcomes) > 0 {
		t.Errorf("%+v", r)
	}
	if content(t, "b/main.tf") != table || content(t, "a/main.tf") == reusing || content(t, "c/main.tf") == reusing {
		t.Error("what is written is not a and c alone")
	}
}

// TestRefused holds that a fix that the proof refuses is not written, and that
// the others are: the rotation of the first table's key decides whether a topic
// exists.
func TestRefused(t *testing.T) {
	const rotated = `terraform {
  backend "s3" {}
}

resource "aws_kms_key" "rotated" {
  enable_key_rotation = false
}

resource "aws_dynamodb_table" "rotated" {
  name = "rotated"

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.rotated.arn
  }
}

resource "aws_sns_topic" "plain" {
  count = aws_kms_key.rotated.enable_key_rotation ? 0 : 1
}
`
	write(t, map[string]string{"alone/main.tf": rotated, "beside/main.tf": rotated + "\n" + table})
	results := runAll(t, options())
	if got := statuses(results[0]); got != "rotated manual" || content(t, "alone/main.tf") != rotated {
		t.Errorf("alone: %s\n%s", got, content(t, "alone/main.tf"))
	}
	got, main := statuses(results[1]), content(t, "beside/main.tf")
	key, isPrefix := strings.CutPrefix(main, rotated)
	if got != "rotated manual, t fixed" || !isPrefix || !strings.Contains(key, "kms_key_arn = aws_kms_key.dynamodb.arn") {
		t.Errorf("beside: %s\n%s", got, main)
	}
	for _, r := range results {
		if reason := r.Outcomes[0].Reason; reason == nil || reason.ID != detect.Variable || !strings.Contains(reason.Message, "aws_sns_topic.plain.count would change its value") {
			t.Errorf("%s: %+v", r.Dir, reason)
		}
	}
}

// TestKeysFirst holds that the file with the new key is replaced first,
// whatever it is called.
func TestKeysFirst(t *testing.T) {
	write(t, map[string]string{"main.tf": table, "z_kms.tf": "resource \"aws_kms_key\" \"other\" {\n}\n"})
	r := runAll(t, options())[0]
	var paths []string
	for _, c := range r.Changes {
		paths = append(paths, c.Path)
	}
	if !slices.Equal(paths, []string{"z_kms.tf", "main.tf"}) {
		t.Errorf("%v", paths)
	}
}

// TestStdin judges a file that is not on disk, or another one there, beside
// its siblings.
func TestStdin(t *testing.T) {
	files := map[string]string{
		"infra/kms.tf":  "resource \"aws_kms_key\" \"dynamodb\" {\n}\n",
		"infra/main.tf": "resource \"aws_dynamodb_table\" \"on_disk\" {\n}\n",
		"main.tf":       "locals {\n",
	}
	for name, c := range map[string]struct {
		path, src        string
		want, dir, holds string
	}{
		"no path: no siblings":         {"", table, "t fixable", ".", "kms_key_arn = aws_kms_key.dynamodb.arn"},
		"siblings":                     {"infra/new.tf", table, "t fixable", "infra", "kms_key_arn = aws_kms_key.dynamodb_2.arn"},
		"the file of that name is not": {"infra/main.tf", table, "t fixable", "infra", "kms_key_arn = aws_kms_key.dynamodb_2.arn"},
		"no such folder":               {"none/main.tf", table, "t fixable", "none", "kms_key_arn = aws_kms_key.dynamodb.arn"},
		"no table":                     {"none/main.tf", "locals {\n}\n", "", "none", ""},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, files)
			o := options()
			o.Write = false
			r, err := Stdin(context.Background(), o, c.path, []byte(c.src))
			if err != nil || statuses(r) != c.want || r.Dir != c.dir {
				t.Fatalf("%v: %s in %s; want %s in %s", err, statuses(r), r.Dir, c.want, c.dir)
			}
			var now string
			for _, change := range r.Changes {
				now += string(change.New)
			}
			if len(r.Changes) > 1 || !strings.Contains(now, c.holds) {
				t.Errorf("%d changes; no %q in\n%s", len(r.Changes), c.holds, now)
			}
			for name, src := range files {
				if content(t, name) != src {
					t.Errorf("%s is written", name)
				}
			}
		})
	}
}
