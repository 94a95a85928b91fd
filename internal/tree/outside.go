package tree

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
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
	roots := &Roots{}
	if top := roots.Of(d.disk); top == "" || top != roots.Of(real) {
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

// Above returns the resolved paths of the directory and of the folders above it,
// up to the root of its git repository, or, outside of one, to the folder that
// was given.
func (d Dir) Above(repository string) []string {
	top := repository
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

// FindAbove returns the path of the first file of a name in the folders above the
// directory, up to the root of its git repository, or, outside of one, to the folder
// that was given; "" for none.
func (d Dir) FindAbove(name, repository string) string {
	for _, folder := range d.Above(repository)[1:] {
		path := filepath.Join(folder, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// Roots finds the roots of git repositories. Each folder is looked at once.
type Roots struct {
	mutex sync.Mutex
	of    map[string]string // by folder
}

// Of returns the root of the git repository that a folder is in, "" for none.
func (r *Roots) Of(dir string) string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.of == nil {
		r.of = map[string]string{}
	}
	return r.find(dir)
}

func (r *Roots) find(dir string) string {
	root, known := r.of[dir]
	if known {
		return root
	}
	if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
		root = dir
	} else if above := filepath.Dir(dir); above != dir {
		root = r.find(above)
	}
	r.of[dir] = root
	return root
}
