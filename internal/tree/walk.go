// Package tree goes from path arguments to module directories, and replaces
// files. Paths go in; directories with Terraform files, and roots of git
// repositories, come out one by one, in lexical order, each once. Only what lies in them is read or written, only
// regular files, and a file is replaced whole or not at all.
package tree

import (
	"context"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cmkify/internal/tree/gitignore"
)

// Options say what to leave out below the given paths.
type Options struct {
	Exclude     []string // gitignore patterns
	ExcludeFrom string   // the folder, resolved, that they are relative to; "" for the working directory
	NoGitignore bool
	// Wanted tells by their names the files that make a folder one to yield,
	// Editable those that may have to be changed.
	Wanted, Editable func(name string) bool
	// Hidden yields the hidden folders of git repositories, too, but those that
	// tools fill. What cannot be read in them is no error.
	Hidden bool
	Locks  Locks
}

// skipped are the folders that tools fill, and that nobody edits; other hidden
// ones are skipped, too, unless they are asked for.
var skipped = []string{"cdktf.out", "node_modules", ".git", terraformFolder, ".terragrunt-cache", ".terraform.d"}

// Walk yields the directories at and below the arguments that hold a wanted
// file, folders first, then those of the files that were named. The root of a
// git repository comes out in any case, without names when it holds no wanted
// file, so that a report can tell of every repository. An argument or folder
// that cannot be read is an error, and the walk goes on. It ends early when the
// context does.
func Walk(ctx context.Context, args []string, o Options) iter.Seq2[Dir, error] {
	return func(yield func(Dir, error) bool) {
		w := &walker{ctx: ctx, options: o, yield: yield, seen: map[string]bool{}, patterns: map[string]*gitignore.Patterns{}}
		if !w.start(args) {
			return
		}
		for _, r := range w.roots {
			for _, err := range r.errs {
				if !yield(Dir{}, err) {
					return
				}
			}
			if !w.walk(r, r.real, r.shown, r.ignore) {
				return
			}
		}
		for _, d := range w.named {
			d.scope, d.locks = w.scope, w.options.Locks
			if ctx.Err() != nil || !w.seen[d.disk] && !yield(d, nil) {
				return
			}
		}
	}
}

type walker struct {
	ctx     context.Context
	options Options
	yield   func(Dir, error) bool
	working []string        // the working directory, as the user came to it, and resolved
	seen    map[string]bool // resolved paths of the directories yielded
	scope   []string
	roots   []root
	named   []Dir
	// patterns are those of the files above the given folders, by their paths;
	// nil of a file that is not there or cannot be read.
	patterns map[string]*gitignore.Patterns
}

// A root is a folder that was given.
type root struct {
	real, shown, base string
	ignore            *ignorer
	errs              []error // of the files of patterns above it
	hidden            bool    // what is walked below it is hidden
}

// start resolves the arguments. It returns false to end the walk.
func (w *walker) start(args []string) bool {
	if err := w.stand(); err != nil {
		w.yield(Dir{}, err)
		return false
	}
	for _, arg := range args {
		real, err := resolve(arg)
		if err == nil {
			var info fs.FileInfo
			if info, err = os.Stat(real); err == nil {
				w.scope = append(w.scope, real)
				err = w.add(arg, real, info)
			}
		}
		if err != nil && !w.yield(Dir{}, &PathError{arg, err}) {
			return false
		}
	}
	return true
}

// stand finds out where we stand.
func (w *walker) stand() error {
	working, err := os.Getwd()
	if err != nil {
		return err
	}
	w.working = []string{working}
	if real, err := filepath.EvalSymlinks(working); err == nil {
		w.working = append(w.working, real)
	}
	return nil
}

func resolve(arg string) (string, error) {
	if arg == "" {
		return "", fs.ErrNotExist
	}
	real, err := filepath.EvalSymlinks(arg)
	if err != nil {
		return "", err
	}
	if real, err = filepath.Abs(real); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(real) // the way to the working directory may have links, too
}

