package terraform

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// ParseFile parses the bytes of a file in HCL's native syntax that belongs to
// no module. The path is the one that the user is shown. What the parser could
// not bear is an error, as is what does not parse.
func ParseFile(name, path string, src []byte) (*File, *Error) {
	f := &File{Name: name, Path: path, Bytes: src}
	return f, f.parse()
}

// ErrorAt returns an error at a byte offset of the file.
func (f *File) ErrorAt(offset int, message string) *Error { return f.errorAt(offset, message) }

// Constant returns the value of an expression that refers to nothing and calls
// nothing, or why it is not one.
func (f *File) Constant(e hclsyntax.Expression) (cty.Value, *Error) {
	v, diags := e.Value(nil)
	return v, f.firstError(diags)
}
