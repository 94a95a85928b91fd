// Package engine does the work of a run: it reads directories, has their
// tables judged and their fixes planned and proved, and writes what is proved.
// Paths go in; a Result for each directory comes out, in the order of the walk,
// whatever runs in parallel. Nothing is printed here.
package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"cmkify/detect"
	"cmkify/fix"
	"cmkify/internal/suppress"
	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

// Options say what to do.
type Options struct {
	Paths          []string
	Exclude        []string // gitignore patterns
	NoGitignore    bool
	Only, Skip     []string // globs of addresses; Only nil for all
	NoSuppressions bool
	Jobs           int  // directories at once, at least 1
	Write          bool // what is proved is written
	Edits          bool // results have the edits and changes
	Diff           bool // results have the diff
	Locks          tree.Locks
	Fix            fix.Options
}

// A Result is what a run found and did in one directory.
type Result struct {
	Dir      string // as shown; "" for an error that is of no directory
	Base     string // what the diff's paths are relative to, "" for the working directory
	Disk     string // the directory, resolved
	Begun    time.Time
	Took     time.Duration
	Files    int // Terraform files read
	Outcomes []*fix.Outcome
	Absent   int // tables that are not created
	Edits    []fix.Edit
	Changes  []fix.FileChange // what the edits make of each file
	Sources  []terraform.Source
	Diff     string // unified, "" unless asked for
	Errors   []terraform.Error

	interrupted bool // nothing is known: the context ended
}

var errInterrupted = errors.New("interrupted")

// Run works on the directories at and below the paths, several at once, and
// calls emit for each in the order of the walk. When emit returns an error, or
// the context ends, what is being written is written to its end; what is being
// judged is given up, and nothing is said of it.
func Run(ctx context.Context, o Options, emit func(Result) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	queue := make(chan chan Result, 8*o.Jobs)
	go func() {
		defer close(queue)
		slots := make(chan struct{}, o.Jobs)
		walk := tree.Options{Exclude: o.Exclude, NoGitignore: o.NoGitignore, Wanted: terraform.IsConfig, Editable: editable, Locks: o.Locks}
		for dir, err := range tree.Walk(ctx, o.Paths, walk) {
			result := make(chan Result, 1)
			queue <- result
			if err != nil {
				result <- Result{Errors: []terraform.Error{located(err)}}
				continue
			}
			slots <- struct{}{}
			go func() {
				defer func() { <-slots }()
				result <- directory(ctx, o, dir)
			}()
		}
	}()
	var failed error
	for result := range queue {
		r := <-result
		if failed == nil && !r.interrupted {
			if failed = emit(r); failed != nil {
				stop()
			}
		}
	}
	return failed
}

func editable(name string) bool { return terraform.IsConfig(name) || terraform.IsInputs(name) }

// attempts is how often a directory is begun again because its files changed
// while it was worked on.
const attempts = 3

// directory does everything for one directory.
func directory(ctx context.Context, o Options, dir tree.Dir) Result {
	begun := time.Now()
	if o.Write {
		if err := dir.RemoveStray(ctx); err != nil {
			return Result{Dir: dir.Path, Disk: dir.Disk(), Begun: begun, Errors: []terraform.Error{located(err)}}
		}
	}
	for n := 1; ; n++ {
		r, err := rewrite(ctx, o, dir)
		if errors.Is(err, tree.ErrChanged) && n < attempts {
			continue
		}
		if errors.Is(err, errInterrupted) || errors.Is(err, context.Canceled) {
			return Result{interrupted: true}
		}
		if err != nil {
			r.Errors = append(r.Errors, located(err))
		}
		r.Disk, r.Begun, r.Took = dir.Disk(), begun, time.Since(begun)
		return r
	}
}

// rewrite judges a directory, and writes its fix or shows it.
func rewrite(ctx context.Context, o Options, dir tree.Dir) (Result, error) {
	var sources []terraform.Source
	var wanted bool
	dir.Reading(ctx, func() { sources, wanted = read(dir, false) })
	if !wanted {
		return Result{Dir: dir.Path, Base: dir.Base, Files: len(sources)}, nil
	}
	r, err := Judge(ctx, o, dir, sources)
	if ctx.Err() != nil {
		return Result{}, errInterrupted
	}
	if err != nil || len(r.Changes) == 0 || !o.Write {
		return r, err
	}
	changes := replacements(dir, r.Changes, sources)
	if err := tree.Shared(changes); err != nil {
		return r, err
	}
	if err := tree.Replace(ctx, changes); err != nil {
		return r, err
	}
	Fixed(r.Outcomes)
	return r, nil
}

