package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cmkify/internal/tree"
)

// write writes files below a folder, which is returned resolved.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// TestFind holds which file applies to a path, and how it is shown.
func TestFind(t *testing.T) {
	root := write(t, map[string]string{
		"repo/.git/HEAD": "", "repo/" + Name: "", "repo/a/main.tf": "", "repo/a/b/" + Name: "", "repo/a/b/c/main.tf": "",
		"repo/sub/.git": "gitdir: ../.git/modules/sub\n", "repo/sub/main.tf": "", "repo/own/.git": "", "repo/own/" + Name: "",
		Name: "", "plain/main.tf": "", "plain/" + Name: "", "plain/below/main.tf": "",
	})
	t.Chdir(filepath.Join(root, "repo", "a"))
	if err := os.Symlink(filepath.Join(root, "repo", "a", "b"), filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	for arg, want := range map[string][2]string{
		".":                 {"repo", ".."},
		"main.tf":           {"repo", ".."},
		"b":                 {"repo/a/b", "b"},
		"b/c":               {"repo/a/b", "b"},
		"b/c/main.tf":       {"repo/a/b", "b"},
		"..":                {"repo", ".."},
		"../sub":            {}, // a submodule is a repository of its own
		"../own":            {"repo/own", "../own"},
		"../../link":        {"repo/a/b", "../../link"},
		"../..":             {".", "../.."},
		"../../plain":       {"plain", "../../plain"},
		"../../plain/.":     {"plain", "../../plain"},
		"../../plain/below": {}, // in no repository, what is above may be somebody else's
		"nowhere":           {},
	} {
		folder, shown, found := Find(filepath.FromSlash(arg))
		if !found {
			folder, shown = "", ""
		}
		if wantFolder := filepath.Join(root, want[0]); found != (want[0] != "") || found && (folder != wantFolder || filepath.ToSlash(shown) != want[1]) {
			t.Errorf("%s: %q shown as %q, want %q", arg, folder, shown, want)
		}
	}
}

func TestRead(t *testing.T) {
	root := write(t, map[string]string{Name: "skip = [\"a\", \"b\"]\nkey_name = \"k\"\ninclude_examples = true\ntags = { team = \"x\", cost = 7 }\nexclude = []\n"})
	f, err := Read(root, "here")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range f.Settings {
		got = append(got, "--"+s.Flag()+" "+strings.Join(s.Values, "|"))
	}
	want := []string{"--skip a|b", "--key-name k", "--include-examples true", "--tags cost=7|team=x", "--exclude "}
	if !slices.Equal(got, want) || f.Path != "here/"+Name {
		t.Errorf("%s: %q, want %q", f.Path, got, want)
	}
	if e := f.Error(f.Settings[1], "no"); e.Error() != "here/"+Name+":2:1: no" {
		t.Error(e)
	}
}

// TestHostile holds that a file which is none of the repository's own, or
// could cost more than it is worth, is refused.
func TestHostile(t *testing.T) {
	for name, c := range map[string]struct {
		text, want string
	}{
		"large":         {"# " + strings.Repeat("x", maxSize), "too large"},
		"deep":          {"skip = " + strings.Repeat("[", 30000), "levels deep"},
		"UTF-16":        {"\xFF\xFEs\x00", "UTF-16"},
		"file":          {`skip = file("/etc/passwd")`, "function calls not allowed"},
		"in a template": {`skip = "${file("/etc/passwd")}"`, "function calls not allowed"},
		"variable":      {`skip = "${path.module}"`, "variables not allowed"},
	} {
		_, err := Read(write(t, map[string]string{Name: c.text}), ".")
		if err == nil || !strings.HasPrefix(err.Error(), Name+":") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	root := write(t, map[string]string{"secret": "skip = []\n", "repo/x": ""})
	if err := os.Symlink(filepath.Join(root, "secret"), filepath.Join(root, "repo", Name)); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(filepath.Join(root, "repo"), "."); err == nil || !strings.Contains(err.Error(), "symbolic link") {
		t.Errorf("a link: %v", err)
	}
	if err := os.Mkdir(filepath.Join(root, Name), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(root, "."); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder: %v", err)
	}
}

// TestExcludeStaysBelow holds that patterns match nothing outside of the folder
// of their file, wherever they are used from.
func TestExcludeStaysBelow(t *testing.T) {
	root := write(t, map[string]string{"repo/a/main.tf": "", "repo/b/main.tf": "", "other/main.tf": "", "other/b/main.tf": ""})
	for from, args := range map[string][]string{root: {"repo", "other"}, filepath.Join(root, "repo"): {".", "../other"}, filepath.Join(root, "repo", "b"): {"../", "../../other"}} {
		t.Chdir(from)
		var got []string
		for i, arg := range args {
			o := tree.Options{Wanted: func(n string) bool { return n == "main.tf" }, Editable: func(n string) bool { return n == "main.tf" }}
			if o.Exclude = []string{"/b", "../other", "../**"}; i == 0 {
				o.ExcludeFrom = filepath.Join(root, "repo")
			} else {
				o.ExcludeFrom = filepath.Join(root, "other")
			}
			for d, err := range tree.Walk(t.Context(), []string{arg}, o) {
				if err != nil {
					t.Fatal(err)
				}
				rel, err := filepath.Rel(root, d.Disk())
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, filepath.ToSlash(rel))
			}
		}
		if want := []string{"repo/a", "other"}; !slices.Equal(got, want) {
			t.Errorf("from %s: %q, want %q", from, got, want)
		}
	}
}
