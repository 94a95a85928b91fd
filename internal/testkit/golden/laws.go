package golden

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"cmkify/detect"
	"cmkify/internal/cli"
)

// A Law holds for every case, whatever it expects.
type Law struct {
	Name string
	Doc  string // what it holds
	Tool string // the program that it needs, "" for none
	Hold func(t testing.TB, r *Run) error
}

// Laws are all of them.
var Laws = []Law{
	{"parses", "what is written parses, if what was read did", "", parses},
	{"once", "a second run changes nothing", "", once},
	{"edits", "the edits of the JSON document, made on the author's bytes, give what is written", "", edits},
	{"surgical", "outside of what a fix may change, every block, comment and byte is still there, in order", "", surgical},
	{"canonical", "a file that `terraform fmt` would not change stays one, and JSON that is indented evenly stays so", "", canonical},
	{"git-apply", "the printed diff, applied by git, gives what is written", "git", func(t testing.TB, r *Run) error {
		return applies(t, r, "git", "apply", "--whitespace=nowarn", "diff")
	}},
	{"patch", "so it does with patch", "patch", func(t testing.TB, r *Run) error {
		return applies(t, r, "patch", "-p1", "-s", "--binary", "-i", "diff")
	}},
	{"left", "afterwards what was to be fixed is compliant, and every other table is judged as before", "", left},
	{"exit", "`--check` tells what a run would find to do", "", exit},
}

func parses(_ testing.TB, r *Run) error {
	for name, data := range r.Changed() {
		if filepath.Ext(name) == ".json" {
			if !json.Valid(data) {
				return fmt.Errorf("%s is not JSON any more: %s", name, data)
			}
			continue
		}
		if _, diags := hclsyntax.ParseConfig(data, name, hcl.InitialPos); diags.HasErrors() {
			return fmt.Errorf("the result does not parse: %w", diags)
		}
	}
	return nil
}

func once(t testing.TB, r *Run) error {
	again := Execute(t, r.Written.Files, r.Writing())
	for name, data := range again.Files {
		if !bytes.Equal(data, r.Written.Files[name]) {
			return fmt.Errorf("a second run changes %s:\n%s", name, data)
		}
	}
	return nil
}

func edits(_ testing.TB, r *Run) error {
	want := maps.Clone(r.Input)
	for _, e := range slices.Backward(r.Before.Edits) {
		name := filepath.ToSlash(filepath.Clean(e.File))
		if e.Start == e.End && e.New == "" {
			return fmt.Errorf("an edit of nothing: %+v", e)
		}
		want[name] = slices.Concat(want[name][:e.Start], []byte(e.New), want[name][e.End:])
	}
	if !maps.EqualFunc(want, r.Written.Files, bytes.Equal) {
		return errors.New("the edits give something else than what is written")
	}
	return nil
}

func canonical(_ testing.TB, r *Run) error {
	for name, data := range r.Changed() {
		if filepath.Ext(name) == ".json" {
			if err := evenly(r.Input[name], data); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			continue
		}
		if was := r.Input[name]; bytes.Equal(hclwrite.Format(was), was) && !bytes.Equal(hclwrite.Format(data), data) {
			return fmt.Errorf("%s was canonical; now terraform fmt gives:\n%s", name, hclwrite.Format(data))
		}
	}
	return nil
}

// evenly returns an error if JSON was indented by one unit, each value on a
// line of its own, and is no longer.
func evenly(was, now []byte) error {
	for _, unit := range []string{"  ", "    ", "\t"} {
		is := func(src []byte) bool {
			var b bytes.Buffer
			return json.Indent(&b, bytes.TrimSpace(src), "", unit) == nil && bytes.Equal(b.Bytes(), bytes.TrimSpace(src))
		}
		if is(was) && !is(now) {
			return fmt.Errorf("the JSON was indented evenly, and is now:\n%s", now)
		}
	}
	return nil
}

func applies(t testing.TB, r *Run, tool string, args ...string) error {
	diff := Execute(t, r.Input, append([]string{"--dry-run"}, r.plain()...)).Stdout
	if diff == "" {
		if len(r.Changed()) > 0 {
			return errors.New("files are written, but no diff is printed")
		}
		return nil
	}
	dir := t.TempDir()
	write(t, dir, r.Input)
	write(t, dir, map[string][]byte{"diff": []byte(diff)})
	command := exec.Command(tool, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s\n%s", tool, err, out, diff)
	}
	got := read(t, dir)
	delete(got, "diff")
	if !maps.EqualFunc(got, r.Written.Files, bytes.Equal) {
		return fmt.Errorf("%s gives something else than what is written:\n%s", tool, diff)
	}
	return nil
}

func left(_ testing.TB, r *Run) error {
	type verdict struct{ status, problems, reason string }
	verdicts := func(d Document, now bool) map[string]verdict {
		out := map[string]verdict{}
		for _, f := range d.Findings {
			v := verdict{status: f.Status}
			for _, p := range f.Problems {
				v.problems += p.ID + " "
			}
			if f.Reason != nil {
				v.reason = f.Reason.ID
			}
			if !now && f.Status == string(detect.Fixable) {
				v = verdict{status: string(detect.Compliant)}
			}
			out[f.File+": "+f.Address] = v
		}
		return out
	}
	want, got := verdicts(r.Before, false), verdicts(r.After, true)
	if !maps.Equal(want, got) {
		return fmt.Errorf("afterwards the tables are %v, want %v", got, want)
	}
	if len(want) != len(r.Before.Findings) {
		return errors.New("a table is told twice")
	}
	return nil
}

func exit(t testing.TB, r *Run) error {
	check := Execute(t, r.Input, append([]string{"--check"}, r.Writing()...)).Exit
	if r.Written.Exit > check {
		return fmt.Errorf("exit %d with --check, %d without", check, r.Written.Exit)
	}
	if len(r.Changed()) > 0 && check == cli.ExitDone {
		return errors.New("--check exits 0, yet there is something to write")
	}
	return nil
}
