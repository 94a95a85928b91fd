package terraform

import (
	"path"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Tests returns the files that terraform test reads when it is run in the
// module's directory.
func (m *Module) Tests() []*File { return m.tests }

// TestedDirs returns the directories of the modules that the module's tests run
// by themselves: the local sources in their run blocks, which are relative to
// the module's directory.
// https://developer.hashicorp.com/terraform/language/tests#modules
func (m *Module) TestedDirs() []string {
	var out []string
	for _, f := range m.tests {
		for _, run := range f.BlocksOf("run") {
			for _, b := range run.Body.Blocks {
				if source := testedSource(b); source != "" {
					out = append(out, path.Join(m.Dir, source))
				}
			}
		}
	}
	return out
}

// testedSource returns the source of a module block of a run, "" for any other
// block.
func testedSource(b *hclsyntax.Block) string {
	a := b.Body.Attributes["source"]
	if b.Type != "module" || a == nil {
		return ""
	}
	if v := Literal(a.Expr); IsString(v) {
		return v.AsString()
	}
	return ""
}
