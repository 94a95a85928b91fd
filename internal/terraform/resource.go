package terraform

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A Resource is one resource or data block.
type Resource struct {
	Data       bool
	Type, Name string
	// Block is the declaration, Merged what Terraform makes of it and of the
	// override files.
	Block, Merged *hclsyntax.Block
	File          *File // of the declaration
	Overridden    bool

	module  *Module
	address string // "" of one that stands for others
}

func newResource(b *hclsyntax.Block, f *File) *Resource {
	out := &Resource{Data: b.Type == "data", Type: b.Labels[0], Name: b.Labels[1], Merged: b, Block: b, File: f}
	out.address = out.Address()
	return out
}

// fileOf returns the file of that path; the resource's own for any other.
func (r *Resource) fileOf(path string) *File {
	if r.module != nil && r.module.byPath[path] != nil {
		return r.module.byPath[path]
	}
	return r.File
}

// Address returns the resource's address in its module.
func (r *Resource) Address() string {
	if r.address != "" {
		return r.address
	}
	return r.Kind() + "." + r.Name
}

// Kind returns the type of the resource, behind "data." if it is a data
// source.
func (r *Resource) Kind() string {
	if r.Data {
		return "data." + r.Type
	}
	return r.Type
}

// Attribute returns the resource's attribute of that name, or nil.
func (r *Resource) Attribute(name string) *hclsyntax.Attribute {
	return r.Merged.Body.Attributes[name]
}

// Counted reports whether the resource has count or for_each, so that it can
// only be referred to by instance.
func (r *Resource) Counted() bool {
	return r.Attribute("count") != nil || r.Attribute("for_each") != nil
}

// Switch returns what decides in OpenTofu whether the resource is created, the
// enabled argument of its lifecycle; nil for none.
// https://opentofu.org/docs/language/meta-arguments/enabled
func (r *Resource) Switch() *hclsyntax.Attribute { return switchOf(r.Merged) }

func switchOf(of *hclsyntax.Block) *hclsyntax.Attribute {
	for _, b := range of.Body.Blocks {
		if a := b.Body.Attributes["enabled"]; b.Type == "lifecycle" && a != nil {
			return a
		}
	}
	return nil
}

// Single reports whether the resource is one object in every case: it has no
// count, no for_each, and nothing that switches it off.
func (r *Resource) Single() bool { return !r.Counted() && r.Switch() == nil }

// Nested returns the nested blocks of that type: the static ones and the
// dynamic ones that generate it.
func (r *Resource) Nested(blockType string) (static, dynamic []*hclsyntax.Block) {
	for _, b := range r.Merged.Body.Blocks {
		switch {
		case b.Type == blockType:
			static = append(static, b)
		case Generates(b, blockType):
			dynamic = append(dynamic, b)
		}
	}
	return static, dynamic
}

// NoBlocks reports whether an argument stands for no nested blocks of its name:
// in JSON it is null, or an empty list.
func (r *Resource) NoBlocks(name string) bool {
	a := r.Attribute(name)
	if a == nil || !r.fileOf(a.NameRange.Filename).JSON() {
		return false
	}
	switch e := a.Expr.(type) {
	case *hclsyntax.LiteralValueExpr:
		return e.Val.IsNull()
	case *hclsyntax.TupleConsExpr:
		return len(e.Exprs) == 0
	}
	return false
}

// Generates reports whether a nested block is a dynamic one that generates
// blocks of that type.
func Generates(b *hclsyntax.Block, blockType string) bool {
	return b.Type == "dynamic" && len(b.Labels) == 1 && b.Labels[0] == blockType
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
