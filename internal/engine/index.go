package engine

import (
	"context"
	"os"
	"slices"
	"sync"
	"time"

	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

// An entry is a directory, as far as its bytes tell of it, or an error of the
// walk.
type entry struct {
	dir      tree.Dir
	err      error
	errors   []terraform.Error
	begun    time.Time
	took     time.Duration
	files    int  // Terraform files
	tables   bool // it may declare tables
	keys     bool // it may declare keys
	root     bool // it says where its state is
	grants   bool // it may let somebody use tables
	replicas bool // it may declare replicas of tables
	remote   bool // it names sources that are no paths, those of providers among them
	sources  []string
	tests    bool     // it has files of tests
	tested   []string // sources of modules in them
	mocks    bool     // a provider is mocked in them
	testers  []tester // what runs it by itself
	// terragrunt is the source that Terragrunt runs there, if functions name it.
	terragrunt string
	staged     []string // sources of components in files of stacks
	ends       []string // what sources end in that are computed
	stacked    bool     // a component of a stack runs it, or a unit of Terragrunt's may
	calls      []*entry // those that its calls may lead to
	example    bool     // it shows how something is used, or tests it
	shown      bool     // an example calls it
	beside     bool     // it has no part in tables, but calls modules of their keys
	outside    bool     // it is not in the given paths
	reached    bool     // by calls from the given paths, or it is in them
	at         int      // where it is among the entries
	unit       *unit    // that it is worked on with, nil when it has nothing to do with tables
}

// An index is what is known of all directories before one is parsed.
type index struct {
	ctx     context.Context
	entries []*entry // in the order of the walk, those outside last
	byDisk  map[string]*entry
	named   bool // files were given
	// installed says that modules count which terraform init has installed.
	installed bool
	roots     tree.Roots
	links     map[string]bool // resolved paths of files that symbolic links lead to
	// scanners has what the configuration files of scanners say.
	scanners scanners
	grants   grants
	replicas replicas
	// remote tells of sources of modules whether these make tables.
	remote sync.Map
}

// newIndex walks the paths and looks at the bytes of all Terraform files.
func newIndex(ctx context.Context, o Options) *index {
	x := &index{ctx: ctx, byDisk: map[string]*entry{}, links: map[string]bool{}, installed: !o.NoInstalledModules}
	x.named = slices.ContainsFunc(o.Paths, func(path string) bool {
		info, err := os.Stat(path)
		return err == nil && !info.IsDir()
	})
	x.walk(ctx, o, o.Paths, false)
	if around := x.around(o); len(around) > 0 {
		o.Exclude = nil
		x.walk(ctx, o, around, true)
	}
	x.connect(o.IncludeExamples)
	return x
}

// batch is how many directories are looked at by one goroutine: to look at one
// takes little longer than to start another.
const batch = 16

// walk adds the directories at and below paths. Those outside of the given ones
// are only looked at.
func (x *index) walk(ctx context.Context, o Options, paths []string, outside bool) {
	var reading sync.WaitGroup
	slots := make(chan struct{}, o.Jobs)
	var waiting []*entry
	look := func() {
		list := waiting
		waiting = nil
		slots <- struct{}{}
		reading.Go(func() {
			defer func() { <-slots }()
			for _, e := range list {
				x.begin(e, o.Write)
			}
		})
	}
	walk := tree.Options{Exclude: o.Exclude, ExcludeFrom: o.ExcludeFrom, NoGitignore: o.NoGitignore, Wanted: wanted, Editable: editable, Hidden: true, Locks: o.Locks}
	for dir, err := range tree.Walk(ctx, paths, walk) {
		if outside && (err != nil || x.byDisk[dir.Disk()] != nil) {
			continue
		}
		e := &entry{dir: dir, err: err, outside: outside || dir.Hidden}
		x.entries = append(x.entries, e)
		if err != nil {
			continue
		}
		x.byDisk[dir.Disk()] = e
		for _, path := range dir.Linked() {
			x.links[path] = true
		}
		if waiting = append(waiting, e); len(waiting) == batch {
			look()
		}
	}
	look()
	reading.Wait()
}

// begin looks at a directory, and takes away what a run that was killed has left
// there.
func (x *index) begin(e *entry, write bool) {
	e.begun = time.Now()
	x.look(e)
	if write && !e.outside {
		if err := e.dir.RemoveStray(x.ctx); err != nil {
			e.errors = append(e.errors, located(err))
		}
	}
	e.took = time.Since(e.begun)
}

// around returns where those may be who call the modules of tables, and were
// not given: the roots of the git repositories that these are in, and, where
// something is excluded, the given folders.
func (x *index) around(o Options) []string {
	var out []string
	for _, e := range x.entries {
		if e.err != nil || !e.tables {
			continue
		}
		if len(o.Exclude) > 0 && len(out) == 0 {
			out = slices.Clone(o.Paths)
		}
		if top := x.roots.Of(e.dir.Disk()); top != "" && x.byDisk[top] == nil && !slices.Contains(out, top) {
			out = append(out, top)
		}
	}
	return out
}

// connect finds out who calls whom, and makes the units.
func (x *index) connect(examples bool) {
	for i := 0; i < len(x.entries); i++ { // it grows by those outside
		e := x.entries[i]
		e.at = i
		e.example = e.dir.Hidden || !examples && x.isExample(e)
		for _, source := range e.sources {
			if to := x.lead(e, source); to != nil && to != e && !slices.Contains(e.calls, to) {
				e.calls = append(e.calls, to)
				to.shown = to.shown || e.example
			}
		}
		e.sources = nil
		for _, source := range e.staged {
			if to := x.lead(e, source); to != nil {
				to.stacked = true
			}
		}
		x.markTested(e)
	}
	x.markComputed()
	for _, e := range x.entries {
		if !e.outside {
			e.reach()
		}
	}
	x.unite(x.relevant())
}

// reach marks a directory, and all that calls from it lead to.
func (e *entry) reach() {
	if e.reached {
		return
	}
	e.reached = true
	for _, to := range e.calls {
		to.reach()
	}
}
