package terraform

import (
	"regexp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A Module is one directory as Terraform sees it.
type Module struct {
	Dir       string
	Files     []*File     // primary .tf files, by name, those that do not parse included
	Unread    []*File     // files that bear on tables or keys in a form not read yet
	Resources []*Resource // resource and data blocks, in the order of files and lines
	Errors    []Error

	byPath map[string]*File
	lock   *File
}

// A Resource is one resource or data block.
type Resource struct {
	Data       bool
	Type, Name string
	Block      *hclsyntax.Block
	File       *File
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
func (m *Module) Resource(address string) *Resource {
	for _, r := range m.Resources {
		if r.Address() == address {
			return r
		}
	}
	return nil
}

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
	seen := map[string]*Resource{}
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
			r := &Resource{Data: b.Type == "data", Type: b.Labels[0], Name: b.Labels[1], Block: b, File: f}
			if first := seen[r.Address()]; first != nil {
				file, line, _ := m.Position(first.Block.Range())
				m.fail(f, b.TypeRange.Start.Byte, "duplicate "+r.Address()+": declared before at "+place(file, line))
				continue
			}
			seen[r.Address()] = r
			m.limit(r)
			m.Resources = append(m.Resources, r)
		}
	}
	slices.SortStableFunc(m.Errors, compareErrors)
}

// Declares reports whether the directory declares what the names of a
// reference lead to: a variable, local, module call, resource or data source.
func (m *Module) Declares(names []string) bool {
	blockType, name := names[0], names[1]
	switch blockType {
	case "var":
		return m.hasBlock("variable", name)
	case "module":
		return m.hasBlock("module", name)
	case "local":
		for _, f := range m.Files {
			for _, b := range f.BlocksOf("locals") {
				if b.Body.Attributes[name] != nil {
					return true
				}
			}
		}
		return false
	case "data":
		return len(names) > 2 && m.Resource("data."+name+"."+names[2]) != nil
	}
	return m.Resource(blockType+"."+name) != nil
}

func (m *Module) hasBlock(blockType, label string) bool {
	for _, f := range m.Files {
		for _, b := range f.BlocksOf(blockType) {
			if len(b.Labels) == 1 && b.Labels[0] == label {
				return true
			}
		}
	}
	return false
}

// limit notes nested blocks of a table that may stand once only, and do not.
func (m *Module) limit(r *Resource) {
	if r.Data || r.Type != TableType {
		return
	}
	static, dynamic := r.Nested("server_side_encryption")
	if n := len(static); n > 1 || n == 1 && len(dynamic) > 0 {
		m.fail(r.File, static[n-1].TypeRange.Start.Byte, r.Address()+" has more than one server_side_encryption block")
	}
}
