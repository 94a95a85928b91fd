package engine

import (
	"path"
	"path/filepath"
	"slices"
	"sync"

	"cmkify/internal/suppress"
	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

// scanners are the configuration files of scanners that were read, by folder.
// Each is read once a run.
type scanners struct {
	mutex   sync.Mutex
	folders map[string][]suppress.Rule // by the resolved path
}

// rules returns those that hold for a file of one of the unit's directories.
func (u *unit) rules(f *terraform.File) []suppress.Rules {
	for _, e := range u.members {
		if e.dir.File(f.Name) == f.Path {
			return u.index.rules(e.dir)
		}
	}
	return nil
}

// rules returns the rules that hold in a directory, those of the nearest file
// first: of the files in the directory and in those above, up to the root of
// its git repository. Outside of one only the directory's own count.
func (x *index) rules(dir tree.Dir) []suppress.Rules {
	var out []suppress.Rules
	top := x.roots.Of(dir.Disk())
	shown, below := dir.Path, "."
	for disk := dir.Disk(); disk != ""; {
		if list := x.rulesIn(disk, shown); len(list) > 0 {
			out = append(out, suppress.Rules{List: list, Below: below})
		}
		above := filepath.Dir(disk)
		if top == "" || disk == top || above == disk {
			break
		}
		below = path.Join(filepath.Base(disk), below)
		disk, shown = above, path.Join(shown, "..")
	}
	return out
}

// rulesIn returns the rules of the files in a folder.
func (x *index) rulesIn(disk, shown string) []suppress.Rule {
	s := &x.scanners
	s.mutex.Lock()
	defer s.mutex.Unlock()
	rules, known := s.folders[disk]
	if !known {
		if s.folders == nil {
			s.folders = map[string][]suppress.Rule{}
		}
		rules = readRules(disk, shown)
		s.folders[disk] = rules
	}
	return rules
}

func readRules(disk, shown string) []suppress.Rule {
	var out []suppress.Rule
	folder := tree.Single(disk)
	for _, name := range suppress.ConfigNames {
		if path.Dir(name) == "." && !slices.Contains(folder.Names, name) {
			continue
		}
		src, err := folder.Read(filepath.FromSlash(name))
		if err == nil && len(src) <= maxScannerConfig {
			out = append(out, suppress.ReadConfig(name, &terraform.File{Name: name, Path: path.Join(shown, name), Bytes: src})...)
		}
	}
	return out
}

// maxScannerConfig is how large such a file may be: a baseline of a large
// repository has some hundred kilobytes.
const maxScannerConfig = 4 << 20
