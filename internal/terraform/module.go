package terraform

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A Module is one directory as it is written. It does not change once it is
// loaded, but for what its calls lead to, which whoever loads the modules tells.
type Module struct {
	Dir       string
	Files     []*File     // primary files, by name, those that do not parse included
	Overrides []*File     // override files, by name
	Resources []*Resource // resource and data blocks, in the order of files and lines
	Calls     []*Call     // module blocks, in the same order
	Errors    []Error
	// Complete says that nothing is missing: all files could be read, and no
	// Terragrunt adds others.
	Complete bool
	// Encrypted says that files which declare something are encrypted: they may
	// declare, and read, anything.
	Encrypted bool
	// Terragrunt says that Terragrunt runs the directory, and gives it inputs
	// that are not read.
	Terragrunt bool
	// Nested says that the directory lies in a folder of its repository that holds
	// modules, by its name.
	Nested bool
	// Remote says that the module is not of the code that is worked on; nil for
	// any that is.
	Remote *Remote

	// What was not read, of a module that was loaded for a demand.
	demand        *Demand
	skipped       []skipped
	unread        map[string]bool            // addresses
	unreadReaders map[string]bool            // what is referred to there, on demand
	asked         map[string]map[string]bool // outputs that its calls are asked for, by the calls' names

	byPath     map[string]*File
	byAddress  map[string]*Resource
	lock       *File
	inputFiles []*File
	tests      []*File
	mocks      []*File
	inputs     map[string][]Input // by variable
	variables  map[string]*Variable
	locals     map[string]*hclsyntax.Attribute
	outputs    map[string]*Output
	byType     map[string][]*Resource // managed ones

	// Made on demand.
	constraints  []VersionConstraint              // on the AWS provider
	majors       []bool                           // of the AWS provider that these allow
	byKind       map[blockKind][]*hclsyntax.Block // at the top level
	awsNames     []string                         // local ones of the AWS provider
	awsConfigs   []ProviderConfig
	terraform011 *bool
	mentioned    map[string]map[string]bool
}

// A Remote is a module that is published or installed: what is changed is the
// call of it, if anything.
type Remote struct {
	Name string
	Code bool   // the module is its code; else what stands for it
	Help string // what to do about what no argument of a call sets right
	// Unread says why nothing is known of its tables, "" when something is.
	Unread string
}

// An Output is one output block.
type Output struct {
	Name      string
	Expr      hclsyntax.Expression // nil when it has no value, which is an error
	Sensitive bool
	Block     *hclsyntax.Block
}

// Resource returns the module's resource or data source with that address,
// or nil.
func (m *Module) Resource(address string) *Resource {
	m.Require(address)
	return m.byAddress[address]
}

// OfType returns the module's managed resources of a type.
func (m *Module) OfType(resourceType string) []*Resource { return m.byType[resourceType] }

// File returns the file that shows under a path, as in the Filename of a
// range, or nil.
func (m *Module) File(path string) *File { return m.byPath[path] }

// AllFiles returns all files of the directory that were read, by path.
func (m *Module) AllFiles() []*File {
	return slices.SortedFunc(maps.Values(m.byPath), func(a, b *File) int { return strings.Compare(a.Path, b.Path) })
}

// Place returns the place of a range of one of the module's files.
func (m *Module) Place(r hcl.Range) Place {
	return Place{File: m.byPath[r.Filename], Start: r.Start.Byte, End: r.End.Byte}
}

// declare collects the resources, calls and outputs of all parsed files and
// notes what Terraform refuses about them.
func (m *Module) declare() {
	m.awsNames = m.readAWSNames()
	providers := map[string]*hclsyntax.Block{}
	for _, f := range m.Files {
		if f.Body == nil {
			continue
		}
		for n, b := range f.Body.Blocks {
			switch b.Type {
			case "resource", "data":
				m.declareResource(f, b)
			case "module":
				m.declareCall(f, n)
			case "provider":
				m.declareProvider(f, b, providers)
			}
		}
	}
	for _, b := range m.blocks("output", 1) {
		o := &Output{Name: b.Labels[0], Block: b, Sensitive: isTrue(b.Body.Attributes["sensitive"])}
		if a := b.Body.Attributes["value"]; a != nil {
			o.Expr = a.Expr
		}
		m.outputs[o.Name] = o
	}
}

func (m *Module) declareResource(f *File, b *hclsyntax.Block) {
	if len(b.Labels) != 2 {
		m.fail(f, b.TypeRange.Start.Byte, fmt.Sprintf("a %s block has two labels: type and name", b.Type))
		return
	}
	r := newResource(b, f)
	if !ValidName(r.Name) {
		m.failOf(r, f, b.LabelRanges[1].Start.Byte, fmt.Sprintf("invalid resource name %q", r.Name))
		return
	}
	r.module = m
	if first := m.byAddress[r.Address()]; first != nil {
		m.failOf(r, f, b.TypeRange.Start.Byte, fmt.Sprintf("duplicate %s: also declared at %s", r.Address(), m.Place(first.Block.Range()).Line()))
		return
	}
	m.byAddress[r.Address()] = r
	m.Resources = append(m.Resources, r)
	if !r.Data {
		m.byType[r.Type] = append(m.byType[r.Type], r)
	}
}
