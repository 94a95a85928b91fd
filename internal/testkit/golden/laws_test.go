package golden

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cmkify/internal/testkit/command"
)

func TestMain(m *testing.M) { command.Main(m.Run) }

const sample = `A case with much that must stay as it is.
$ cmkify --key-policy none

-- main.tf --
# Of the file.

# Of the locals.
locals {
  on   = false
  tags = { team = "a", cost = "b" }
  keys = { table = null, other = "x" } # two
}

resource "aws_db_instance" "other" {
  name = "other"
}

# Of the table.
resource "aws_dynamodb_table" "orders" {
  name     = "orders" # not others
  hash_key = "id"

  server_side_encryption {
    # Why.
    enabled     = local.on
    kms_key_arn = local.keys.table
  }
}


resource "aws_dynamodb_table" "right" {
  name = "right"

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.key
  }
}

resource "aws_dynamodb_table" "declined" {
  name = "declined"

  server_side_encryption {
    enabled = false
  }

  lifecycle {
    ignore_changes = [server_side_encryption]
  }
}

variable "key" {}

# The end.
-- other.tf --
output "name" {
  value = "x"
}
`

// loaded returns a case of a text, run.
func loaded(t *testing.T, text string) *Run {
	t.Helper()
	path := filepath.Join(t.TempDir(), "case.txtar")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := Load(t, path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// again makes the run say what a program would that had written other files:
// its edits give them.
func (r *Run) again(t *testing.T, change func(files map[string][]byte)) {
	t.Helper()
	change(r.Written.Files)
	var err error
	if _, r.After, err = r.judge(t, r.Written.Files, "--dry-run"); err != nil {
		t.Fatal(err)
	}
}

// TestLaws breaks a run's result in one way, and holds which law says so.
func TestLaws(t *testing.T) {
	replace := func(old, now string) func(map[string][]byte) {
		return func(files map[string][]byte) {
			if bytes.Count(files["main.tf"], []byte(old)) != 1 {
				t.Fatalf("%d times %q in\n%s", bytes.Count(files["main.tf"], []byte(old)), old, files["main.tf"])
			}
			files["main.tf"] = bytes.Replace(files["main.tf"], []byte(old), []byte(now), 1)
		}
	}
	for name, c := range map[string]struct {
		change func(map[string][]byte)
		laws   []string // that are broken, of those that look at the result alone
		says   string
	}{
		"nothing":                    {func(map[string][]byte) {}, nil, ""},
		"broken":                     {replace("hash_key = \"id\"", "hash_key = \"id"), []string{"parses", "surgical", "canonical", "left"}, ""},
		"another block":              {replace("name = \"other\"", "name = \"others\""), []string{"surgical"}, "resource aws_db_instance other is changed"},
		"another table":              {replace("name = \"right\"", "name = \"wrong\""), []string{"surgical"}, "resource aws_dynamodb_table right is changed"},
		"another table is gone":      {replace("resource \"aws_dynamodb_table\" \"right\" {\n  name = \"right\"\n\n  server_side_encryption {\n    enabled     = true\n    kms_key_arn = var.key\n  }\n}\n\n", ""), []string{"surgical", "left"}, ""},
		"another table is wrong now": {replace("kms_key_arn = var.key", "kms_key_arn = null"), []string{"surgical", "left"}, ""},
		"a declined table":           {replace("ignore_changes = [server_side_encryption]", "ignore_changes = [name]"), []string{"surgical", "left"}, ""},
		"not fixed":                  {replace("  on   = true", "  on   = false"), []string{"left"}, ""},
		"a block is gone":            {replace("resource \"aws_db_instance\" \"other\" {\n  name = \"other\"\n}\n\n", ""), []string{"surgical"}, "resource aws_dynamodb_table orders stands where resource aws_db_instance other did"},
		"the last block is gone":     {replace("variable \"key\" {}\n\n", "\n"), []string{"surgical", "left"}, "the end stands where variable key did"},
		"a block is moved":           {replace("variable \"key\" {}\n", "variable \"key\" {}\n\nlocals {}\n"), []string{"surgical"}, "locals stands where the end did"},
		"a block is new":             {replace("variable \"key\" {}\n", "variable \"key\" {}\n\nresource \"aws_kms_key\" \"other\" {\n}\n"), []string{"surgical"}, "resource aws_kms_key other stands where the end did"},
		"a comment of the file":      {replace("# Of the file.\n", ""), []string{"surgical"}, "above locals"},
		"a comment above a block":    {replace("# Of the locals.\n", ""), []string{"surgical"}, "above locals"},
		"a comment above the table":  {replace("# Of the table.\n", ""), []string{"surgical"}, "above resource aws_dynamodb_table orders"},
		"a comment at the end":       {replace("# The end.\n", ""), []string{"surgical"}, "above the end"},
		"a blank line":               {replace("}\n\n\nresource", "}\n\nresource"), []string{"surgical"}, "above resource aws_dynamodb_table right"},
		"the last line":              {func(files map[string][]byte) { files["main.tf"] = bytes.TrimSuffix(files["main.tf"], []byte("\n")) }, []string{"surgical"}, ""},
		"a comment in the table":     {replace("    # Why.\n", ""), []string{"surgical"}, `"# Why." did`},
		"a comment behind":           {replace(" # not others", ""), []string{"surgical"}, `"# not others" did`},
		"an argument":                {replace("  hash_key = \"id\"\n", "  hash_key = \"di\"\n"), []string{"surgical"}, `"di" stands where "id" did`},
		"an argument is new":         {replace("  hash_key = \"id\"\n", "  hash_key = \"id\"\n  ttl      = 1\n"), []string{"surgical"}, `"ttl" stands`},
		"an argument moves":          {replace("  name     = \"orders\" # not others\n  hash_key = \"id\"\n", "  hash_key = \"id\"\n  name     = \"orders\" # not others\n"), []string{"surgical"}, ""},
		"the indentation":            {replace("  hash_key = \"id\"\n", "    hash_key = \"id\"\n"), []string{"surgical", "canonical"}, `the line "  hash_key = \"id\"" is changed`},
		"lines are joined":           {replace("server_side_encryption {\n    # Why.\n", "server_side_encryption { # Why.\n"), []string{"surgical"}, "# Why."},
		"alignment":                  {replace("  name     = \"orders\"", "  name = \"orders\""), []string{"canonical"}, ""},
		"another local":              {replace("team = \"a\"", "team = \"z\""), []string{"surgical"}, `"z" stands where "a" did`},
		"a part of the local":        {replace("other = \"x\"", "other = \"z\""), []string{"surgical"}, `"x" has become "z"`},
		"another value":              {replace("  on   = true", "  on   = 7"), []string{"surgical", "left"}, "false has become 7"},
		"a comment in the locals":    {replace(" # two", ""), []string{"surgical"}, `"# two" did`},
		"another file":               {func(files map[string][]byte) { files["other.tf"] = bytes.ToUpper(files["other.tf"]) }, []string{"surgical"}, "other.tf: "},
		"a file is new":              {func(files map[string][]byte) { files["new.tf"] = []byte("locals {}\n") }, []string{"surgical"}, "new.tf is new"},
	} {
		t.Run(name, func(t *testing.T) {
			broken, said := brokenBy(t, sample, c.change)
			if strings.Join(broken, " ") != strings.Join(c.laws, " ") || !strings.Contains(said, c.says) {
				t.Errorf("broken are %v, want %v, saying %q:\n%s", broken, c.laws, c.says, said)
			}
		})
	}
}

// brokenBy returns the laws that a change of what is written breaks, of those that
// do not run the program again, and what they say.
func brokenBy(t *testing.T, text string, change func(files map[string][]byte)) (broken []string, said string) {
	t.Helper()
	r := loaded(t, text)
	r.again(t, change)
	for _, law := range Laws {
		switch law.Name {
		case "once", "git-apply", "patch", "exit", "edits": // ask the program what it does
			continue
		}
		if err := law.Hold(t, r); err != nil {
			broken, said = append(broken, law.Name), said+err.Error()
		}
	}
	return broken, said
}

// TestLawsOfRuns breaks what the laws compare that run the program again.
func TestLawsOfRuns(t *testing.T) {
	for law, change := range map[string]func(r *Run){
		"once":      func(r *Run) { r.Written.Files["main.tf"] = r.Input["main.tf"] },
		"edits":     func(r *Run) { r.Before.Edits = r.Before.Edits[1:] },
		"git-apply": func(r *Run) { r.Written.Files["other.tf"] = []byte("locals {}\n") },
		"patch":     func(r *Run) { r.Written.Files["main.tf"] = append(r.Written.Files["main.tf"], '\n') },
		"exit":      func(r *Run) { r.Written.Exit = 2 },
	} {
		for _, l := range Laws {
			if l.Name != law {
				continue
			}
			r := loaded(t, sample)
			if err := l.Hold(t, r); err != nil {
				t.Errorf("%s: %v", law, err)
			}
			change(r)
			if l.Hold(t, r) == nil {
				t.Errorf("%s holds of what breaks it", law)
			}
		}
	}
}

// TestTwins lets a twin be judged or changed in another way, and holds that it
// is noticed.
func TestTwins(t *testing.T) {
	for name, c := range map[string]struct {
		change func(r *Run)
		says   string
	}{
		"nothing":   {func(*Run) {}, ""},
		"a file":    {func(r *Run) { r.Written.Files["other.tf"] = []byte("locals {}\n") }, "want (-), got (+)"},
		"exit":      {func(r *Run) { r.Written.Exit = 0 }, "exit 1, want 0"},
		"a status":  {func(r *Run) { r.During.Findings[1].Status = "manual" }, "aws_dynamodb_table.right is judged as"},
		"a line":    {func(r *Run) { r.During.Findings[2].Line++ }, "aws_dynamodb_table.declined is judged as"},
		"a column":  {func(r *Run) { r.During.Findings[0].Problems[0].Column++ }, "aws_dynamodb_table.orders is judged as"},
		"a problem": {func(r *Run) { r.During.Findings[0].Problems = nil }, "aws_dynamodb_table.orders is judged as"},
		"a reason":  {func(r *Run) { r.During.Findings[2].Reason.Message += "?" }, "aws_dynamodb_table.declined is judged as"},
		"a warning": {func(r *Run) { r.During.Findings[0].Warnings = r.During.Findings[0].Warnings[:0] }, "aws_dynamodb_table.orders is judged as"},
		"a key":     {func(r *Run) { r.During.Findings[0].Keys[0].Action = "reused" }, "aws_dynamodb_table.orders is judged as"},
		"a table":   {func(r *Run) { r.During.Findings = r.During.Findings[:2] }, "3 findings and 0 errors, want 2 and 0"},
		"an error":  {func(r *Run) { r.During.Errors = []Message{{}} }, "3 findings and 0 errors, want 3 and 1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := loaded(t, sample)
			c.change(r)
			for _, twin := range Twins {
				err := r.Has(t, twin)
				if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
					t.Errorf("%s: %v, want %q", twin.Name, err, c.says)
				}
			}
		})
	}
}

