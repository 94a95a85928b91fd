// Package goldentest gives the inputs of the golden cases to tests that need
// many real configurations, such as fuzz targets. It reads golden/ from the
// module's root; nothing else uses it.
package goldentest

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// QuotedSuffix ends the name of a section that holds Go string literals, one
// a line: for bytes that a text file cannot hold, or that no one could see.
const QuotedSuffix = " (quoted)"

// Unquote returns the bytes of such a section.
func Unquote(data []byte) ([]byte, error) {
	var out []byte
	for line := range strings.Lines(string(data)) {
		s, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", strings.TrimSpace(line), err)
		}
		out = append(out, s...)
	}
	return out, nil
}

// IsResult reports whether a section of a case is what a run gave, not input.
func IsResult(name string) bool {
	name = strings.TrimSuffix(name, QuotedSuffix)
	return name == "stdout" || name == "stderr" || name == "exit" || strings.HasPrefix(name, "out/")
}

// Seeds returns the bytes of every Terraform file in the cases below root,
// the module's directory.
func Seeds(root string) ([][]byte, error) {
	paths, err := filepath.Glob(filepath.Join(root, "golden", "*", "*.txtar"))
	if err != nil {
		return nil, err
	}
	var out [][]byte
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			return nil, err
		}
		for _, f := range archive.Files {
			name, quoted := strings.CutSuffix(f.Name, QuotedSuffix)
			if IsResult(f.Name) || filepath.Ext(name) != ".tf" {
				continue
			}
			data := f.Data
			if quoted {
				if data, err = Unquote(data); err != nil {
					return nil, fmt.Errorf("%s: %w", path, err)
				}
			}
			out = append(out, data)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no golden cases below %s", root)
	}
	return out, nil
}
