package tree

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxBelow bounds how many files Below returns, and how many folders it
// looks into.
const maxBelow = 1000

// Below returns the wanted files in the folders below the directory, as paths
// relative to it with slashes. Folders that the walk skips by their names are
// skipped; what cannot be read is left out.
func (d Dir) Below(wanted func(path string) bool) []string {
	if d.disk == "" {
		return nil
	}
	var out []string
	folders := []string{""}
	for n := 0; n < len(folders) && n < maxBelow && len(out) < maxBelow; n++ {
		entries, err := os.ReadDir(filepath.Join(d.disk, folders[n]))
		if err != nil {
			continue
		}
		for _, e := range entries {
			path := slashJoin(orDot(folders[n]), e.Name())
			switch {
			case e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !slices.Contains(skipped, e.Name()):
				folders = append(folders, path)
			case e.Type().IsRegular() && n > 0 && wanted(path):
				out = append(out, path)
			}
		}
	}
	return out
}

func orDot(path string) string {
	if path == "" {
		return "."
	}
	return path
}
