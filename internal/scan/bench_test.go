package scan_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/scan"
	"cmkify/internal/testkit"
	"cmkify/internal/testkit/corpus"
)

// generated returns the Terraform files of a generated tree.
func generated(b *testing.B) [][]byte {
	root := b.TempDir()
	if _, err := corpus.Write(root, corpus.Options{Directories: 200, Tables: 0.09, Seed: 1}); err != nil {
		b.Fatal(err)
	}
	var out [][]byte
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".tf" {
			var src []byte
			src, err = os.ReadFile(path)
			out = append(out, src)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return out
}

func goldenFiles(b *testing.B) [][]byte {
	files, err := testkit.Seeds("../..")
	if err != nil {
		b.Fatal(err)
	}
	return files
}

// BenchmarkScan tells how fast files are scanned.
func BenchmarkScan(b *testing.B) {
	over(b, func(b *testing.B, src []byte) { _, _ = scan.Scan(src) })
}

// BenchmarkParseBlocks tells how fast files are scanned and all of their
// blocks parsed; BenchmarkParseConfig, how fast hclsyntax parses them whole.
func BenchmarkParseBlocks(b *testing.B) {
	over(b, func(b *testing.B, src []byte) {
		if f, err := scan.Scan(src); err == nil {
			for _, block := range f.Blocks {
				f.ParseBlock(block, "main.tf")
			}
		}
	})
}

// BenchmarkValid tells how fast files are scanned and all of their blocks held to
// the syntax that is known.
func BenchmarkValid(b *testing.B) {
	over(b, func(b *testing.B, src []byte) {
		if f, err := scan.Scan(src); err == nil {
			for _, block := range f.Blocks {
				f.Valid(block)
			}
		}
	})
}

func BenchmarkParseConfig(b *testing.B) {
	over(b, func(b *testing.B, src []byte) { hclsyntax.ParseConfig(src, "main.tf", hcl.InitialPos) })
}

// over calls do with each file of the golden cases, and of a generated tree.
func over(b *testing.B, do func(*testing.B, []byte)) {
	for name, files := range map[string]func(*testing.B) [][]byte{"golden": goldenFiles, "generated": generated} {
		b.Run(name, func(b *testing.B) {
			sources := files(b)
			size := 0
			for _, src := range sources {
				size += len(src)
			}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				for _, src := range sources {
					do(b, src)
				}
			}
			b.ReportMetric(float64(len(sources)), "files")
		})
	}
}
