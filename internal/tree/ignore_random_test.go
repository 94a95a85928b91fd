//go:build unix

package tree

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// trees is how many random trees the ignorer is held to git on.
const trees = 1000

// TestGitignoreAtRandom draws trees with .gitignore files in their folders and
// .git/info/exclude, and holds a walk of each to what git says of its files.
func TestGitignoreAtRandom(t *testing.T) {
	shared := plant(t)
	git(t, "", "init", "-q")
	d := &draw{Rand: rand.New(rand.NewPCG(3, 5)), leading: leadingStars(t)}
	matched := 0
	for n := range trees {
		root := filepath.Join(shared, "trees", fmt.Sprint(n))
		files := d.tree()
		files[".git"] = "gitdir: " + shared + "/.git\n"
		for name, text := range files {
			path := filepath.Join(root, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(shared, ".git", "info", "exclude"), []byte(d.patterns(slices.Sorted(maps.Keys(files)), 0, 2)), 0o644); err != nil {
			t.Fatal(err)
		}
		if t.Run(fmt.Sprint(n), func(t *testing.T) { t.Chdir(root); matched += sameAsGit(t) }) {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if filepath.Base(name) == ".gitignore" {
				t.Logf("%s: %q", name, files[name])
			}
		}
		if exclude, err := os.ReadFile(filepath.Join(shared, ".git", "info", "exclude")); err == nil {
			t.Logf("info/exclude: %q", exclude)
		}
		return
	}
	t.Logf("%d files are ignored in %d trees", matched, trees)
	if matched < 5*trees {
		t.Error("too few to tell")
	}
}

// leadingStars reports whether git tells foo**/bar from foo/**/bar. It has not
// always: it took stars after a literal for those at the beginning of a name.
// https://github.com/git/git/commit/1940a02dc1122d15706a7051ee47e73f329fb4f7
func leadingStars(t *testing.T) bool {
	if err := os.WriteFile(".gitignore", []byte("foo**/bar\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return git(t, "foobar\x00", "check-ignore", "-z", "--stdin") == ""
}

// A draw makes trees and patterns.
type draw struct {
	*rand.Rand
	leading bool // patterns such as foo**/bar, too
}

func (d *draw) of(of ...string) string { return of[d.IntN(len(of))] }

// one reports true once in so many times.
func (d *draw) one(in int) bool { return d.IntN(in) == 0 }

// names are those of files and folders. Some differ in their case, or in a
// byte that is special in patterns.
var names = []string{
	"a", "b", "ab", "abc", "aab", "A", "Ab", "x", "xay", "main.tf", "Main.tf", "a.tf", "b.tf", "foo", "foobar", "foo.bar", "test", "unit", "fixtures", "modules",
	"1", "22", "a1", "é", "\xff", "a\xe9", "a b", "b ", " a", "[x]", "!x", "#x", "\\x", "a*b", "?", "-", "]", "^a", "a-b", "_", "~x", "x\ty", "\x01", "x\v",
}

// tree returns files by their paths.
func (d *draw) tree() map[string]string {
	folders, files := []string{""}, map[string]string{}
	for range 4 + d.IntN(8) {
		folders = append(folders, filepath.Join(folders[d.IntN(len(folders))], d.of(names...)))
	}
	taken := map[string]bool{}
	for _, folder := range folders {
		taken[folder] = true
	}
	for range 16 + d.IntN(16) {
		if path := filepath.Join(folders[d.IntN(len(folders))], d.of(names...)); !taken[path] {
			files[path] = ""
		}
	}
	paths := slices.Sorted(maps.Keys(files))
	files[".gitignore"] = d.patterns(paths, 1, 6)
	for _, folder := range folders {
		if d.one(4) {
			files[filepath.Join(folder, ".gitignore")] = d.patterns(paths, 1, 4)
		}
	}
	return files
}

// patterns returns the text of a .gitignore file with least to most patterns.
func (d *draw) patterns(paths []string, least, most int) string {
	var out strings.Builder
	if d.one(20) {
		out.WriteString("\uFEFF")
	}
	end := "\n"
	if d.one(8) {
		end = "\r\n"
	}
	for range least + d.IntN(most-least+1) {
		line := d.pattern(paths)
		for !d.leading && afterLiteral(line) {
			line = d.pattern(paths)
		}
		out.WriteString(line)
		out.WriteString(end)
	}
	if d.one(10) {
		return strings.TrimSuffix(out.String(), end)
	}
	return out.String()
}

// afterLiteral reports whether what a pattern begins with before its first
// special byte goes on with **, but for a slash, and more folders come.
func afterLiteral(line string) bool {
	line = strings.TrimPrefix(line, "!")
	n := strings.IndexAny(line, `*?[\`)
	if n < 1 || line[n-1] == '/' || !strings.HasPrefix(line[n:], "**") {
		return false
	}
	rest := strings.TrimLeft(line[n:], "*")
	return rest == "" || rest[0] == '/' || strings.HasPrefix(rest, `\/`) || strings.Trim(rest, " ") == ""
}

// pattern draws a line. Most are made from a path, so that they match.
func (d *draw) pattern(paths []string) string {
	if d.one(12) {
		return d.of("", "# a", "   ", "!", "/", "//", "!/", "*", "**", "*/", "**/", "/**", "/*", "!*/", "!**/", "*.tf", "!*.tf", "a\x00b", "\\", "a\\", "[", "a[", "***", "/**/", "**/**", "**/*", "*/**")
	}
	parts := strings.Split(paths[d.IntN(len(paths))], "/")
	from := d.IntN(len(parts))
	parts = parts[from : from+1+d.IntN(len(parts)-from)]
	for i := range parts {
		parts[i] = d.name(parts[i])
		if d.one(6) {
			parts[i] = d.of("*", "**", "**", "***", "?*")
		}
	}
	line := d.of("", "", "", "!", "!") + d.of("", "", "/", "**/", "*/", "/**/", "**/**/", "a/", "/a/**/") + strings.Join(parts, d.of("/", "/", "/", "/**/", "/*/", "/**/**/", "**/", "/**"))
	return line + d.of("", "", "", "", "/", "/", "/*", "/**", "/**/", " ", "  ", "\\ ", "\\\\ ", "/ ", "\t", "*", "**")
}

// name draws a pattern for a name.
func (d *draw) name(name string) string {
	if d.one(3) {
		return escaped(name)
	}
	var out strings.Builder
	for i := 0; i < len(name); i++ {
		switch d.IntN(10) {
		case 0:
			out.WriteString(d.of("*", "*", "**", "***"))
			i += d.IntN(3) - 1
		case 1:
			out.WriteString("?")
		case 2:
			out.WriteString(d.class(name[i]))
		case 3:
			out.WriteString("\\" + name[i:i+1])
		case 4:
			out.WriteString(name[i : i+1])
			if d.one(8) {
				out.WriteString(d.of("a", "A", "-", "]", "!", "é", "\\"))
			}
		case 5:
			out.WriteString(strings.ToUpper(name[i : i+1]))
		default:
			out.WriteString(escaped(name[i : i+1]))
		}
	}
	return out.String()
}

// escaped returns a name as a pattern that matches it only.
func escaped(name string) string {
	var out strings.Builder
	for i := range len(name) {
		if strings.IndexByte(`*?[\ `, name[i]) >= 0 || i == 0 && strings.IndexByte("!#", name[i]) >= 0 {
			out.WriteByte('\\')
		}
		out.WriteByte(name[i])
	}
	return out.String()
}

// class draws a class of bytes. Half of them have the byte.
func (d *draw) class(b byte) string {
	posix := []string{"alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit"}
	members := []string{"]", "-"}
	for range d.IntN(3) {
		members = append(members, d.of("a-c", "0-9", "z-a", "A-Z", "\\a-\\z", "[:"+d.of(posix...)+":]", "\\]", "\\-", "a-", "-z", "\\\\", "[", "[:", "!", "^", ",-.", "[a-", ":]", "é", "a-[:digit:]", "/"))
	}
	if d.one(2) {
		members = append(members, string([]byte{b}))
	}
	if d.one(25) {
		members = append(members, d.of("[:word:]", "[:ALPHA:]", "[::]", "[:alpha]", "[.a.]", "[=a=]"))
	}
	members = members[d.IntN(3):]
	d.Shuffle(len(members), func(i, k int) { members[i], members[k] = members[k], members[i] })
	end := "]"
	if d.one(30) {
		end = ""
	}
	return "[" + d.of("", "", "", "!", "^") + strings.Join(members, "") + end
}
