package terraform

import (
	"maps"
	"slices"
	"strings"
)

// A Demand is what is asked of a directory: which of its top-level blocks have
// to be read. A module that is loaded for one reads some for themselves, and all
// that these refer to. Whatever else is asked of the module by name or by what it
// holds is added to its demand: what was answered then may be wrong, and the
// directory has to be loaded again.
type Demand struct {
	reads     func(Outlined) bool
	all       bool
	addresses map[string]bool // of what was asked for
	read      map[string]bool // addresses whose readers were asked for
	types     []string        // beginnings of the types that were asked for
	held      map[string]bool // what Holds has found, by word
	grown     bool
}

// An Outlined is a top-level block before it is read, which declares a resource,
// data source, variable, output, module call or locals.
type Outlined struct {
	Address string // "var.", "output.", "module." or "local." and the name, of what is no resource; the first of locals
	Type    string // of a resource or data source, else ""
	Source  string // of a call, else ""
	Text    []byte
	// Holds reports whether a file of the directory holds a word, or did when it
	// was loaded first.
	Holds func(word string) bool
}

// NewDemand returns one to which nothing was added. reads reports whether a block
// is read for itself.
func NewDemand(reads func(Outlined) bool) *Demand {
	return &Demand{reads: reads, addresses: map[string]bool{}, read: map[string]bool{}, held: map[string]bool{}}
}

// Grown reports whether something was added since it was asked the last time.
func (d *Demand) Grown() bool {
	grown := d.grown
	d.grown = false
	return grown
}

// ReadAll adds all blocks.
func (d *Demand) ReadAll() { d.grown, d.all = d.grown || !d.all, true }

// A skipped is a top-level block of a module that is not read: its body is
// empty.
type skipped struct {
	file *File
	n    int // among the blocks of the file
}

// text returns the bytes of the block.
func (s skipped) text() []byte { return s.file.outline.text(s.n) }

// Skipped returns how many blocks of the module are not read.
func (m *Module) Skipped() int { return len(m.skipped) }

// RequireAll says that what follows is right only when all blocks are read.
func (m *Module) RequireAll() {
	if len(m.skipped) > 0 {
		m.demand.ReadAll()
	}
}

// Output adds an output by its name, "" for all, before the module is loaded for
// the demand.
func (d *Demand) Output(name string) { d.addresses["output."+name] = true }

// UnreadOutput reports whether an output is there and not read, or, for "", one of
// them.
func (m *Module) UnreadOutput(name string) bool {
	if name != "" {
		return m.unread["output."+name]
	}
	return slices.ContainsFunc(m.OutputNames(), m.UnreadOutput)
}

// RequireOutput says that what follows is right only when an output is read, or,
// for "", all of them.
func (m *Module) RequireOutput(name string) {
	names := []string{name}
	if name == "" {
		names = m.OutputNames()
	}
	for _, name := range names {
		m.Require("output." + name)
	}
}

// Require says that what follows is right only when all is read that declares
// something: a resource, data source, variable, local or call by its address, or
// an output by "output." and its name.
func (m *Module) Require(address string) {
	if m.unread[address] && !m.demand.addresses[address] {
		m.demand.addresses[address], m.demand.grown = true, true
	}
}

// RequireReaders says that what follows is right only when all is read that
// refers to something.
func (m *Module) RequireReaders(address string) {
	if address == "" || len(m.skipped) == 0 || m.demand.read[address] {
		return
	}
	if m.unreadReaders == nil {
		m.unreadReaders = map[string]bool{}
		for _, s := range m.skipped {
			for at := range references(s.text()) {
				m.unreadReaders[string(at)] = true
			}
		}
	}
	if m.unreadReaders[address] {
		m.demand.read[address], m.demand.grown = true, true
	}
}

// Asked returns the outputs that the module asks a call for, in what is read, ""
// for all of them.
func (m *Module) Asked(c *Call) []string { return slices.Sorted(maps.Keys(m.asked[c.Name])) }

// RequireTypes says that what follows is right only when all resources and data
// sources are read whose type begins with a prefix.
func (m *Module) RequireTypes(prefix string) {
	for _, s := range m.skipped {
		o := s.file.outline
		if o.declaresResource(s.n) && strings.HasPrefix(string(o.Blocks[s.n].Labels[0]), prefix) {
			m.demand.types, m.demand.grown = append(m.demand.types, prefix), true
			return
		}
	}
}
