package tree

import (
	"path/filepath"
	"strings"
)

// A Dir is one directory with Terraform files, or the root of a git repository.
type Dir struct {
	// Path is the directory as shown to the user, with slashes: relative to
	// the working directory when inside it, else as the argument says.
	Path string
	// Base is what the paths of its diffs are relative to: "" for the working
	// directory, else the path argument.
	Base  string
	Names []string // of what it holds but folders, in lexical order
	// Named holds the names that may be reported and written: those that were
	// given, or that nothing excludes. Nil means all of them.
	Named []string

	// Relative is the path relative to the folder that was given, "" for that
	// itself and for the folders of named files.
	Relative string
	// Hidden says that it is, or lies in, a hidden folder of a git repository,
	// which was not given.
	Hidden bool
	// Initialized says that it has a folder .terraform, which terraform init makes.
	Initialized bool

	disk    string   // the path to open
	special []string // those of the names that are of no regular file: links, pipes
	open    *uintptr // the directory, nil when it is not open
	scope   []string // the given paths, resolved: nothing outside them is written
	locks   Locks
}

// File returns the path of one of the directory's files as shown.
func (d Dir) File(name string) string { return slashJoin(d.Path, name) }

// Real returns the resolved path of one of the directory's files, "" when it
// cannot be resolved.
func (d Dir) Real(name string) string {
	real, err := filepath.EvalSymlinks(filepath.Join(d.disk, name))
	if err != nil {
		return ""
	}
	return real
}

// Linked returns the resolved paths of the files to which symbolic links of the
// directory lead.
func (d Dir) Linked() []string {
	var out []string
	for _, name := range d.special {
		if real := d.Real(name); real != "" && real != filepath.Join(d.disk, name) {
			out = append(out, real)
		}
	}
	return out
}

// DiffFile returns the path of one of the directory's files relative to Base.
func (d Dir) DiffFile(name string) string {
	if d.Base == "" {
		return d.File(name)
	}
	rel, err := filepath.Rel(d.Base, d.Path)
	if err != nil {
		return d.File(name)
	}
	return slashJoin(filepath.ToSlash(rel), name)
}

func slashJoin(dir, name string) string {
	switch {
	case dir == ".":
		return name
	case strings.HasSuffix(dir, "/"):
		return dir + name
	}
	return dir + "/" + name
}
