// Package testkit reads the golden cases, for the driver that runs them
// and for tests that need many real configurations. It reads golden/ from the
// module's root; only tests use it.
package testkit

import (
	"fmt"
	"strconv"
	"strings"
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
	return name == "stdout" || name == "stderr" || name == "exit" || name == WrittenSection || strings.HasPrefix(name, "out/")
}

// Seeds returns the bytes of every Terraform file in the cases below root,
// the module's directory.
func Seeds(root string) ([][]byte, error) { return seeds(root, ".tf") }

// JSONSeeds returns those of every file in Terraform's JSON syntax.
func JSONSeeds(root string) ([][]byte, error) { return seeds(root, ".tf.json") }

func seeds(root, suffix string) ([][]byte, error) {
	paths, err := Cases(root)
	if err != nil {
		return nil, err
	}
	var out [][]byte
	for _, path := range paths {
		c, err := Load(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for name, data := range c.Input {
			if strings.HasSuffix(name, suffix) {
				out = append(out, data)
			}
		}
	}
	return out, nil
}
