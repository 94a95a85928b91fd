package terraform

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A Source is one file of a directory as it was read.
type Source struct {
	Name  string // in its directory
	Path  string // as shown to the user
	Bytes []byte
	Err   error // why it could not be read, else nil
}

// Equal reports whether another source is the same file, as it was read.
func (s Source) Equal(other Source) bool {
	return s.Name == other.Name && s.Path == other.Path && s.Err == other.Err && bytes.Equal(s.Bytes, other.Bytes)
}

// Load reads the files of one directory as one module. It takes every file
// for which IsConfig or IsContext holds, in any order, and keeps the slices.
// What does not parse is in the module's Errors; everything else is there.
func Load(dir string, sources []Source) *Module { return load(dir, sources, nil, nil) }

// LoadFor is like Load, but of blocks that nobody has to read for a demand, only
// the header is there: their bodies are empty.
func LoadFor(dir string, sources []Source, d *Demand) *Module { return load(dir, sources, nil, d) }

// Reload returns the module that other sources of the same directory make up,
// for the same demand. It shares with m the files whose bytes are the same:
// those are not parsed again.
func (m *Module) Reload(sources []Source) *Module { return load(m.Dir, sources, m.byPath, m.demand) }

// Again returns the module to be judged again. It shares with m all but where its
// calls lead, which has to be told anew.
func (m *Module) Again() *Module {
	out := *m
	out.Calls = make([]*Call, len(m.Calls))
	for i, c := range m.Calls {
		again := *c
		again.Cut()
		again.Aside = false
		out.Calls[i] = &again
	}
	return &out
}

// load loads a module, of which some files may have been parsed before.
func load(dir string, sources []Source, parsed map[string]*File, d *Demand) *Module {
	m := &Module{
		Dir: dir, demand: d, unread: map[string]bool{}, byPath: map[string]*File{}, byAddress: map[string]*Resource{}, byType: map[string][]*Resource{}, byKind: map[blockKind][]*hclsyntax.Block{}, inputs: map[string][]Input{}, variables: map[string]*Variable{},
		locals: map[string]*hclsyntax.Attribute{}, outputs: map[string]*Output{},
	}
	m.add(sources, parsed)
	m.readInputs()
	m.declareVariables()
	m.checkLocals()
	m.declare()
	m.declareTerragruntLocals()
	m.mergeOverrides()
	slices.SortStableFunc(m.Errors, CompareErrors)
	m.Complete = len(m.Errors) == 0 && !m.Terragrunt && !m.Encrypted
	return m
}

// add takes the files in, by name, and parses those that make up the module,
// unless they have been.
func (m *Module) add(sources []Source, parsed map[string]*File) {
	hidden := map[string]bool{}
	for _, s := range sources {
		hidden[s.Name] = true
	}
	for _, s := range slices.SortedFunc(slices.Values(sources), func(a, b Source) int { return strings.Compare(a.Name, b.Name) }) {
		f := parsed[s.Path]
		if f == nil || f.Name != s.Name || !bytes.Equal(f.Bytes, s.Bytes) {
			f = &File{Name: s.Name, Path: s.Path, Bytes: s.Bytes}
		}
		m.byPath[f.Path] = f
		switch {
		case s.Err != nil:
			m.Errors = append(m.Errors, Error{File: f.Path, Message: s.Err.Error()})
		case f.encrypted():
			m.addEncrypted(f)
		case f.Name == lockFile:
			m.lock = f
			m.note(f.parse())
		case f.Name == terragruntFile:
			m.declareTerragrunt(f)
		case IsInputs(f.Name):
			m.inputFiles = append(m.inputFiles, f)
		case isTest(f.Name):
			if f.parse() == nil { // tests have errors of their own
				m.tests = append(m.tests, f)
			}
		case isMock(f.Name):
			if f.parse() == nil {
				m.mocks = append(m.mocks, f)
			}
		case hidden[hiddenBy(f.Name)]:
		case isOverride(f.Name):
			m.Overrides = append(m.Overrides, f)
		default:
			m.Files = append(m.Files, f)
		}
	}
	if m.demand != nil && !m.demand.all && len(m.Overrides) == 0 {
		m.outline()
	}
	for _, f := range slices.Concat(m.Files, m.Overrides) {
		if !f.encrypted() {
			m.note(f.parse())
		}
	}
	m.skip()
}

// outline chooses which blocks of the files are read. A file of which more is
// read than before is another one.
func (m *Module) outline() {
	var outlined, others []*File
	for i, f := range m.Files {
		again := *f
		switch {
		case f.outline != nil:
			again = File{Name: f.Name, Path: f.Path, Bytes: f.Bytes, outline: f.outline.again()}
		case !f.parsed && !f.encrypted():
			again.outline = newOutline(f)
		}
		if again.outline == nil {
			others = append(others, f)
			continue
		}
		m.Files[i] = &again
		outlined = append(outlined, &again)
	}
	c := choose(outlined, others, m.demand)
	for i, f := range m.Files {
		if old := m.byPath[f.Path]; f.outline != nil && old.outline.covers(f.outline) {
			m.Files[i] = old
		}
		m.byPath[f.Path] = m.Files[i]
	}
	m.asked = c.outputs
}

// skip notes which blocks of the files have not been read.
func (m *Module) skip() {
	for _, f := range m.Files {
		if f.outline == nil || f.Body == nil {
			continue
		}
		for n, read := range f.outline.read {
			if !read {
				m.skipped = append(m.skipped, skipped{f, n})
				for _, address := range f.outline.declares(n) {
					m.unread[address] = true
				}
			}
		}
	}
}
