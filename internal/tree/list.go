package tree

import (
	"os"
	"slices"
)

// A listing is what a folder holds, in lexical order. Symbolic links count as
// files: those to folders are not followed.
type listing struct {
	names, folders []string
	special        []string // those of the names that are of no regular file
}

func list(disk string) (listing, error) {
	var out listing
	entries, err := os.ReadDir(disk)
	for _, e := range entries {
		switch {
		case e.IsDir():
			out.folders = append(out.folders, e.Name())
			continue
		case !e.Type().IsRegular():
			out.special = append(out.special, e.Name())
		}
		out.names = append(out.names, e.Name())
	}
	return out, err
}

// initialized reports whether there is a folder .terraform, or a link of that name.
func (in listing) initialized() bool {
	return slices.Contains(in.folders, terraformFolder) || slices.Contains(in.special, terraformFolder)
}

const terraformFolder = ".terraform"
