package engine

import (
	"path/filepath"
	"slices"

	"cmkify/internal/terraform"
)

// lead returns the directory that a path in another one leads to, nil when it
// may not be read.
func (x *index) lead(from *entry, source string) *entry {
	disk := source
	if !filepath.IsAbs(source) {
		disk = filepath.Join(from.dir.Disk(), source)
	}
	if to := x.byDisk[disk]; to != nil {
		return to
	}
	if real, err := filepath.EvalSymlinks(disk); err == nil && x.byDisk[real] != nil {
		return x.byDisk[real]
	}
	dir, err := from.dir.Outside(source)
	if err != nil || !slices.ContainsFunc(dir.Names, terraform.IsConfig) {
		return nil
	}
	to := &entry{dir: dir, outside: true}
	x.look(to)
	x.byDisk[dir.Disk()] = to
	x.entries = append(x.entries, to)
	return to
}
