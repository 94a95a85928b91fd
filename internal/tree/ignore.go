package tree

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"
)

// An ignorer tells what to leave out below a given folder: by --exclude, whose
// patterns are relative to what diffs are relative to, and by the .gitignore
// files from the repository's root down to the folder it has entered.
type ignorer struct {
	exclude patterns
	git     patterns
	useGit  bool
	top     string // resolved path that the patterns of git are relative to
	base    string // of the shown paths
	shown   string // the given folder, as shown, and
	real    string // resolved
}

// patterns are gitignore patterns, the later ones stronger.
type patterns []pattern

// match reports whether the patterns leave a path out, of which no folder
// above is left out.
func (p patterns) match(path string, folder bool) bool {
	parts := strings.Split(path, "/")
	for _, pattern := range slices.Backward(p) {
		switch pattern.match(parts, folder) {
		case gitignore.Exclude:
			return true
		case gitignore.Include:
			return false
		}
	}
	return false
}

// matchAny is match for a path of which a folder above may be left out.
func (p patterns) matchAny(path string, folder bool) bool {
	for i, c := range path {
		if c == '/' && p.match(path[:i], true) {
			return true
		}
	}
	return p.match(path, folder)
}

// A pattern is one of gitignore that matches a path itself. go-git's would
// match what lies below, too: "!*/" would bring back every file of a folder.
// It still does so for patterns with "**" in the middle. git knows more than
// it in cases that nobody has met yet: "**" beside other characters, "**/a/b"
// for a/x/a/b, classes such as [[:alpha:]]; and its ? is a byte.
type pattern struct {
	gitignore.Pattern
	domain  int  // the number of folders above the file of the pattern
	names   int  // how many names it matches below them; 0 for the last one, -1 for any
	folders bool // matches nothing else
}

func parsePattern(text string, domain []string) pattern {
	text = strings.ReplaceAll(text, "[!", "[^") // as go-git reads it
	sign := text[:len(text)-len(strings.TrimPrefix(text, "!"))]
	body, folders := strings.CutSuffix(text[len(sign):], "/")
	if name := strings.TrimPrefix(body, "**/"); !strings.Contains(name, "/") {
		body = name
	}
	if strings.HasSuffix(body, "/**") { // all in a folder, but not the folder
		body += "/*"
	}
	p := pattern{Pattern: gitignore.ParsePattern(sign+body, domain), domain: len(domain), folders: folders}
	switch {
	case strings.HasPrefix(body, "**/") || strings.Contains(body, "/**"):
		p.names = -1
	case strings.Contains(body, "/"):
		p.names = 1 + strings.Count(body[1:], "/")
	}
	return p
}

func (p pattern) match(path []string, folder bool) gitignore.MatchResult {
	below := len(path) - p.domain
	switch {
	case below <= 0 || p.names > 0 && p.names != below || p.folders && !folder:
		return gitignore.NoMatch
	case p.names == 0:
		path = append(slices.Clone(path[:p.domain]), path[len(path)-1])
	}
	return p.Match(path, folder)
}

func (w *walker) excludes() patterns {
	var out patterns
	for _, glob := range w.options.Exclude {
		if rest, ok := strings.CutPrefix(glob, "./"); ok {
			glob = "/" + rest
		}
		out = append(out, parsePattern(glob, nil))
	}
	return out
}

// ignorer returns the ignorer of a given folder, which has entered the
// folders above it in its git repository.
func (w *walker) ignorer(real, shown, base string) (*ignorer, error) {
	i := &ignorer{exclude: w.excludes(), base: base, shown: shown, real: real, top: real, useGit: !w.options.NoGitignore}
	if !i.useGit {
		return i, nil
	}
	for dir := real; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			i.top = dir
			break
		}
		if dir == filepath.Dir(dir) {
			return i, nil
		}
	}
	if err := i.read(infoExclude(i.top), nil); err != nil {
		return nil, err
	}
	if real == i.top {
		return i, nil
	}
	above := strings.Split(relative(i.top, real), "/")
	for n := range above {
		if err := i.read(filepath.Join(i.top, filepath.Join(above[:n]...), ".gitignore"), above[:n]); err != nil {
			return nil, err
		}
	}
	i.allow(above)
	return i, nil
}

