//go:build unix

package bench

import (
	"flag"
	"fmt"
	"log"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/cli"
	"cmkify/internal/testkit/corpus"
)

var (
	treeFlag        = flag.String("tree", "", "write the tree of the benchmarks into this `folder`, and do nothing else")
	directoriesFlag = flag.Int("directories", 1000, "how many directories that tree has")
	apartFlag       = flag.Bool("apart", false, "no directory of that tree calls another")
)

func TestMain(m *testing.M) {
	flag.Parse()
	if *treeFlag == "" {
		m.Run()
		return
	}
	o := options(*directoriesFlag)
	o.Apart = *apartFlag
	size, err := corpus.Write(*treeFlag, o)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%+v\n", size)
}

// options are those of a tree with tables.
func options(directories int) corpus.Options {
	return corpus.Options{Directories: directories, Tables: 0.09, Seed: 1}
}

// inTree makes a tree and makes it the working directory.
func inTree(b *testing.B, o corpus.Options) {
	root := b.TempDir()
	if _, err := corpus.Write(root, o); err != nil {
		b.Fatal(err)
	}
	b.Chdir(root)
}

// BenchmarkTree is a repository of 1,000 directories, of which 90 have tables.
func BenchmarkTree(b *testing.B) { tree(b, 1000) }

// BenchmarkLargeTree is one of 10,000 directories.
func BenchmarkLargeTree(b *testing.B) { tree(b, 10_000) }

// BenchmarkApart is a repository of 1,000 directories that do not call each
// other.
func BenchmarkApart(b *testing.B) {
	o := options(1000)
	o.Apart = true
	inTree(b, o)
	rows(b)
}

func tree(b *testing.B, directories int) {
	inTree(b, options(directories))
	rows(b)
	check := command(b, cli.ExitLeft, "--check", ".")
	b.Run("dry-run-to-check", func(b *testing.B) { against(b, "check", check, command(b, cli.ExitLeft, "-n", ".")) })
}

// rows are a check and a dry run of the working directory, both of which find
// something to fix.
func rows(b *testing.B) {
	r := &reader{}
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			r.read()
		}
		b.ReportMetric(float64(r.files), "files")
		b.SetBytes(int64(r.size))
	})
	b.Run("check", func(b *testing.B) { against(b, "R", r.read, command(b, cli.ExitLeft, "--check", ".")) })
	b.Run("dry-run", func(b *testing.B) { against(b, "R", r.read, command(b, cli.ExitLeft, "-n", ".")) })
}

// BenchmarkNoTables is a repository of 1,000 directories without a table.
func BenchmarkNoTables(b *testing.B) {
	inTree(b, corpus.Options{Directories: 1000, Seed: 1})
	r := &reader{}
	b.Run("check", func(b *testing.B) { against(b, "R", r.read, command(b, cli.ExitDone, "--check", ".")) })
}

// BenchmarkDirectory is one directory of ten files with two tables.
func BenchmarkDirectory(b *testing.B) {
	root := b.TempDir()
	if err := corpus.WriteDirectory(root, 10, 2, 1); err != nil {
		b.Fatal(err)
	}
	b.Chdir(root)
	rows(b)
}

// BenchmarkEmpty is a directory without a file: what every run costs, but for
// the start of the program.
func BenchmarkEmpty(b *testing.B) {
	b.Chdir(b.TempDir())
	r := &reader{}
	against(b, "R", r.read, command(b, cli.ExitDone, "--check", "."))
}

// BenchmarkManyTables is one file of tables with one comment that suppresses
// something else. What it takes must grow as the file does, so it is compared
// with the time in which hclsyntax parses it.
func BenchmarkManyTables(b *testing.B) {
	for _, tables := range []int{500, 5000} {
		b.Run(fmt.Sprint(tables), func(b *testing.B) { manyTables(b, tables) })
	}
}

func manyTables(b *testing.B, tables int) {
	var text strings.Builder
	text.WriteString("resource \"aws_s3_bucket\" \"b\" { # tfsec:ignore:aws-s3-enable-versioning\n}\n")
	for i := range tables {
		fmt.Fprintf(&text, "\nresource \"aws_dynamodb_table\" \"t%d\" {\n  name     = \"t%d\"\n  hash_key = \"id\"\n\n  attribute {\n    name = \"id\"\n    type = \"S\"\n  }\n}\n", i, i)
	}
	src := []byte(text.String())
	b.Chdir(b.TempDir())
	if err := os.WriteFile("main.tf", src, 0o644); err != nil {
		b.Fatal(err)
	}
	parse := func() { hclsyntax.ParseConfig(src, "main.tf", hcl.InitialPos) }
	against(b, "parse", parse, command(b, cli.ExitLeft, "--check", "."))
}
