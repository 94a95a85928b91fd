// Package engine does the work of a run: it finds the directories that belong
// together, has their tables judged and their fixes planned and proved, and
// writes what is proved. Paths go in; a Result for each directory comes out, in
// the order of the walk, whatever runs in parallel. Nothing is printed here.
package engine

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"cmkify/fix"
	"cmkify/fix/splice"
	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

// Options say what to do.
type Options struct {
	Paths           []string
	Exclude         []string // gitignore patterns
	ExcludeFrom     string   // the folder, resolved, that they are relative to; "" for the working directory
	NoGitignore     bool
	IncludeExamples bool     // what lies in folders of examples and tests is fixed, too
	Only, Skip      []string // globs of addresses; Only nil for all
	NoSuppressions  bool
	// NoInstalledModules does without the modules that terraform init has
	// installed.
	NoInstalledModules bool
	Jobs               int  // units at once, at least 1
	Write              bool // what is proved is written
	Edits              bool // results have the edits and changes
	Sources            bool // results have what was read, and not only its paths
	Diff               bool // results have the diff
	Locks              tree.Locks
	Fix                fix.Options

	readAll bool // all blocks are read
	left    *int // where it is counted how many are not, nil for nowhere
}

// A Result is what a run found and did in one directory.
type Result struct {
	Dir      string // as shown; "" for an error that is of no directory
	Base     string // what the diff's paths are relative to, "" for the working directory
	Disk     string // the directory, resolved
	Begun    time.Time
	Took     time.Duration // with all that was worked on together, once
	Files    int           // Terraform files read
	Outcomes []*fix.Outcome
	Absent   []Absent // tables that are not created
	Examples int      // tables in examples and tests, which are judged only when asked for
	// Unselected counts the tables that --only and --skip leave out.
	Unselected int
	Calls      int // of modules whose tables are judged here
	Edits      []splice.Edit
	Changes    []fix.FileChange // what the edits make of each file
	Sources    []terraform.Source
	Diff       string // unified, "" unless asked for
	Errors     []terraform.Error
	// Unit is what the directory was worked on with; nil for one without tables.
	Unit *Unit

	interrupted bool // nothing is known: the context ended
	outside     bool // of the given paths
}

// A Unit is what the results of directories that call each other's tables
// share: a fix in one may need edits in others.
type Unit struct {
	Edits   []splice.Edit
	Sources []terraform.Source
	Written bool // the edits are made
}

var errInterrupted = errors.New("interrupted; nothing is written here")

// Run works on the directories at and below the paths, several at once, and
// calls emit for each in the order of the walk, with what keep makes of its result.
// keep is called as soon as a directory is done, perhaps in several goroutines, and
// what it does not keep is forgotten: results hold on to all that was parsed. When
// emit returns an error, or the context ends, what is being written is written to its
// end; what is being judged is given up, and nothing is said of it.
func Run[T any](ctx context.Context, o Options, keep func(Result) T, emit func(T) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	x := newIndex(ctx, o)
	defer runtime.KeepAlive(x.reserve())
	kept := make([]*T, len(x.entries)) // nil where nothing is told
	take := func(e *entry) {
		if r := e.result(); !r.interrupted && r.worthTelling() {
			out := keep(r)
			kept[e.at] = &out
		}
	}
	started := make(chan struct{}, x.ahead(o))
	var running sync.WaitGroup
	defer running.Wait()
	running.Go(func() {
		defer close(started)
		x.runUnits(ctx, o, &running, started, take)
	})
	for i, e := range x.entries {
		switch {
		case e.unit == nil:
			take(e)
		case e.unit.members[0] == e:
			if _, ok := <-started; !ok {
				return nil // the context has ended
			}
			fallthrough
		default:
			<-e.unit.done
		}
		if kept[i] != nil {
			if err := emit(*kept[i]); err != nil {
				stop()
				return err
			}
			kept[i] = nil
		}
	}
	return nil
}

// ahead returns how many units may be begun before one that is told: few where they
// are written, so that little is written and not told when telling fails.
func (x *index) ahead(o Options) int {
	if o.Write {
		return 8 * o.Jobs
	}
	return len(x.entries)
}

// runUnits runs the units in the order of their first directories, several at
// once, and has the results of each taken. It sends one message for each that it
// has begun.
func (x *index) runUnits(ctx context.Context, o Options, running *sync.WaitGroup, started chan<- struct{}, take func(*entry)) {
	slots := make(chan struct{}, o.Jobs)
	for _, e := range x.entries {
		u := e.unit
		if u == nil || u.members[0] != e {
			continue
		}
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		running.Go(func() {
			defer func() { <-slots }()
			defer close(u.done)
			u.run(ctx, o)
			for _, e := range u.members {
				take(e)
			}
			u.results = nil
		})
		select {
		case started <- struct{}{}:
		case <-ctx.Done():
			return
		}
	}
}

// result returns what is found in a directory; for one of a unit, when that is done.
func (e *entry) result() Result {
	switch {
	case e.err != nil:
		return Result{Errors: []terraform.Error{located(e.err)}}
	case e.unit == nil:
		return Result{Dir: e.dir.Path, Base: e.dir.Base, Disk: e.dir.Disk(), Begun: e.begun, Took: e.took, Files: e.files, outside: e.outside, Errors: e.errors}
	}
	r := e.unit.results[e]
	r.outside = e.outside
	return r
}

// worthTelling reports whether anything is to be said of a directory: of one
// outside the given paths only what was found there.
func (r Result) worthTelling() bool { return !r.outside || len(r.Outcomes)+len(r.Errors) > 0 }

func editable(name string) bool { return terraform.IsConfig(name) || terraform.IsInputs(name) }

// located returns an error of the walk or of writing as one of a file.
func located(err error) terraform.Error {
	var path *tree.PathError
	if errors.As(err, &path) {
		return terraform.Error{File: path.Path, Message: path.Reason()}
	}
	return terraform.Error{Message: err.Error()}
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
	e := &entry{dir: dir}
	u := &unit{index: &index{ctx: ctx, entries: []*entry{e}, byDisk: map[string]*entry{}}, members: []*entry{e}}
	sources := append(read(e.dir), terraform.Source{Name: name, Path: dir.File(name), Bytes: src})
	err := u.judge(ctx, o, map[*entry][]terraform.Source{e: sources})
	return u.results[e], err
}
