package engine

import (
	"path/filepath"
	"slices"

	"cmkify/internal/lazyregexp"
	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

// madeSource is a source that is no text, or has templates in it.
var madeSource = lazyregexp.New(`\bsource\s*=\s*(?:"[^"\n]*\$\{|[a-z])`)

// takeTerragrunt notes the source that one of Terragrunt's files names by functions,
// which its bytes alone do not tell.
func (x *index) takeTerragrunt(e *entry, dir tree.Dir, src []byte) {
	if !madeSource.Match(src) {
		return
	}
	if e.terragrunt = x.terragruntSource(dir, src); e.terragrunt != "" && !slices.Contains(e.sources, e.terragrunt) {
		e.sources = append(e.sources, e.terragrunt)
	}
}

// terragruntSource returns the local source that bytes of one of Terragrunt's files
// name, relative to its directory; "" for any other.
func (x *index) terragruntSource(dir tree.Dir, src []byte) string {
	t := terraform.Terragrunt{Dir: dir.Disk(), Repository: x.roots.Of(dir.Disk())}
	t.Above = func(name string) string { return dir.FindAbove(name, t.Repository) }
	source := filepath.FromSlash(t.Source(src))
	if filepath.IsAbs(source) {
		relative, err := filepath.Rel(dir.Disk(), source)
		if err != nil {
			return ""
		}
		source = "." + string(filepath.Separator) + relative
	}
	if source = filepath.ToSlash(source); !isLocal(source) {
		return ""
	}
	return source
}

// followTerragrunt has the call that Terragrunt makes of a directory lead to the
// source that its functions name.
func (e *entry) followTerragrunt(m *terraform.Module) {
	for _, c := range m.Calls {
		if c.Terragrunt && c.Source == "" {
			c.Source = e.terragrunt
		}
	}
}