// Fixed marks the outcomes that were to be fixed: what is planned is written.
func Fixed(outcomes []*fix.Outcome) {
	for _, o := range outcomes {
		if o.Status == detect.Fixable {
			o.Status = detect.Fixed
		}
	}
}

// replacements returns the changes as they are to be written, and the other
// sources, which must still be what they were: another run may have put a key
// into one of them.
func replacements(dir tree.Dir, changes []fix.FileChange, sources []terraform.Source) []tree.Change {
	names := map[string]string{}
	for _, s := range sources {
		names[s.Path] = s.Name
	}
	out := make([]tree.Change, len(changes))
	for i, c := range changes {
		out[i] = tree.Change{Dir: dir, Name: names[c.Path], Old: c.Old, New: c.New}
	}
	for _, s := range sources {
		if s.Err == nil && !slices.ContainsFunc(changes, func(c fix.FileChange) bool { return c.Path == s.Path }) {
			out = append(out, tree.Change{Dir: dir, Name: s.Name, Old: s.Bytes, New: s.Bytes})
		}
	}
	return out
}

// Judge judges the tables of a directory from its sources, and plans and
// proves their fix. Nothing is changed. A panic, which is a bug, costs this
// directory only. So does the end of the context: what is evaluated behind it
// is unknown, and no verdict.
func Judge(ctx context.Context, o Options, dir tree.Dir, sources []terraform.Source) (r Result, err error) {
	nothing := func(why error) (Result, error) {
		return Result{Dir: dir.Path, Base: dir.Base, Files: len(sources)}, &tree.PathError{Path: dir.Path, Err: why}
	}
	defer func() {
		if bug := recover(); bug != nil {
			r, err = nothing(fmt.Errorf("%v; nothing is written here: this is a bug in cmkify; please report it", bug))
		} else if ctx.Err() != nil {
			r, err = nothing(errors.New("interrupted; nothing is written here"))
		}
	}()
	u := &unit{ctx: ctx, options: o, dir: dir}
	if !o.NoSuppressions {
		u.comments = suppress.NewReader(time.Now())
	}
	return u.work(sources)
}

// located returns an error of the walk or of writing as one of a file.
func located(err error) terraform.Error {
	var path *tree.PathError
	if errors.As(err, &path) {
		return terraform.Error{File: path.Path, Message: path.Reason()}
	}
	return terraform.Error{Message: err.Error()}
}

// read reads what bears on a directory: its Terraform files and, when one of
// them may declare a table, or it is known to, the others that matter.
func read(dir tree.Dir, known bool) (sources []terraform.Source, wanted bool) {
	add := func(name string) {
		src, err := dir.Read(name)
		sources = append(sources, terraform.Source{Name: name, Path: dir.File(name), Bytes: src, Err: err})
	}
	for _, name := range dir.Names {
		if terraform.IsConfig(name) {
			add(name)
		}
	}
	// What cannot be read might declare one, but for a link that leads nowhere.
	wanted = known || slices.ContainsFunc(sources, func(s terraform.Source) bool {
		return s.Err != nil && !errors.Is(s.Err, fs.ErrNotExist) || mayDeclareTable(s.Bytes)
	})
	if !wanted {
		return sources, false
	}
	for _, name := range append(dir.Below(terraform.IsContext), dir.Names...) {
		if terraform.IsContext(name) {
			add(name)
		}
	}
	return sources, true
}

// Stdin judges what is given on standard input as a file of that path, beside
// its siblings on disk.
func Stdin(ctx context.Context, o Options, path string, src []byte) (Result, error) {
	dir := tree.Dir{Path: "."}
	if path == "" {
		path = "stdin.tf"
	} else {
		dir = tree.Single(filepath.Dir(path))
	}
	name := filepath.Base(path)
	dir.Names = slices.DeleteFunc(dir.Names, func(n string) bool { return n == name })
	dir.Named = []string{name}
	sources, _ := read(dir, true)
	return Judge(ctx, o, dir, append(sources, terraform.Source{Name: name, Path: dir.File(name), Bytes: src}))
}
