package detect

import (
	"path"
	"slices"

	"cmkify/internal/terraform"
)

// A Selection is what of a module is reported and changed. What is not
// selected is read all the same: it bears on the rest.
type Selection struct {
	Files      map[string]bool // names; nil for all
	Only, Skip []string        // globs of addresses; Only nil for all
}

// File reports whether the file of that path may be changed.
func (s Selection) File(m *terraform.Module, path string) bool {
	return s.Files == nil || s.Files[m.File(path).Name]
}

// Table reports whether a finding is reported, and its table changed.
func (s Selection) Table(m *terraform.Module, f *Finding) bool {
	matches := func(glob string) bool {
		ok, err := path.Match(glob, f.Address)
		return err == nil && ok || glob == f.Address
	}
	return s.File(m, f.File) && (s.Only == nil || slices.ContainsFunc(s.Only, matches)) && !slices.ContainsFunc(s.Skip, matches)
}