func (w *walker) add(arg, real string, info fs.FileInfo) error {
	switch {
	case info.IsDir():
		shown, base := w.shown(arg, arg)
		ignore, errs := w.ignorer(real, shown, base)
		w.roots = append(w.roots, root{real: real, shown: shown, base: base, ignore: ignore, errs: errs})
	case !info.Mode().IsRegular():
		return errNotRegular
	case w.options.Editable(filepath.Base(arg)):
		return w.addFile(arg)
	}
	return nil // a file that is none of Terraform's
}

func (w *walker) addFile(arg string) error {
	dir, name := filepath.Dir(arg), filepath.Base(arg)
	real, err := resolve(dir)
	if err != nil {
		return err
	}
	shown, base := w.shown(dir, dir)
	if excludedBelow(w.excludes(), w.excludable(real, shown, base)(slashJoin(shown, name)), false) {
		return nil
	}
	i := slices.IndexFunc(w.named, func(d Dir) bool { return d.disk == real })
	if i < 0 {
		in, err := list(real)
		if err != nil {
			return err
		}
		i = len(w.named)
		w.named = append(w.named, Dir{Path: shown, Base: base, Names: in.names, Initialized: in.initialized(), disk: real, special: in.special})
	}
	if !slices.Contains(w.named[i].Named, name) {
		w.named[i].Named = append(w.named[i].Named, name)
	}
	return nil
}

// walk yields a folder and all below it. It returns false to end the walk.
func (w *walker) walk(r root, disk, shown string, ignore *ignorer) bool {
	if w.ctx.Err() != nil {
		return false
	}
	if w.seen[disk] || r.hidden && w.isGiven(disk) {
		return true
	}
	w.seen[disk] = true
	in, err := list(disk)
	names, folders := in.names, in.folders
	if err != nil {
		return r.hidden || w.yield(Dir{}, &PathError{shown, err})
	}
	ignore, errs := ignore.enter(disk, shown, names, folders)
	for _, err := range errs {
		if !r.hidden && !w.yield(Dir{}, err) {
			return false
		}
	}
	d := Dir{Path: shown, Base: r.base, Hidden: r.hidden, Initialized: in.initialized(), disk: disk, scope: w.scope, locks: w.options.Locks}
	if below, err := filepath.Rel(r.real, disk); err == nil && below != "." {
		d.Relative = filepath.ToSlash(below)
	}
	yields := slices.Contains(names, ".git") || slices.Contains(folders, ".git")
	if slices.ContainsFunc(names, w.options.Wanted) {
		if kept := w.given(disk, ignore.kept(shown, names, w.options.Editable)); kept == nil || len(kept) > 0 {
			d.Names, d.Named, d.special, yields = names, kept, in.special, true
		}
	}
	if yields && !w.yield(d, nil) {
		return false
	}
	return w.below(r, disk, shown, folders, ignore)
}

// below walks the folders of a folder. It returns false to end the walk.
func (w *walker) below(r root, disk, shown string, folders []string, ignore *ignorer) bool {
	for _, name := range folders {
		to := r
		to.hidden = r.hidden || strings.HasPrefix(name, ".")
		if to.hidden && !(w.options.Hidden && ignore.inGit) || slices.Contains(skipped, name) || ignore.matches(slashJoin(shown, name), true) {
			continue
		}
		if !w.walk(to, filepath.Join(disk, name), slashJoin(shown, name), ignore) {
			return false
		}
	}
	return true
}

// isGiven reports whether a folder, or a file in it, was given.
func (w *walker) isGiven(disk string) bool {
	return slices.ContainsFunc(w.roots, func(r root) bool { return r.real == disk }) ||
		slices.ContainsFunc(w.named, func(d Dir) bool { return d.disk == disk })
}

// given adds to the names that a folder keeps those that were given as well.
func (w *walker) given(disk string, kept []string) []string {
	i := slices.IndexFunc(w.named, func(d Dir) bool { return d.disk == disk })
	if i < 0 || kept == nil {
		return kept
	}
	kept = append(kept, w.named[i].Named...)
	slices.Sort(kept)
	return slices.Compact(kept)
}
