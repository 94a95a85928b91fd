package corpus

import (
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
)

// A directory is one module.
type directory struct {
	path    string
	stack   bool // else a module that stacks call
	tables  bool
	modules []string // paths of modules that it may call
}

var (
	teams    = []string{"billing", "checkout", "data-platform", "identity", "logistics", "marketing", "messaging", "search"}
	services = []string{"api", "archive", "catalog", "events", "export", "gateway", "importer", "ledger", "notifier", "orders", "payments", "pricing", "reports", "scheduler", "sessions", "stock", "tracking", "worker"}
	stages   = []string{"dev", "staging", "prod"}
	kinds    = []string{"alarms", "bucket", "cluster", "database", "function", "network", "queue", "roles", "service", "topic"}
)

// layout places the directories: of ten about three are modules, some of them
// inside of services, and the others stacks, one a stage. Tables stand in both.
func layout(o Options) []directory {
	r := rand.New(rand.NewPCG(o.Seed, 1<<32))
	dirs := make([]directory, 0, o.Directories)
	var shared []string
	for i := range o.Directories * 2 / 10 {
		d := directory{path: fmt.Sprintf("modules/%s-%d", kinds[i%len(kinds)], i/len(kinds)+1)}
		shared = append(shared, d.path)
		dirs = append(dirs, d)
	}
	for n := 0; len(dirs) < o.Directories; n++ {
		service := fmt.Sprintf("stacks/%s/%s-%d", teams[n%len(teams)], services[r.IntN(len(services))], n)
		modules := shared
		if n%2 == 0 {
			own := service + "/modules/" + kinds[r.IntN(len(kinds))]
			dirs = append(dirs, directory{path: own, modules: shared})
			modules = append(modules[:len(modules):len(modules)], own)
		}
		for _, stage := range stages {
			dirs = append(dirs, directory{path: path.Join(service, stage), stack: true, modules: modules})
		}
	}
	dirs = dirs[:o.Directories]
	if o.Apart {
		for i := range dirs {
			dirs[i].modules = nil
		}
	}
	want := int(float64(o.Directories)*o.Tables + 0.5)
	for _, i := range r.Perm(len(dirs))[:want] {
		dirs[i].tables = true
	}
	return dirs
}

// source returns how a directory calls the module at a path.
func (d directory) source(module string) string {
	return strings.Repeat("../", strings.Count(d.path, "/")+1) + module
}
