package tree

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
type patterns []gitignore.Pattern

// match reports whether the patterns leave a path out, of which no folder
// above is left out.
func (p patterns) match(path string, folder bool) bool {
	parts := strings.Split(path, "/")
	for _, pattern := range slices.Backward(p) {
		switch pattern.Match(parts, folder) {
		case gitignore.Exclude:
			return true
		case gitignore.Include:
			return false
		}
	}
	return false
}

func (w *walker) excludes(base string) patterns {
	var out patterns
	for _, glob := range w.options.Exclude {
		out = append(out, gitignore.ParsePattern(glob, nil))
	}
	return out
}

// ignorer returns the ignorer of a given folder, which has entered the
// folders above it in its git repository.
func (w *walker) ignorer(real, shown, base string) (*ignorer, error) {
	i := &ignorer{exclude: w.excludes(base), base: base, shown: shown, real: real, top: real, useGit: !w.options.NoGitignore}
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
	if err := i.read(filepath.Join(i.top, ".git", "info", "exclude"), nil); err != nil {
		return nil, err
	}
	above := strings.Split(filepath.ToSlash(relative(i.top, real)), "/")
	for n := range above {
		if above[0] == "." {
			break
		}
		if err := i.read(filepath.Join(i.top, filepath.Join(above[:n]...), ".gitignore"), above[:n]); err != nil {
			return nil, err
		}
	}
	// What was given is not left out: patterns that would do so do not count.
	i.git = slices.DeleteFunc(i.git, func(p gitignore.Pattern) bool { return above[0] != "." && p.Match(above, true) == gitignore.Exclude })
	return i, nil
}

// enter returns the ignorer for a folder with these names.
func (i *ignorer) enter(disk string, names []string) (*ignorer, error) {
	if !i.useGit || !slices.Contains(names, ".gitignore") {
		return i, nil
	}
	in := *i
	in.git = slices.Clone(i.git)
	var domain []string
	if rel := relative(i.top, disk); rel != "." {
		domain = strings.Split(rel, "/")
	}
	return &in, in.read(filepath.Join(disk, ".gitignore"), domain)
}

// read adds the patterns of a file, if it is there, for paths in a domain.
func (i *ignorer) read(path string, domain []string) error {
	src, err := readRegular(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotRegular) {
		return nil
	}
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(src, []byte("\uFEFF"))))
	for lines.Scan() {
		if pattern, ok := cleanPattern(lines.Text()); ok {
			i.git = append(i.git, gitignore.ParsePattern(pattern, domain))
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
// out. No folder above it is.
func (i *ignorer) matches(shown string, folder bool) bool {
	if i.exclude.match(relative(i.base, shown), folder) {
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
