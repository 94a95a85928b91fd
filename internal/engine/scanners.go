package engine

import (
	"path"
	"path/filepath"
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
			return u.index.scanners.rules(e.dir)
		}
	}
	return nil
}

// rules returns the rules that hold in a directory, those of the nearest file
// first: of the files in the directory and in those above, up to the root of
// its git repository. Outside of one only the directory's own count.
func (s *scanners) rules(dir tree.Dir) []suppress.Rules {
	var out []suppress.Rules
	shown, below := dir.Path, "."
	for disk := dir.Disk(); disk != ""; {
		if list := s.of(disk, shown); len(list) > 0 {
			out = append(out, suppress.Rules{List: list, Below: below})
		}
		above := filepath.Dir(disk)
		if tree.IsRepository(disk) || above == disk || !tree.InRepository(dir.Disk()) {
			break
		}
		below = path.Join(filepath.Base(disk), below)
		disk, shown = above, path.Join(shown, "..")
	}
	return out
}

// of returns the rules of the files in a folder.
func (s *scanners) of(disk, shown string) []suppress.Rule {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	rules, known := s.folders[disk]
	if !known {
		if s.folders == nil {
			s.folders = map[string][]suppress.Rule{}
		}
		folder := tree.Single(disk)
		for _, name := range suppress.ConfigNames {
			src, err := folder.Read(filepath.FromSlash(name))
			if err == nil && len(src) <= maxScannerConfig {
				rules = append(rules, suppress.ReadConfig(name, &terraform.File{Name: name, Path: path.Join(shown, name), Bytes: src})...)
			}
		}
		s.folders[disk] = rules
	}
	return rules
}

// maxScannerConfig is how large such a file may be: a baseline of a large
// repository has some hundred kilobytes.
const maxScannerConfig = 4 << 20
