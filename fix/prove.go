package fix

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// Prove checks a plan before anything is written. It takes the module and the
// findings that the plan was made for, and the sources of the directory as
// they would be with the plan's edits made. It returns an error that names
// the first thing that is not as it must be: the new code parses, the tables
// that the plan mends are right and no other verdict changes, a second plan
// would do nothing, and every block that was canonical still is.
func Prove(before *terraform.Module, findings []*detect.Finding, after []terraform.Source, selection detect.Selection, o Options) error {
	m := terraform.Load(before.Dir, after)
	if len(m.Errors) > 0 {
		return fmt.Errorf("the new code does not parse: %w", m.Errors[0])
	}
	again := detect.Check(m, o.Detect)
	if len(again) != len(findings) {
		return fmt.Errorf("%d tables have become %d", len(findings), len(again))
	}
	old := map[string]*detect.Finding{}
	for _, f := range findings {
		old[f.Address] = f
	}
	for _, f := range again {
		was := old[f.Address]
		switch {
		case was == nil:
			return fmt.Errorf("%s is new", f.Address)
		case was.Status == detect.Fixable && selection.Table(before, was) && f.Status != detect.Compliant:
			return fmt.Errorf("%s is %s after its fix", f.Address, f.Status)
		case was.Status == detect.Compliant && f.Status != detect.Compliant:
			return fmt.Errorf("%s was compliant and is %s", f.Address, f.Status)
		}
	}
	if second := New(m, again, selection, o); len(second.Edits) > 0 {
		return fmt.Errorf("a second run would change %s again", second.Edits[0].File)
	}
	return proveLayout(before, m)
}

// proveLayout compares the top-level blocks of both modules, file by file:
// those that were canonical are, and so are new ones, but for the unit that
// they are indented by.
func proveLayout(before, after *terraform.Module) error {
	for _, f := range slices.Concat(after.Files, after.Overrides) {
		was := before.File(f.Path)
		if f.JSON() || bytes.Equal(was.Bytes, f.Bytes) {
			continue
		}
		changed := changedBlocks(was, f) // what they were, by what they are called
		for _, b := range changedBlocks(f, was) {
			var old changedBlock
			if list := changed.named(b.name); len(list) > 0 {
				old = list[0]
				changed = slices.DeleteFunc(changed, func(c changedBlock) bool { return c.Block == old.Block })
			}
			switch {
			case old.Block == nil && !canonicalButIndent(f, b.Block):
				return fmt.Errorf("%s: the new block %s is not canonical", f.Path, b.name)
			case old.Block != nil && isCanonical(was, old.Block) && !isCanonical(f, b.Block):
				return fmt.Errorf("%s: the block %s was canonical", f.Path, b.name)
			}
		}
	}
	return nil
}

// A changedBlock is a top-level block that the other version of its file does
// not have as it is.
type changedBlock struct {
	*hclsyntax.Block
	name string
}

type changedBlockList []changedBlock

func changedBlocks(f, other *terraform.File) changedBlockList {
	same := map[string]bool{}
	for _, b := range other.Body.Blocks {
		same[string(blockText(other, b))] = true
	}
	var out changedBlockList
	for _, b := range f.Body.Blocks {
		if !same[string(blockText(f, b))] {
			out = append(out, changedBlock{b, identify(b)})
		}
	}
	return out
}

func (l changedBlockList) named(name string) changedBlockList {
	return slices.DeleteFunc(slices.Clone(l), func(c changedBlock) bool { return c.name != name })
}

func identify(b *hclsyntax.Block) string { return b.Type + " " + strings.Join(b.Labels, " ") }

func blockText(f *terraform.File, b *hclsyntax.Block) []byte {
	return f.Bytes[f.LineStart(b.TypeRange.Start.Byte):f.LineEnd(b.CloseBraceRange.End.Byte)]
}

// isCanonical reports whether terraform fmt would not change a block. An
// empty one, or one on one line, has no indentation to keep to, and is not
// called so. Indentation does not count where the formatter gets it wrong
// (heredocs: hashicorp/terraform#34877).
func isCanonical(f *terraform.File, b *hclsyntax.Block) bool {
	text := blockText(f, b)
	if !bytes.Contains(text, []byte("\n")) || len(b.Body.Attributes)+len(b.Body.Blocks) == 0 {
		return false
	}
	if bytes.Contains(text, []byte("<<")) {
		return canonicalButIndent(f, b)
	}
	return bytes.Equal(hclwrite.Format(text), text)
}

func canonicalButIndent(f *terraform.File, b *hclsyntax.Block) bool {
	canonical := canonicalBytes(blockText(f, b))
	return canonical != nil && !slices.Contains(canonical, false)
}
