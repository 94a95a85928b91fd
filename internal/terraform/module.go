package terraform

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A Module is one directory as Terraform sees it.
type Module struct {
	Dir       string
	Files     []*File     // primary files, by name, those that do not parse included
	Overrides []*File     // override files, by name
	Resources []*Resource // resource and data blocks, in the order of files and lines
	Errors    []Error
	// Complete says that nothing is missing: all files could be read, and no
	// Terragrunt adds others.
	Complete bool

	byPath      map[string]*File
	byAddress   map[string]*Resource
	lock        *File
	terragrunt  *File // gives inputs that are not read
	inputFiles  []*File
	tests       []*File
	inputs      map[string][]Input // by variable
	variables   map[string]*Variable
	locals      map[string]*hclsyntax.Attribute
	localValues map[string]cty.Value
	// resourceValues are what references to resources give, those in the making too.
	resourceValues map[*Resource]cty.Value
	constraints    []VersionConstraint // on the AWS provider, made on demand
}

// A Resource is one resource or data block.
type Resource struct {
	Data       bool
	Type, Name string
	Block      *hclsyntax.Block // what Terraform sees: the declaration with overrides merged in
	Declared   *hclsyntax.Block // the declaration itself
	File       *File            // of the declaration
	Overridden bool

	files map[string]*File
}

func newResource(b *hclsyntax.Block, f *File) *Resource {
	return &Resource{Data: b.Type == "data", Type: b.Labels[0], Name: b.Labels[1], Block: b, Declared: b, File: f}
}

// fileOf returns the file of that path; the resource's own for any other.
func (r *Resource) fileOf(path string) *File {
	if f := r.files[path]; f != nil {
		return f
	}
	return r.File
}

// Address returns the resource's address in its module.
func (r *Resource) Address() string {
	if r.Data {
		return "data." + r.Type + "." + r.Name
	}
	return r.Type + "." + r.Name
}

// Attribute returns the resource's attribute of that name, or nil.
func (r *Resource) Attribute(name string) *hclsyntax.Attribute {
	return r.Block.Body.Attributes[name]
}

// Counted reports whether the resource has count or for_each, so that it can
// only be referred to by instance.
func (r *Resource) Counted() bool {
	return r.Attribute("count") != nil || r.Attribute("for_each") != nil
}

// Nested returns the nested blocks of that type: the static ones and the
// dynamic ones that generate it.
func (r *Resource) Nested(blockType string) (static, dynamic []*hclsyntax.Block) {
	for _, b := range r.Block.Body.Blocks {
		switch {
		case b.Type == blockType:
			static = append(static, b)
		case b.Type == "dynamic" && len(b.Labels) == 1 && b.Labels[0] == blockType:
			dynamic = append(dynamic, b)
		}
	}
	return static, dynamic
}

// Resource returns the module's resource or data source with that address,
// or nil.
func (m *Module) Resource(address string) *Resource { return m.byAddress[address] }

// OfType returns the module's managed resources of a type.
func (m *Module) OfType(resourceType string) []*Resource {
	var out []*Resource
	for _, r := range m.Resources {
		if !r.Data && r.Type == resourceType {
			out = append(out, r)
		}
	}
	return out
}

// File returns the file that shows under a path, as in the Filename of a
// range, or nil.
func (m *Module) File(path string) *File { return m.byPath[path] }

// Position returns file, line and column of the start of a range.
func (m *Module) Position(r hcl.Range) (file string, line, column int) {
	f := m.byPath[r.Filename]
	line, column = f.Position(r.Start.Byte)
	return f.Path, line, column
}

// Mentions reports whether any file of the directory, parsed or not, holds
// the address as a whole word: declared, moved, imported or referred to.
func (m *Module) Mentions(address string) bool {
	word := regexp.MustCompile(`(^|[^\w.-])` + regexp.QuoteMeta(address) + `($|[^\w-])`)
	for _, f := range m.byPath {
		if word.Match(f.Bytes) {
			return true
		}
	}
	return false
}

// declare collects the resources of all parsed files and notes what Terraform
// refuses about them.
func (m *Module) declare() {
	for _, f := range m.Files {
		if f.Body == nil {
			continue
		}
		for _, b := range f.Body.Blocks {
			if b.Type != "resource" && b.Type != "data" {
				continue
			}
			if len(b.Labels) != 2 {
				m.fail(f, b.TypeRange.Start.Byte, "a "+b.Type+" block has two labels: type and name")
				continue
			}
			if name := b.Labels[1]; !ValidName(name) {
				m.fail(f, b.LabelRanges[1].Start.Byte, fmt.Sprintf("%q is no name of a resource", name))
				continue
			}
			r := newResource(b, f)
			r.files = m.byPath
			if first := m.byAddress[r.Address()]; first != nil {
				file, line, _ := m.Position(first.Block.Range())
				m.fail(f, b.TypeRange.Start.Byte, "duplicate "+r.Address()+": declared before at "+place(file, line))
				continue
			}
			m.byAddress[r.Address()] = r
			m.Resources = append(m.Resources, r)
		}
	}
}

