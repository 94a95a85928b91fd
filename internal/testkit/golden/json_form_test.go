package golden

import (
	"bytes"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cmkify/internal/testkit"
	"cmkify/internal/testkit/command"
)

// otherInJSON are the cases that are judged in another way in JSON, and why.
var otherInJSON = map[string]string{
	"command/two-labels":              "JSON has no third label",
	"layout/old-syntax":               "it shows the syntax of Terraform 0.11, which JSON has not",
	"choice/unrotated-generated":      byComments,
	"declined/generated":              byComments,
	"declined/generated-key":          byComments,
	"problems/not-rotated-suppressed": byComments,
	"published/suppressed":            byComments,
	"shared/second-table-suppressed":  byComments,
	"values/key-of-another-table":     byComments,
	"config/named-file":               "the settings name a file",
	"shared/reads-own-file":           "a function names the file",
	"shared/reads-encryption-not":     "dynamic blocks of others than tables are values in JSON, which may hold all of a table",
}

const byComments = "JSON has no comments"

// TestJSONForm holds that what a case says in HCL is judged in the same way in
// JSON, is given the same keys, and is not changed by a second run.
func TestJSONForm(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	paths, err := testkit.Cases(root)
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for i, p := range paths {
		if i%command.Slowness > 0 {
			continue
		}
		c := &testkit.Case{Path: p}
		t.Run(c.Name(), func(t *testing.T) {
			r, err := Load(t, p)
			if err != nil {
				t.Fatal(err)
			}
			files := r.inJSON()
			named := slices.ContainsFunc(r.Args, func(a string) bool { return strings.Contains(a, ".tf") })
			if files == nil || named || strings.HasPrefix(c.Name(), "suppressions/") {
				return // it does not parse, or is about files or comments
			}
			tried++
			broken := r.sameInJSON(t, files)
			switch why := otherInJSON[c.Name()]; {
			case broken != "" && why == "":
				t.Error(broken)
			case broken == "" && why != "":
				t.Errorf("%s: but it is the same", why)
			}
		})
	}
	if tried < 400/command.Slowness {
		t.Errorf("%d cases were tried", tried)
	}
}

// inJSON returns the input with its Terraform files in JSON; nil when one cannot
// be.
func (r *Run) inJSON() map[string][]byte {
	out := map[string][]byte{}
	for name, src := range r.Input {
		if path.Ext(name) != ".tf" || strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
			out[name] = src
			continue
		}
		form, err := jsonForm(src)
		if err != nil {
			return nil
		}
		out[name+".json"] = form
	}
	return out
}

// sameInJSON returns what is different in JSON, "" for nothing.
func (r *Run) sameInJSON(t *testing.T, files map[string][]byte) string {
	got, said, err := r.judge(t, files)
	if err != nil {
		return err.Error()
	}
	want, is := verdicts(r.During), verdicts(said)
	for at := range want {
		if is[at] != want[at] {
			return at + " is\n  " + is[at] + "\nwant\n  " + want[at]
		}
	}
	again := Execute(t, got.Files, r.Writing())
	if !maps.EqualFunc(again.Files, got.Files, bytes.Equal) {
		return "a second run changes something"
	}
	return ""
}

// verdicts returns what is said of the tables, by directory and address.
func verdicts(d Document) map[string]string {
	out := map[string]string{}
	for _, f := range d.Findings {
		text := f.Status
		for _, p := range f.Problems {
			text += " " + p.ID
		}
		if f.Reason != nil {
			text += " (" + f.Reason.ID + ")"
		}
		for _, w := range f.Warnings {
			if w.ID != "stale-comment" {
				text += " !" + w.ID
			}
		}
		for _, k := range f.Keys {
			text += " " + k.For + "=" + k.Ref + "/" + k.Action
		}
		out[path.Dir(f.File)+" "+f.Address] = text
	}
	return out
}
