package scan

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// ParseAttribute has hclsyntax parse one of the file's attributes, as
// ParseBlock does a block.
func (f *File) ParseAttribute(a Attribute, filename string) (*hclsyntax.Attribute, hcl.Diagnostics) {
	// A heredoc needs the end of its last line.
	end := a.End + lineEnd(f.Bytes[a.End:])
	body, diags := f.parse(a.Start, end, a.Line, a.lead, filename)
	if body == nil {
		return nil, diags
	}
	return body.Attributes[string(a.Name)], diags
}
