package keys

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A Location is where new keys are written: at the end of a file with keys, or
// above a table.
type Location struct {
	File   *terraform.File
	Offset int
	AtEnd  bool
	Like   *hclsyntax.Block // a block of the file, for its indentation
}

// Locate finds where new keys are written, given the tables that get one and
// the files that may be changed: at the end of the file with most keys, else
// above the first table.
func (c *Chooser) Locate(tables []*terraform.Resource, writable func(*terraform.File) bool) Location {
	first := tables[0]
	for _, t := range tables {
		if t.File.Name < first.File.Name || t.File == first.File && t.Block.TypeRange.Start.Byte < first.Block.TypeRange.Start.Byte {
			first = t
		}
	}
	if f, last := c.keyFile(first, writable); f != nil {
		return Location{File: f, Offset: len(strings.TrimRight(string(f.Bytes), " \t\r\n")), AtEnd: true, Like: last.Block}
	}
	return Location{File: first.File, Offset: first.File.AboveComments(first.Block.TypeRange.Start.Byte), Like: first.Block}
}

// keyFile returns the file with most keys, and the last key in it. Of several,
// it is the one that is named for keys, else the table's own; nil when there is
// none of these.
func (c *Chooser) keyFile(table *terraform.Resource, writable func(*terraform.File) bool) (*terraform.File, *terraform.Resource) {
	counts := map[*terraform.File]int{}
	last := map[*terraform.File]*terraform.Resource{}
	most := 0
	for _, k := range c.In.OfType(keyType) {
		if k.File.JSON() || !writable(k.File) {
			continue
		}
		counts[k.File]++
		last[k.File] = k
		most = max(most, counts[k.File])
	}
	var best []*terraform.File
	for f, n := range counts {
		if n == most {
			best = append(best, f)
		}
	}
	slices.SortFunc(best, func(a, b *terraform.File) int { return strings.Compare(a.Name, b.Name) })
	if len(best) == 1 {
		return best[0], last[best[0]]
	}
	for _, f := range best {
		if namedForKeys(f.Name) {
			return f, last[f]
		}
	}
	if slices.Contains(best, table.File) {
		return table.File, last[table.File]
	}
	return nil, nil
}

func namedForKeys(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "kms") || strings.Contains(name, "key") || strings.Contains(name, "encrypt")
}
