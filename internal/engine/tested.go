package engine

import (
	"bytes"
	"path/filepath"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A tester is a directory with tests that run a module by itself: with this
// source, or "" where they do so for want of one.
type tester struct {
	by     *entry
	source string
}

// takeTest notes the sources that a file of tests names.
func (e *entry) takeTest(src []byte) {
	e.tests = true
	e.mocks = e.mocks || bytes.Contains(src, []byte("mock_provider"))
	e.tested = addSources(e.tested, src)
}

// markTested marks the modules that tests of a directory run by themselves: the
// sources in their run blocks, and the module that terraform test is run in,
// which the sources are relative to. With -test-directory that may be any folder
// above; a run block without a source runs the nearest one.
// https://developer.hashicorp.com/terraform/language/tests#modules
func (x *index) markTested(e *entry) {
	if !e.tests {
		return
	}
	nearest := false
	for _, from := range e.dir.Above(x.roots.Of(e.dir.Disk())) {
		if in := x.byDisk[from]; in != nil && in.files > 0 && !nearest {
			nearest = true
			in.testers = append(in.testers, tester{e, ""})
		}
		for _, source := range e.tested {
			to := source
			if !filepath.IsAbs(source) {
				to = filepath.Join(from, source)
			}
			if tested := x.byDisk[to]; tested != nil {
				tested.testers = append(tested.testers, tester{e, source})
			}
		}
	}
}

// testsOf returns the files of tests, in other directories than a module's own,
// that mock a provider and run the module by itself.
func (j *judged) testsOf(e *entry) []*terraform.File {
	var out []*terraform.File
	for _, t := range e.testers {
		if !t.by.mocks || t.by == e {
			continue
		}
		m := j.modules[t.by]
		if m == nil {
			m = j.context(t.by)
		}
		for _, f := range m.Tests() {
			same := func(have *terraform.File) bool { return have.Path == f.Path }
			if runs(f, t.source) && !slices.ContainsFunc(slices.Concat(out, j.modules[e].Tests()), same) {
				out = append(out, f)
			}
		}
	}
	return out
}

// runs reports whether a run block of a file has a source; "" stands for none.
func runs(f *terraform.File, source string) bool {
	return slices.ContainsFunc(f.BlocksOf("run"), func(run *hclsyntax.Block) bool {
		of := ""
		for _, b := range run.Body.Blocks {
			if a := b.Body.Attributes["source"]; b.Type == "module" && a != nil {
				if v := terraform.Literal(a.Expr); terraform.IsString(v) {
					of = v.AsString()
				}
			}
		}
		return of == source
	})
}