// Declares reports whether the directory declares what a reference leads to:
// a variable, local, module call, resource or data source.
func (m *Module) Declares(t hcl.Traversal) bool {
	second := ""
	if len(t) > 1 {
		if step, ok := t[1].(hcl.TraverseAttr); ok {
			second = step.Name
		}
	}
	switch t.RootName() {
	case "var":
		return m.variables[second] != nil
	case "local":
		return m.locals[second] != nil
	case "module":
		return slices.ContainsFunc(m.blocks("module", 1), func(b *hclsyntax.Block) bool { return b.Labels[0] == second })
	}
	return m.referred(t) != nil
}

// checkTables notes what Terraform refuses about tables: nested blocks that
// may stand once only and do not, and, when all files could be read, keys that
// do not exist.
func (m *Module) checkTables() {
	m.Complete = len(m.Errors) == 0 && m.terragrunt == nil
	for _, r := range m.OfType(TableType) {
		static, dynamic := r.Nested("server_side_encryption")
		if n := len(static); n > 1 || n == 1 && len(dynamic) > 0 {
			m.failAt(static[n-1].TypeRange, r.Address()+" has more than one server_side_encryption block")
		}
		for _, b := range slices.Concat(static, Contents(dynamic...)) {
			for _, a := range b.Body.Attributes {
				if m.Complete {
					m.checkReferences(a.Expr)
				}
			}
		}
	}
}

// Contents returns the content blocks of dynamic blocks.
func Contents(dynamic ...*hclsyntax.Block) []*hclsyntax.Block {
	var out []*hclsyntax.Block
	for _, d := range dynamic {
		for _, b := range d.Body.Blocks {
			if b.Type == "content" {
				out = append(out, b)
			}
		}
	}
	return out
}

// checkReferences notes references to things that the directory does not
// declare. In try and can they may be meant.
func (m *Module) checkReferences(e hclsyntax.Expression) {
	if called := m.callable(e); len(called) > 0 {
		if _, tried := called["try"]; tried {
			return
		}
		if _, tried := called["can"]; tried {
			return
		}
	}
	for _, t := range e.Variables() {
		root := t.RootName()
		known := root == "var" || root == "local" || root == "module" || root == "data" || strings.HasPrefix(root, "aws_")
		if known && !m.Declares(t) && len(t) > 1 {
			m.failAt(t.SourceRange(), "there is no "+AddressOf(t))
			return
		}
	}
	for _, r := range m.Results(e, nil) {
		if r.Origin == nil || r.Origin.Resource == nil || r.Branch != "" {
			continue
		}
		instances, known := m.Instances(r.Origin.Resource)
		switch counted := r.Origin.Resource.Counted(); {
		case counted && !r.Origin.Instance:
			m.failAt(r.Expr.Range(), r.Origin.Address()+" has count or for_each: one of its instances must be named")
		case counted && known && len(instances) == 0:
			m.failAt(r.Expr.Range(), r.Origin.Address()+" has no instances")
		}
	}
}

// AddressOf returns the address of what a reference begins with.
func AddressOf(t hcl.Traversal) string {
	n := 2
	if t.RootName() == "data" {
		n = 3
	}
	out := t.RootName()
	for _, step := range t[1:min(n, len(t))] {
		if attribute, ok := step.(hcl.TraverseAttr); ok {
			out += "." + attribute.Name
		}
	}
	return out
}

func (m *Module) failAt(r hcl.Range, message string) {
	m.fail(m.byPath[r.Filename], r.Start.Byte, message)
}

// blocks returns the top-level blocks of a type with that many labels, of all
// files, those of override files last.
func (m *Module) blocks(blockType string, labels int) []*hclsyntax.Block {
	var out []*hclsyntax.Block
	for _, f := range slices.Concat(m.Files, m.Overrides) {
		for _, b := range f.BlocksOf(blockType) {
			if len(b.Labels) == labels {
				out = append(out, b)
			}
		}
	}
	return out
}

// IsOverride reports whether the file is merged over the others.
func (m *Module) IsOverride(f *File) bool { return slices.Contains(m.Overrides, f) }

// Variable returns the input variable of that name, or nil.
func (m *Module) Variable(name string) *Variable { return m.variables[name] }

// Source returns the source of an expression, on one line, comments left out.
func (m *Module) Source(e hclsyntax.Expression) string {
	f := m.byPath[e.Range().Filename]
	if f == nil {
		return ""
	}
	return f.expression(e)
}

// Blocks returns the top-level blocks without labels of a type, of all files.
func (m *Module) Blocks(blockType string) []*hclsyntax.Block { return m.blocks(blockType, 0) }

// Tests returns the test files of the module, those that parse.
func (m *Module) Tests() []*File { return m.tests }

// Locals returns the names of the module's locals, sorted.
func (m *Module) Locals() []string { return slices.Sorted(maps.Keys(m.locals)) }

// Local returns the attribute that gives a local its value, or nil.
func (m *Module) Local(name string) *hclsyntax.Attribute { return m.locals[name] }
