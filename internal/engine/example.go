package engine

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// exampleFolders hold code that shows how a module is used, or tests it.
// https://developer.hashicorp.com/terraform/language/modules/develop/structure
var exampleFolders = []string{"example", "examples", "fixtures", "testdata", "tests"}

// environments are what others are called beside a folder test that is one of
// them.
var environments = []string{"dev", "develop", "development", "int", "integration", "live", "preprod", "preview", "prod", "production", "qa", "sandbox", "shared", "stage", "staging", "uat"}

// isExample reports whether a directory lies in such a folder, below the one
// that was given. One that says where its state is has been deployed, and is
// none.
func (x *index) isExample(e *entry) bool {
	if e.root || e.dir.Relative == "" {
		return false
	}
	above := strings.TrimSuffix(filepath.ToSlash(e.dir.Disk()), e.dir.Relative)
	folders := strings.Split(e.dir.Relative, "/")
	for i, name := range folders {
		switch name = strings.ToLower(name); {
		case slices.Contains(exampleFolders, name):
			return true
		case name == "test" && !x.besideEnvironments(above+path.Join(folders[:i]...)):
			return true
		}
	}
	return false
}

// isNested reports whether a directory lies in a folder modules of its repository,
// or, outside of one, below what was given.
// https://developer.hashicorp.com/terraform/language/modules/develop/structure
func (x *index) isNested(e *entry) bool {
	folders := e.dir.Relative
	if root := x.roots.Of(e.dir.Disk()); root != "" {
		folders, _ = filepath.Rel(root, e.dir.Disk())
	}
	return slices.Contains(strings.Split(filepath.ToSlash(folders), "/"), "modules")
}

// besideEnvironments reports whether a folder holds some that are called like
// environments.
func (x *index) besideEnvironments(folder string) bool {
	return slices.ContainsFunc(x.entries, func(e *entry) bool {
		rest, below := strings.CutPrefix(filepath.ToSlash(e.dir.Disk()), strings.TrimSuffix(folder, "/")+"/")
		first, _, _ := strings.Cut(rest, "/")
		return below && slices.Contains(environments, strings.ToLower(first))
	})
}
