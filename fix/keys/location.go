package keys

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A Location is where new keys are written: at the end of a file with keys, or
// above a table; in JSON beside a block.
type Location struct {
	File   *terraform.File
	Offset int // none in JSON
	AtEnd  bool
	Like   *hclsyntax.Block // a block of the file, for its indentation
}

// Locate finds where the new keys are written, in the files that may be
// changed: at the end of the file with most keys, else above the first block
// that needs one. They are written in JSON where no other file declares
// resources.
func (c *Chooser) Locate(writable func(*terraform.File) bool) Location {
	var anchors []Anchor
	for _, n := range c.Created {
		anchors = append(anchors, n.Beside...)
	}
	return c.locate(anchors, writable)
}

func (c *Chooser) locate(anchors []Anchor, writable func(*terraform.File) bool) Location {
	native := func(f *terraform.File) bool { return !f.JSON() && writable(f) }
	first := slices.MinFunc(anchors, Anchor.compare)
	if f, last := c.keyFile(first.File, native); f != nil {
		return AtEnd(f, last.Block)
	}
	if first.File.JSON() {
		if f, last := c.resourceFile(native); f != nil {
			return AtEnd(f, last.Block)
		}
		if f, last := c.keyFile(first.File, writable); f != nil {
			return Location{File: f, Like: last.Block}
		}
	}
	return Above(first.File, first.Block)
}

// AtEnd returns the location at the end of a file, for what is like a block.
func AtEnd(f *terraform.File, like *hclsyntax.Block) Location {
	return Location{File: f, Offset: len(strings.TrimRight(string(f.Bytes), " \t\r\n")), AtEnd: true, Like: like}
}

// Above returns the location above a top-level block and its comments.
func Above(f *terraform.File, block *hclsyntax.Block) Location {
	if f.JSON() {
		return Location{File: f, Like: block}
	}
	return Location{File: f, Offset: f.AboveComments(block.TypeRange.Start.Byte), Like: block}
}

// keyFile returns the file with most keys, and the last key in it. Of several,
// it is the one that is named for keys, else the given one; nil when there is
// none of these.
func (c *Chooser) keyFile(own *terraform.File, writable func(*terraform.File) bool) (*terraform.File, *terraform.Resource) {
	counts := map[*terraform.File]int{}
	last := map[*terraform.File]*terraform.Resource{}
	most := 0
	for _, k := range c.In.OfType(keyType) {
		if !writable(k.File) {
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
	if slices.Contains(best, own) {
		return own, last[own]
	}
	return nil, nil
}

// resourceFile returns the file for a key beside resources that are not in JSON,
// and the last one in it: the one that is named for keys, else main, else the
// first; nil when there is none.
func (c *Chooser) resourceFile(writable func(*terraform.File) bool) (best *terraform.File, last *terraform.Resource) {
	rank := func(f *terraform.File) int {
		switch base, _, _ := strings.Cut(f.Name, "."); {
		case namedForKeys(f.Name):
			return 2
		case base == "main":
			return 1
		}
		return 0
	}
	for _, r := range c.In.Resources {
		if writable(r.File) && !r.Data && (best == nil || r.File == best || rank(r.File) > rank(best)) {
			best, last = r.File, r
		}
	}
	return best, last
}

func namedForKeys(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "kms") || strings.Contains(name, "key") || strings.Contains(name, "encrypt")
}
