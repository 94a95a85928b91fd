package terraform

import (
	"bytes"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/scan"
)

// A Call is one module block.
type Call struct {
	Name    string
	Source  string // "" unless it is a literal
	Version string // "" for none, or one that is no literal or not read
	// Block is the declaration, Merged what Terraform makes of it and of the
	// override files.
	Block, Merged *hclsyntax.Block
	File          *File
	Overridden    bool
	// Terragrunt says that it is what Terragrunt makes of the directory, Partial
	// that arguments may be given elsewhere.
	Terragrunt, Partial bool
	// Aside says that it leads to a module that is read for its outputs, and has
	// no part in what is judged: its Target need not be asked for.
	Aside bool

	resolve func(*Call) *Module
	target  *Module
}

// Resolve sets what finds the module that a call of m leads to; it is asked
// once for each call, when that is needed, and returns nil for one that is not
// in reach.
func (m *Module) Resolve(find func(*Call) *Module) {
	for _, c := range m.Calls {
		c.resolve = find
	}
}

// Target returns the module that the call leads to, nil when that is not in
// reach.
func (c *Call) Target() *Module {
	if c.resolve != nil {
		find := c.resolve
		c.resolve = nil // also for what leads back here
		c.target = find(c)
	}
	return c.target
}

// Cut makes the call lead nowhere.
func (c *Call) Cut() { c.resolve, c.target = nil, nil }

// Address returns the address of the call in its module.
func (c *Call) Address() string {
	if c.Terragrunt {
		return c.Name
	}
	return "module." + c.Name
}

// Argument returns the argument of that name, or nil.
func (c *Call) Argument(name string) *hclsyntax.Attribute { return c.Merged.Body.Attributes[name] }

// Counted reports whether the call has count or for_each.
func (c *Call) Counted() bool { return c.Argument("count") != nil || c.Argument("for_each") != nil }

// Switch is what Resource.Switch is for a resource.
func (c *Call) Switch() *hclsyntax.Attribute { return switchOf(c.Merged) }

// Local reports whether the source is a path.
// https://developer.hashicorp.com/terraform/language/modules/sources#local-paths
func (c *Call) Local() bool {
	return strings.HasPrefix(c.Source, "./") || strings.HasPrefix(c.Source, "../") || c.Source == "." || c.Source == ".." || path.IsAbs(c.Source)
}

// declareCall takes in the nth block of a file. Of one that is not read the
// source is known by its bytes.
func (m *Module) declareCall(f *File, n int) {
	b := f.Body.Blocks[n]
	if len(b.Labels) != 1 {
		return // Terraform refuses it, and it leads nowhere
	}
	c := &Call{Name: b.Labels[0], Block: b, Merged: b, File: f}
	if f.outline != nil && !f.outline.read[n] {
		c.Source = f.outline.sources[n]
	} else {
		c.readSource()
	}
	m.Calls = append(m.Calls, c)
}

// scanSource returns the source of a call by the bytes of its block; "" when it
// has to be read to tell.
func scanSource(body []byte) string {
	scanned, err := scan.Scan(body)
	if err != nil {
		return ""
	}
	for _, a := range scanned.Attributes {
		text := bytes.TrimLeft(body[a.Equals+1:a.End], " \t")
		if string(a.Name) != "source" || len(text) < 2 || text[0] != '"' {
			continue
		}
		if text = text[1 : len(text)-1]; !bytes.ContainsAny(text, "\"\\$%") {
			return string(text)
		}
	}
	return ""
}

// readSource reads what says where the call leads.
func (c *Call) readSource() {
	text := func(name string) string {
		if a := c.Argument(name); a != nil && IsString(Literal(a.Expr)) {
			return Literal(a.Expr).AsString()
		}
		return ""
	}
	c.Source, c.Version = text("source"), text("version")
}

// FindCall returns the module call of that name, or nil.
func (m *Module) FindCall(name string) *Call {
	m.Require("module." + name)
	for _, c := range m.Calls {
		if c.Name == name {
			return c
		}
	}
	return nil
}
