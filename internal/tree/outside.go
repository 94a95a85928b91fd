package tree

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Outside returns a directory that another one refers to by a relative or
// absolute path, to be read only, or why there is none. It must lie in the same
// git repository as the one that refers to it.
func (d Dir) Outside(to string) (Dir, error) {
	disk, shown := to, filepath.ToSlash(to)
	if !filepath.IsAbs(to) {
		disk, shown = filepath.Join(d.disk, to), path.Join(d.Path, filepath.ToSlash(to))
	}
	real, err := filepath.EvalSymlinks(disk)
	if err != nil {
		return Dir{}, err
	}
	if info, err := os.Stat(real); err != nil {
		return Dir{}, err
	} else if !info.IsDir() {
		return Dir{}, &fs.PathError{Op: "open", Path: to, Err: fs.ErrNotExist}
	}
	top := repositoryOf(d.disk)
	if top == "" || top != repositoryOf(real) {
		return Dir{}, errOtherRepository
	}
	in, err := list(real)
	return Dir{Path: shown, Base: d.Base, Names: in.names, Named: []string{}, disk: real, special: in.special, locks: d.locks}, err
}

// In returns the names in a folder below the directory, none of one that cannot
// be read.
func (d Dir) In(folder string) []string {
	in, _ := list(filepath.Join(d.disk, filepath.FromSlash(folder)))
	return in.names
}

// Repository returns the root of the git repository that the directory is in, ""
// for none.
func (d Dir) Repository() string { return repositoryOf(d.disk) }

// Above returns the resolved paths of the directory and of the folders above it,
// up to the root of the git repository, or to the folder that was given.
func (d Dir) Above() []string {
	top := repositoryOf(d.disk)
	if top == "" {
		top = filepath.Clean(strings.TrimSuffix(d.disk, filepath.FromSlash(d.Relative)))
	}
	out := []string{d.disk}
	for at := d.disk; at != top && at != filepath.Dir(at); {
		at = filepath.Dir(at)
		out = append(out, at)
	}
	return out
}

// repositoryOf returns the root of the git repository that a folder is in, ""
// for none.
func repositoryOf(dir string) string {
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}