// allow drops the patterns that leave out a folder that was given, or one
// above it: they do not count.
func (i *ignorer) allow(given []string) {
	for n := range given {
		above := given[:n+1]
		if i.git.match(strings.Join(above, "/"), true) {
			i.git = slices.DeleteFunc(i.git, func(p pattern) bool { return p.match(above, true) == gitignore.Exclude })
		}
	}
}

// infoExclude returns the path of the patterns that a repository keeps to
// itself. In a worktree or submodule .git is a file that tells where it is.
func infoExclude(top string) string {
	at := filepath.Join(top, ".git")
	follow := func(file, prefix string) {
		src, err := readRegular(file)
		to, ok := strings.CutPrefix(strings.TrimSpace(string(src)), prefix)
		switch {
		case err != nil || !ok:
		case filepath.IsAbs(to):
			at = to
		default:
			at = filepath.Join(filepath.Dir(file), to)
		}
	}
	follow(at, "gitdir: ")
	follow(filepath.Join(at, "commondir"), "")
	return filepath.Join(at, "info", "exclude")
}

// enter returns the ignorer for a folder with these names and folders.
func (i *ignorer) enter(disk string, names, folders []string) (*ignorer, error) {
	nested := disk != i.top && (slices.Contains(names, ".git") || slices.Contains(folders, ".git"))
	if !i.useGit || !nested && !slices.Contains(names, ".gitignore") {
		return i, nil
	}
	in := *i
	if nested { // in a repository of its own only its own patterns count
		in.top, in.git = disk, nil
		if err := in.read(infoExclude(disk), nil); err != nil {
			return &in, err
		}
	}
	in.git = slices.Clone(in.git)
	var domain []string
	if rel := relative(in.top, disk); rel != "." {
		domain = strings.Split(rel, "/")
	}
	return &in, in.read(filepath.Join(disk, ".gitignore"), domain)
}

// read adds the patterns of a file, if it is there, for paths in a domain.
func (i *ignorer) read(path string, domain []string) error {
	src, err := readRegular(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, errNotRegular) {
		return nil
	}
	for line := range strings.Lines(strings.TrimPrefix(string(src), "\uFEFF")) {
		if text, ok := cleanPattern(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")); ok {
			i.git = append(i.git, parsePattern(text, domain))
		}
	}
	return err
}

// cleanPattern returns the pattern in a line of a .gitignore file: trailing
// spaces do not count unless escaped, and # begins a comment.
// https://git-scm.com/docs/gitignore#_pattern_format
func cleanPattern(line string) (string, bool) {
	for strings.HasSuffix(line, " ") && !strings.HasSuffix(line, `\ `) {
		line = strings.TrimSuffix(line, " ")
	}
	return line, line != "" && !strings.HasPrefix(line, "#")
}

// matches reports whether a path below the given folder, as shown, is left
// out. No folder above it is, by git.
func (i *ignorer) matches(shown string, folder bool) bool {
	if i.exclude.matchAny(relative(i.base, shown), folder) {
		return true
	}
	if len(i.git) == 0 {
		return false
	}
	rel := relative(i.shown, shown)
	return i.git.match(relative(i.top, filepath.Join(i.real, rel)), folder)
}

// kept returns the names of a folder's editable files that are not left out;
// nil when none is.
func (i *ignorer) kept(shown string, names []string, editable func(string) bool) []string {
	kept, all := []string{}, true
	for _, name := range names {
		switch {
		case !editable(name):
		case i.matches(slashJoin(shown, name), false):
			all = false
		default:
			kept = append(kept, name)
		}
	}
	if all {
		return nil
	}
	return kept
}
