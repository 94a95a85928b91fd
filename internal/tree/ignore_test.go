//go:build unix

package tree

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cmkify/internal/testkit"
)

// ignorable are the files that the .gitignore files of these tests are about.
var ignorable = []string{
	"main.tf", "keep.tf", "x.json", "#x.tf", "!x.tf", "a b.tf", "end ", "back\\slash.tf", "[x].tf", "é.tf",
	"build/main.tf", "build/keep.tf", "build/a/main.tf", "build/a/keep.tf", "build/a/b/main.tf", "build/build/x.tf",
	"a/main.tf", "a/keep.tf", "a/build/main.tf", "a/b/main.tf", "a/b/x.json", "a/b/c/main.tf", "a/b/c/keep.tf", "a/x/b/main.tf", "a/x/y/b/keep.tf",
	"logs/1.tf", "logs/2.tf", "logs/a.tf", "logs/!.tf", "logs/debug.log/x.tf",
	"vendor/modules/net/main.tf", "vendor/modules/net/keep.tf", "vendor/README", "envs/prod/main.tf", "envs/dev/main.tf", "envs/dev/sub/main.tf",
}

// git runs git without what the user and the machine have set.
func git(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	testkit.NeedTool(t, "git")
	cmd := exec.Command("git", args...)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "XDG_CONFIG_HOME=/nonexistent", "HOME=/nonexistent",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@a", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@a")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && (args[0] == "config" || args[0] == "check-ignore" && exit.ExitCode() == 1)) {
		t.Fatalf("git %s: %v\n%s", args, err, &stderr)
	}
	return string(out)
}

// sameAsGit holds a walk of the working directory to what git says of its
// files, and returns how many it ignores.
func sameAsGit(t *testing.T) int {
	t.Helper()
	var all []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case d.IsDir() && d.Name() == ".git":
			return filepath.SkipDir
		case !d.IsDir() && d.Name() != ".gitignore" && d.Name() != ".git":
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ignored := strings.Split(git(t, strings.Join(all, "\x00")+"\x00", "check-ignore", "-z", "--stdin"), "\x00")
	want := slices.DeleteFunc(slices.Clone(all), func(path string) bool { return slices.Contains(ignored, path) })
	slices.Sort(want)
	var got []string
	any := func(name string) bool { return name != ".gitignore" && name != ".git" }
	for d, err := range Walk(t.Context(), []string{"."}, Options{Wanted: any, Editable: any}) {
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range d.Names {
			if any(name) && (d.Named == nil || slices.Contains(d.Named, name)) {
				got = append(got, d.File(name))
			}
		}
	}
	slices.Sort(got)
	for _, path := range want {
		if !slices.Contains(got, path) {
			t.Errorf("%q is left out, but git does not ignore it", path)
		}
	}
	for _, path := range got {
		if !slices.Contains(want, path) {
			t.Errorf("%q is not left out, but git ignores it", path)
		}
	}
	return len(all) - len(want)
}

