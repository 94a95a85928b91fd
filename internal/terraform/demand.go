package terraform

import (
	"maps"
	"slices"
)

// A Demand is what is asked of a directory: which of its top-level blocks have
// to be read. A module that is loaded for one reads those that bear on tables
// and their keys, with all that these refer to. Whatever else is asked of the
// module by name or by what it holds is added to its demand: what was answered
// then may be wrong, and the directory has to be loaded again.
type Demand struct {
	all       bool
	addresses map[string]bool // of what was asked for
	read      map[string]bool // addresses whose readers were asked for
	access    bool            // whether policies were asked for
	grown     bool
}

// NewDemand returns one to which nothing was added.
func NewDemand() *Demand {
	return &Demand{addresses: map[string]bool{}, read: map[string]bool{}}
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
func (s skipped) text() []byte { return s.file.outline.Text(s.n) }

// Skipped returns how many blocks of the module are not read.
func (m *Module) Skipped() int { return len(m.skipped) }

// RequireAll says that what follows is right only when all blocks are read.
func (m *Module) RequireAll() {
	if len(m.skipped) > 0 {
		m.demand.ReadAll()
	}
}

// Output adds an output by its name, before the module is loaded for the demand.
func (d *Demand) Output(name string) { d.addresses["output."+name] = true }

// Unread reports whether an address is that of something which is there, and not
// read.
func (m *Module) Unread(address string) bool { return m.unread[address] }

// Require says that what follows is right only when all is read that declares
// something: a resource, data source or variable by its address, or an output
// by "output." and its name.
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

// Asked returns the outputs that the module asks a call for, in what is read.
func (m *Module) Asked(c *Call) []string { return slices.Sorted(maps.Keys(m.asked[c.Name])) }

// RequireAccess says that what follows is right only when all identities and
// policies of IAM are read.
func (m *Module) RequireAccess() {
	for _, s := range m.skipped {
		if aboutAccess(s.file.outline.declares(s.n)) {
			m.demand.access, m.demand.grown = true, true
			return
		}
	}
}
