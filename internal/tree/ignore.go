package tree

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"cmkify/internal/tree/gitignore"
)

// maxPatterns is how large a file of patterns may be to be read. Each path is
// compared with all of them. Real files have a few KB.
const maxPatterns = 1 << 20

// An ignorer tells what to leave out below a given folder: by --exclude, whose
// patterns are relative to what diffs are relative to, and by the .gitignore
// files from the repository's root down to the folder it has entered.
type ignorer struct {
	exclude *gitignore.Patterns   // nil for none
	git     []*gitignore.Patterns // the later ones stronger
	useGit  bool
	inGit   bool // what is entered is in a git repository, whose patterns count
	// path returns a shown path as exclude matches it.
	path func(shown string) string
	top  string // resolved path of the repository's root
	// A shown path is relative to the root with its first cut bytes replaced.
	cut   int
	above string // with a slash at the end, unless empty
}

// ignored reports whether the patterns of git leave a path out, of which no
// folder above is left out.
func (i *ignorer) ignored(path string, folder bool) bool {
	for _, patterns := range slices.Backward(i.git) {
		if verdict := patterns.Match(path, folder); verdict != gitignore.Undecided {
			return verdict == gitignore.Excluded
		}
	}
	return false
}

// excludedBelow reports whether patterns exclude a path or a folder above it.
func excludedBelow(patterns *gitignore.Patterns, path string, folder bool) bool {
	if patterns == nil {
		return false
	}
	for i, c := range path {
		if c == '/' && patterns.Match(path[:i], true) == gitignore.Excluded {
			return true
		}
	}
	return patterns.Match(path, folder) == gitignore.Excluded
}

// excludes returns the patterns of --exclude, nil for none.
func (w *walker) excludes() *gitignore.Patterns {
	if len(w.options.Exclude) == 0 {
		return nil
	}
	out := gitignore.Parse("", "")
	for _, glob := range w.options.Exclude {
		if rest, ok := strings.CutPrefix(glob, "./"); ok {
			glob = "/" + rest
		}
		out.Add(glob)
	}
	return out
}

// excludable returns what makes of a shown path, in a folder that is given, one
// that the patterns of --exclude match.
func (w *walker) excludable(real, shown, base string) func(path string) string {
	if w.options.ExcludeFrom == "" {
		return func(path string) string { return relative(base, path) }
	}
	above, cut := slashJoin(relative(w.options.ExcludeFrom, real), ""), len(slashJoin(shown, ""))
	return func(path string) string { return above + path[cut:] }
}

// ignorer returns the ignorer of a given folder, which has entered the
// folders above it in its git repository, and an error for each file of
// patterns that cannot be read.
func (w *walker) ignorer(real, shown, base string) (*ignorer, []error) {
	i := &ignorer{exclude: w.excludes(), path: w.excludable(real, shown, base), top: real, cut: len(slashJoin(shown, "")), useGit: !w.options.NoGitignore}
	if !i.useGit || !i.findTop(real) {
		return i, nil
	}
	i.inGit = true
	errs := w.load(i, openGit(i.top).exclude(), "")
	if real == i.top {
		return i, errs
	}
	rel := relative(i.top, real)
	i.above = rel + "/"
	for n, c := range "/" + rel {
		if c == '/' {
			dir := rel[:max(n-1, 0)]
			errs = append(errs, w.load(i, filepath.Join(i.top, dir, ".gitignore"), dir)...)
		}
	}
	i.allow(rel)
	return i, errs
}

// findTop finds the root of the repository that a folder lies in. It returns
// false if it lies in none.
func (i *ignorer) findTop(dir string) bool {
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			i.top = dir
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
}

// load adds the patterns of a file above a given folder. It is read once: many
// folders may be given. So is its error told.
func (w *walker) load(i *ignorer, path, folder string) (errs []error) {
	patterns, known := w.patterns[path]
	if !known {
		var err error
		if patterns, err = readPatterns(path, folder); err != nil {
			shown, _ := w.shown(path, "")
			errs = append(errs, &PathError{shown, err})
		}
		w.patterns[path] = patterns
	}
	if patterns != nil {
		i.git = append(i.git, patterns)
	}
	return errs
}

// allow drops the patterns that leave out a folder that was given, or one
// above it: they do not count.
func (i *ignorer) allow(given string) {
	for n, c := range given + "/" {
		if c == '/' && i.ignored(given[:n], true) {
			for k, patterns := range i.git {
				i.git[k] = patterns.Allow(given[:n])
			}
		}
	}
}

// enter returns the ignorer for a folder with these names and folders.
func (i *ignorer) enter(disk, shown string, names, folders []string) (in *ignorer, errs []error) {
	nested := disk != i.top && (slices.Contains(names, ".git") || slices.Contains(folders, ".git"))
	if !i.useGit || !nested && !slices.Contains(names, ".gitignore") {
		return i, nil
	}
	copied := *i
	in = &copied
	in.git = slices.Clip(i.git)
	add := func(path, shown, folder string) {
		patterns, err := readPatterns(path, folder)
		if err != nil {
			errs = append(errs, &PathError{shown, err})
		} else if patterns != nil {
			in.git = append(in.git, patterns)
		}
	}
	if nested { // in a repository of its own only its own patterns count
		in.inGit = true
		in.top, in.git, in.cut, in.above = disk, nil, len(slashJoin(shown, "")), ""
		add(openGit(disk).exclude(), slashJoin(shown, ".git/info/exclude"), "")
	}
	folder := in.above + slashJoin(shown, "")[in.cut:]
	add(filepath.Join(disk, ".gitignore"), slashJoin(shown, ".gitignore"), strings.TrimSuffix(folder, "/"))
	return in, errs
}

// readPatterns returns the patterns of a file in a folder, nil if it is not
// there. git does not follow links to .gitignore files.
// https://git-scm.com/docs/gitignore#_notes
func readPatterns(path, folder string) (*gitignore.Patterns, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 && filepath.Base(path) == ".gitignore" {
		return nil, nil
	}
	src, err := readAtMost(path, maxPatterns)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, errNotRegular):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return gitignore.Parse(string(src), folder), nil
}

// matches reports whether a path below the given folder, as shown, is left
// out. No folder above it is, by git.
func (i *ignorer) matches(shown string, folder bool) bool {
	if i.exclude != nil && excludedBelow(i.exclude, i.path(shown), folder) {
		return true
	}
	return len(i.git) > 0 && i.ignored(i.above+shown[i.cut:], folder)
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