func TestGitignore(t *testing.T) {
	for _, test := range []struct{ name, root, below string }{ // .gitignore and a/.gitignore
		{"names", "main.tf\n", ""},
		{"folders only", "build/\nx.tf/\nlogs\n", ""},
		{"anchored", "/main.tf\n/build\na/b\n", "/b/c\n"},
		{"stars", "*.json\n*p.tf\n?ain.tf\nlogs/?.*\nenvs/*/main.tf\n", ""},
		{"negations", "*.tf\n!keep.tf\n!logs/\n!/a/main.tf\n", "main.tf\n!/b/main.tf\n"},
		{"all but", "*\n!*/\n!keep.tf\n", ""},
		{"all but, anchored", "/*\n!/a\n!/envs/\n/envs/*\n!/envs/prod\n", ""},
		{"a folder's content", "build/*\n!build/keep.tf\n", "*\n!b\n!b/**\n"},
		{"what lies below", "build/**\n!build/keep.tf\n", ""},
		{"below, but folders", "a/**\n!a/**/\n!a/**/keep.tf\n", ""},
		{"no way back into a folder", "build/\n!build/keep.tf\n", ""},
		{"a folder is back, its files are not", "*.tf\n!build/\n!a/\n", ""},
		{"any depth", "**/build\n**/b/main.tf\nlogs/**\n", "**/c\n"},
		{"in between", "a/**/main.tf\n**/modules/**/keep.tf\n", ""},
		{"comments", "# main.tf\n#x.tf\n\n   \n", ""},
		{"escapes", "\\#x.tf\n\\!x.tf\na\\ b.tf\nback\\\\slash.tf\n\\[x].tf\n", ""},
		{"unescaped", "!x.tf\n[x].tf\n", ""},
		{"trailing spaces", "main.tf   \nend\\ \n", ""},
		{"trailing spaces do count escaped", "main.tf\\ \nend \n", ""},
		{"a trailing tab counts", "main.tf\t\n", ""},
		{"leading spaces count", " main.tf\n", ""},
		{"classes", "logs/[0-9].tf\n[a-k]eep.tf\n", ""},
		{"negated classes", "logs/[!0-9].tf\n[^a]eep.tf\n", ""},
		{"a broken class", "logs/[0-9.tf\n[\n", ""},
		{"CRLF", "*.json\r\nbuild/\r\n!x.json\r\n\r\n", "*.tf\r\n!keep.tf\r\n"},
		{"BOM", "\uFEFFmain.tf\n", ""},
		{"no last newline", "build\nmain.tf", "keep.tf"},
		{"bytes", "é.tf\n\xff.tf\n", ""},
		{"slashes", "/\n//\n!/\n!\n**\n!**/keep.tf\n", ""},
		{"a long line", strings.Repeat("x", 100_000) + "\nmain.tf\n", ""},
		{"Terraform's of GitHub", "**/.terraform/*\n*.tfstate\n*.tfstate.*\ncrash.log\n*.tfvars\noverride.tf\n*_override.tf\n# !example_override.tf\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			plant(t, append(slices.Clone(ignorable), ".gitignore| "+test.root, "a/.gitignore| "+test.below)...)
			git(t, "", "init", "-q")
			sameAsGit(t)
		})
	}
}

// TestGitignoreOfGiven holds that what is given is not left out, by the
// patterns of what is above it neither.
func TestGitignoreOfGiven(t *testing.T) {
	plant(t, ".git/info/exclude| private.tf\n/out\n", ".gitignore| build/\nvendor/*\n/gen/**\n*.tmp.tf\n", "envs/.gitignore| /dev\n/prod/x.tf\n",
		"build/main.tf", "build/sub/x.tmp.tf", "build/build/y.tf", "vendor/a/main.tf", "vendor/a/b/main.tf", "vendor/b/main.tf", "gen/a/main.tf", "out/main.tf", "private.tf", "x.tmp.tf",
		"envs/dev/main.tf", "envs/prod/main.tf", "envs/prod/x.tf")
	for _, test := range []struct {
		args, want []string
	}{
		{[]string{"."}, []string{".: ", "envs/prod: main.tf"}},
		{[]string{"build"}, []string{"build: main.tf", "build/build: y.tf"}},
		{[]string{"vendor/a"}, []string{"vendor/a: main.tf", "vendor/a/b: main.tf"}},
		{[]string{"vendor"}, nil},
		{[]string{"gen"}, nil},
		{[]string{"gen/a"}, []string{"gen/a: main.tf"}},
		{[]string{"out", "."}, []string{"out: main.tf", ".: ", "envs/prod: main.tf"}},
		{[]string{"envs/dev"}, []string{"envs/dev: main.tf"}},
		{[]string{"envs/prod"}, []string{"envs/prod: main.tf"}},
		{[]string{"private.tf", "x.tmp.tf", "envs/prod/x.tf"}, []string{".: private.tf x.tmp.tf", "envs/prod: x.tf"}},
		{[]string{"envs/prod/x.tf", "build/main.tf", "."}, []string{".: ", "envs/prod: main.tf x.tf", "build: main.tf"}},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) { sameLines(t, walked(Options{}, test.args...), test.want) })
	}
}