// TestNeighbours holds that the neighbours stand on both sides, and that a
// change of one is noticed.
func TestNeighbours(t *testing.T) {
	twin := Twins[len(Twins)-1]
	for _, src := range []string{"locals {\n}\n", "locals {\n}", "locals {\r\n}\r\n", ""} {
		got := twin.Change([]byte(src))
		if back, err := twin.Undo(got); err != nil || string(back) != src {
			t.Errorf("%q has come back as %q, %v", src, back, err)
		}
		if i := bytes.Index(got, []byte("neighbour_above")); i < 0 || i > bytes.Index(got, []byte("neighbour_below")) {
			t.Errorf("neighbours in %q", got)
		}
		for _, gone := range []string{"a=1", "below=[1 , 2]"} {
			if _, err := twin.Undo(bytes.Replace(got, []byte(gone), []byte("x"), 1)); err == nil && bytes.Contains(got, []byte(gone)) {
				t.Errorf("%q is changed, and it is not noticed", gone)
			}
		}
	}
}

// TestExcused holds what is said of excuses.
func TestExcused(t *testing.T) {
	broken := errors.New("broken")
	r := loaded(t, strings.Replace(sample, "$ cmkify", "no-law: once it is so\nno-law: patch\nno-twin: tabs none\n$ cmkify", 1))
	for _, c := range []struct {
		header, name string
		broken       error
		want         string
	}{
		{"no-law", "once", broken, ""}, {"no-law", "once", nil, "no-law: once it is so: but it holds"},
		{"no-law", "exit", broken, "exit: broken"}, {"no-law", "exit", nil, ""},
		{"no-twin", "once", broken, "once: broken"}, {"no-twin", "tabs", broken, ""},
		{"no-law", "patch", broken, "no-law: patch: why?"},
	} {
		err := r.Excused(c.header, c.name, c.broken)
		if got := errorText(err); got != c.want {
			t.Errorf("%s %s, %v: %q, want %q", c.header, c.name, c.broken, got, c.want)
		}
	}
	if err := r.KnownExcuses(); err != nil {
		t.Error(err)
	}
	for _, header := range []string{"no-law: tabs x", "no-twin: once x"} {
		r := loaded(t, strings.Replace(sample, "$ cmkify", header+"\n$ cmkify", 1))
		if r.KnownExcuses() == nil {
			t.Errorf("%s is taken", header)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
