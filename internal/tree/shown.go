package tree

import "path/filepath"

// shown returns how a path is shown, and what the paths of its diffs are
// relative to.
func (w *walker) shown(path, base string) (string, string) {
	if abs, err := filepath.Abs(path); err == nil {
		for _, working := range w.working {
			if rel, err := filepath.Rel(working, abs); err == nil && filepath.IsLocal(rel) {
				return filepath.ToSlash(rel), ""
			}
		}
	}
	return filepath.ToSlash(filepath.Clean(path)), filepath.ToSlash(filepath.Clean(base))
}

// relative returns a shown path relative to the base of its diffs.
func relative(base, shown string) string {
	if base == "" {
		return shown
	}
	rel, err := filepath.Rel(base, shown)
	if err != nil {
		return shown
	}
	return filepath.ToSlash(rel)
}