// TestRepositories holds that the patterns of each repository count in it,
// and those of another one do not.
func TestRepositories(t *testing.T) {
	root := plant(t, "main/.gitignore| a.tf\n", "main/a.tf", "main/b.tf", "main/c.tf", "main/d/b.tf", "above/.gitignore| *.tf\n", "above/none/.gitignore| a.tf\n", "above/none/a.tf", "above/none/b.tf")
	t.Chdir("main")
	git(t, "", "init", "-q")
	git(t, "", "commit", "-q", "--allow-empty", "-m", "one")
	git(t, "", "worktree", "add", "-q", "../tree")
	git(t, "", "init", "-q", "nested")
	for _, name := range []string{".git/info/exclude| b.tf\n", "nested/a.tf", "nested/b.tf", "nested/.git/info/exclude| c.tf\n", "nested/c.tf", "../tree/a.tf", "../tree/b.tf"} {
		if err := plantOne(name); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("main", func(t *testing.T) {
		sameLines(t, walked(Options{}, "."), []string{".: c.tf", "nested: a.tf b.tf"})
	})
	for _, test := range []struct {
		dir  string
		same bool // as git
		want []string
	}{
		{"main/nested", true, []string{".: a.tf b.tf"}},
		{"tree", true, []string{".: a.tf"}}, // .gitignore is not committed
		{"main/d", true, nil},
		{"above/none", false, []string{".: b.tf"}}, // in no repository
	} {
		t.Run(test.dir, func(t *testing.T) {
			t.Chdir(filepath.Join(root, test.dir))
			sameLines(t, walked(Options{}, "."), test.want)
			if test.same {
				sameAsGit(t)
			}
		})
	}
	for _, odd := range []string{".git| gitdir: nowhere\n", ".git| x", ".git/info/exclude/", ".git.fifo!", ".gitignore/x", ".gitignore.fifo!", ".gitignore -> /dev/zero"} {
		t.Run(odd, func(t *testing.T) {
			plant(t, odd, "x.tf")
			sameLines(t, walked(Options{}, "."), []string{".: x.tf"})
		})
	}
}

// TestLargeGitignore holds that a file of patterns has a limit, above which it
// is an error, and that the walk goes on without its patterns, once told.
func TestLargeGitignore(t *testing.T) {
	most := strings.Repeat("#", maxPatterns-len("\nx.tf")) + "\nx.tf"
	root := plant(t, ".git/", ".git/info/exclude| "+most, ".gitignore| "+most+"\n", "x.tf", "y.tf", "a/.gitignore| "+most, "a/x.tf", "a/y.tf", "a/b/.gitignore| "+most+"\n", "a/b/x.tf", "a/b/z.tf")
	const above = "! .gitignore: too large: 1048577 bytes; up to 1048576 are read"
	const below = "! a/b/.gitignore: too large: 1048577 bytes; up to 1048576 are read"
	sameLines(t, walked(Options{}, "."), []string{above, ".: y.tf", "a: y.tf", below, "a/b: z.tf"})
	sameLines(t, walked(Options{}, "a/b", "a"), []string{above, below, "a/b: z.tf", "a: y.tf"})
	t.Chdir("a/b")
	sameLines(t, walked(Options{}, "."), []string{"! " + root + "/" + above[2:], "! .gitignore: too large: 1048577 bytes; up to 1048576 are read", ".: z.tf"})
}

// TestGitignoreLinks holds that links to files of patterns are followed where
// git does.
func TestGitignoreLinks(t *testing.T) {
	plant(t, "rules| x.tf\n", ".gitignore -> rules", "a/.gitignore -> ../rules", "x.tf", "a/x.tf", "a/y.tf", "y.tf")
	git(t, "", "init", "-q")
	if n := sameAsGit(t); n != 0 {
		t.Errorf("git ignores %d files by links", n)
	}
	if err := errors.Join(os.WriteFile("others", []byte("y.tf\n"), 0o644), os.Remove(".git/info/exclude"), os.Symlink("../../others", ".git/info/exclude")); err != nil {
		t.Fatal(err)
	}
	if n := sameAsGit(t); n != 2 {
		t.Errorf("git ignores %d files, want 2", n)
	}
}
