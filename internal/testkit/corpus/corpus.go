// Package corpus makes a tree of folders that looks like a monorepo of
// Terraform code: stacks of several teams that call modules, policies in
// heredocs, documented variables, and the folders that tools leave behind. The
// same options make the same bytes. It serves benchmarks and tests; nobody
// would apply what it makes, but all of it parses.
package corpus

import (
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
)

// Options say what to make.
type Options struct {
	Directories int     // with Terraform files, not counting those of tools
	Tables      float64 // share of the directories that declare tables
	Seed        uint64
	Apart       bool // no directory calls a module of the tree
}

// A Size is how large a tree is, without the folders of tools.
type Size struct {
	Directories, Files, Bytes, Tables int
}

// Write makes a tree in a folder, which may exist.
func Write(root string, o Options) (Size, error) {
	w := &writer{root: root, made: map[string]bool{}}
	for i, dir := range layout(o) {
		// Each directory has a source of its own, so that a change of what
		// one holds leaves the others alone.
		r := rand.New(rand.NewPCG(o.Seed, uint64(i)))
		g := &generator{Rand: r, dir: dir}
		files := g.files()
		w.size.Directories++
		w.size.Tables += g.tables
		for _, f := range files {
			w.size.Files++
			w.size.Bytes += len(f.text)
			w.write(path.Join(dir.path, f.name), f.text)
		}
		for _, f := range g.leftovers() {
			w.write(path.Join(dir.path, f.name), f.text)
		}
	}
	for _, f := range toolFiles(o.Directories) {
		w.write(f.name, f.text)
	}
	return w.size, w.err
}

// WriteDirectory makes one directory of so many .tf files, up to fifteen, with
// so many tables, and nothing else.
func WriteDirectory(root string, files, tables int, seed uint64) error {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
	w := &writer{root: root, made: map[string]bool{}}
	for _, f := range g.configuration(files - 1) {
		w.write(f.name, f.text)
	}
	w.write("dynamodb.tf", g.tableFile(tables))
	return w.err
}

// A file is one of a directory's files, or with a path one below the root.
type file struct {
	name, text string
}

// A writer writes files until one cannot be written.
type writer struct {
	root string
	made map[string]bool // folders
	size Size
	err  error
}

func (w *writer) write(name, text string) {
	if w.err != nil {
		return
	}
	p := filepath.Join(w.root, filepath.FromSlash(name))
	if dir := filepath.Dir(p); !w.made[dir] {
		w.err = os.MkdirAll(dir, 0o755)
		w.made[dir] = true
	}
	if w.err == nil {
		w.err = os.WriteFile(p, []byte(text), 0o644)
	}
}
