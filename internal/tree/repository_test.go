//go:build unix

package tree

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// TestOriginURL draws configurations, and holds what is read of them to what
// git reads.
func TestOriginURL(t *testing.T) {
	plant(t)
	d := &draw{Rand: rand.New(rand.NewPCG(7, 9))}
	found := 0
	for n := range 400 {
		text := d.config()
		if err := os.WriteFile("config", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		// It exits 1 where there is none, and with others for broken files.
		values := git(t, "", "config", "-z", "-f", "config", "--get-all", "remote.origin.url")
		want := ""
		for _, value := range strings.Split(values, "\x00") {
			if value != "" {
				want = value
				break
			}
		}
		if want != "" {
			found++
		}
		if got := originURL(text); got != want {
			t.Fatalf("%d: %q has the origin %q, want %q", n, text, got, want)
		}
	}
	if found < 100 {
		t.Errorf("only %d have one", found)
	}
}

// config draws a git configuration. One in ten is broken.
func (d *draw) config() string {
	var out strings.Builder
	out.WriteString(d.of("", "", "", "\uFEFF", "\n", "# c\n", "; [x\r\n"))
	for range 1 + d.IntN(4) {
		out.WriteString(d.of("[core]\n\tbare = false\n", "[remote \"origin\"]\n", "[remote \"origin\"]\n", "[remote \"Origin\"]\n", "[Remote \t\"origin\"] ", "[remote.Origin]\n", "[remote \"a\\\"b\"]\n", "[remote \"origin\"] # x\r\n", "[remote \"or\\igin\"]\n", "[remotes \"origin\"]\n"))
		for range d.IntN(3) {
			out.WriteString(d.of("", "\t", "  ") + d.of("url", "url", "URL", "url2", "fetch", "push-url") + d.of("=", " = ", "\t=\t", "  =", "=\r\t"))
			out.WriteString(d.of("https://x/y", `"https://x/y"`, `"a ; b" c`, `a # b`, `a\\b`, `a\"b`, "a\\\n  b", `a"b"c  `, `"a\tb"`, "é", "  x  y  ", "", "a;b", `"#"`, `a ""`, "a \\\n", `"  a "`, "\\ta\\n"))
			out.WriteString(d.of("\n", "\n", "\r\n", " ; c\n", "#\n"))
		}
		out.WriteString(d.of("", "", "fetch\n", "fetch \n", "\n", "; c\n", " \t\r\n"))
		if d.one(20) {
			out.WriteString(d.of("fetch # c\n", "1=2\n", "[remote]x\n", "[remote\"origin\"]\n", "[remote \"origin\n\"]\n", "url = \"a\n", "url = a\\x\n", "=\n", "[]\n", "[remote \"origin\" ]\n", "[remote origin]\n", "url : a\n"))
		}
	}
	if d.one(4) {
		return out.String() + d.of("url = a", "url = a\\", "url", "[remote \"origin\"", "#", "\\", "url = \"")
	}
	return out.String()
}

// TestRepository holds the commit and the origin of repositories to what git
// says of them.
func TestRepository(t *testing.T) {
	root := plant(t, "elsewhere/")
	git(t, "", "init", "-q", "-b", "main", "r")
	git(t, "", "-C", "r", "config", "remote.origin.url", "https://example.com/r.git")
	sameRepository(t, "r")
	for _, steps := range [][]string{
		{"commit", "-q", "--allow-empty", "-m", "one"},
		{"worktree", "add", "-q", "-b", "feature/a", "../linked"},
		{"pack-refs", "--all"},
		{"commit", "-q", "--allow-empty", "-m", "two"},
		{"symbolic-ref", "refs/heads/alias", "refs/heads/main"},
		{"symbolic-ref", "HEAD", "refs/heads/alias"},
		{"checkout", "-q", "--detach"},
		{"-c", "protocol.file.allow=always", "submodule", "--quiet", "add", root + "/r", "sub"},
	} {
		git(t, "", append([]string{"-C", "r"}, steps...)...)
		sameRepository(t, "r")
	}
	sameRepository(t, "linked")
	sameRepository(t, "r/sub")
	git(t, "", "init", "-q", "--object-format=sha256", "--separate-git-dir", "elsewhere/git", "long")
	git(t, "", "-C", "long", "commit", "-q", "--allow-empty", "-m", "one")
	sameRepository(t, "long")
}

func sameRepository(t *testing.T, top string) {
	t.Helper()
	commit, origin := Repository(top)
	head := git(t, "", "-C", top, "for-each-ref", "--count=1", "--format=x")
	if head != "" {
		head = strings.TrimSpace(git(t, "", "-C", top, "rev-parse", "HEAD"))
	}
	if commit != head {
		t.Errorf("%s is at %q, want %q", top, commit, head)
	}
	if want := strings.TrimSpace(git(t, "", "-C", top, "config", "--default", "", "--get", "remote.origin.url")); origin != want {
		t.Errorf("%s is from %q, want %q", top, origin, want)
	}
}

// TestBrokenRepository holds that what makes no sense is none, and that only
// files of the repository are read as names.
func TestBrokenRepository(t *testing.T) {
	const hash = "0123456789012345678901234567890123456789"
	for _, test := range []struct {
		files []string
		want  string
	}{
		{[]string{".git/HEAD| " + hash + "\n"}, hash},
		{[]string{".git/HEAD| ref: refs/heads/a\n", ".git/packed-refs| # pack-refs with: peeled\n" + hash + " refs/heads/aa\n" + hash + " refs/heads/a\n^" + hash + "\n"}, hash},
		{[]string{".git/HEAD| ref: refs/heads/a\n", ".git/packed-refs| " + hash + " refs/heads/aa\nx refs/heads/a\n"}, ""},
		{[]string{".git/HEAD| ref: refs/heads/a\n", ".git/refs/heads/a| ref: refs/heads/a\n"}, ""},
		{[]string{".git/refs/", ".git/HEAD| ref: refs/../../secret\n", "secret| " + hash + "\n"}, ""},
		{[]string{".git/HEAD| ref: secret\n", ".git/secret| " + hash + "\n"}, ""},
		{[]string{".git/HEAD| password\n"}, ""},
		{[]string{".git/HEAD| " + hash + "a\n"}, ""},
		{[]string{".git/HEAD/x"}, ""},
		{[]string{".git/HEAD.fifo!"}, ""},
		{[]string{".git| gitdir: nowhere\n"}, ""},
		{[]string{".git| gitdir:\n", "HEAD| " + hash + "\n"}, ""},
		{[]string{".git| gitdir: a/../b\n", "a/", "b/HEAD| " + hash + "\n"}, hash},
		{[]string{".git -> /dev/zero"}, ""},
	} {
		t.Run(strings.Join(test.files, " "), func(t *testing.T) {
			plant(t, test.files...)
			if commit, origin := Repository("."); commit != test.want || origin != "" {
				t.Errorf("it is at %q from %q, want %q", commit, origin, test.want)
			}
		})
	}
}
