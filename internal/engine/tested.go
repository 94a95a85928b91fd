package engine

import (
	"path/filepath"
	"slices"
)

// takeTest notes the sources that a file of tests names.
func (e *entry) takeTest(src []byte) {
	e.tests = true
	findWords(src, func(word string, end int) {
		if word != sourceWord {
			return
		}
		if source := sourceOf(src[:end], src[end:]); isLocal(source) && !slices.Contains(e.tested, source) {
			e.tested = append(e.tested, source)
		}
	})
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
			in.alone, nearest = true, true
		}
		for _, source := range e.tested {
			to := source
			if !filepath.IsAbs(source) {
				to = filepath.Join(from, source)
			}
			if tested := x.byDisk[to]; tested != nil {
				tested.alone = true
			}
		}
	}
}
