package fix

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"cmkify/detect"
	"cmkify/fix/splice"
	"cmkify/internal/terraform"
)

// A Refusal is why a plan must not be written.
type Refusal struct {
	// Tables are the IDs of the outcomes whose fix is at fault; none when that
	// cannot be told.
	Tables  []string
	Message string
	// Harm says that the fix is right, and would change something else. Help is
	// what to do then, "" to change both by hand.
	Harm bool
	Help string
}

// Error returns the message.
func (r *Refusal) Error() string { return r.Message }

func refusal(tables []string, format string, a ...any) *Refusal {
	return &Refusal{Tables: tables, Message: fmt.Sprintf(format, a...)}
}

// Prove checks a plan before anything is written: it takes a unit as it was
// judged, what the plan makes of it, and the unit as it is judged with the plan's
// edits made. It returns the first thing that is not as it must be: the new code
// parses; the tables that the plan fixes are right, and no other verdict changes;
// a second plan would do nothing; every block that was canonical is; nothing is
// replaced with what changes in place, and nothing reads a file that changes; what
// is new uses provider configurations that are there; no reference leads round in a
// new circle; what the plan does not mean to change has the value that it had;
// no variable fails its own validation; and no key is to rotate that cannot.
func Prove(before *Judged, p *Plan, after *Judged, selection Selection, o Options) *Refusal {
	if len(after.Errors) > len(before.Errors) {
		return refusal(nil, "the new code does not parse: %v", after.Errors[0])
	}
	for _, check := range []func() *Refusal{
		func() *Refusal { return proveVerdicts(before, p, after) },
		func() *Refusal { return proveOnce(after, selection, o) },
		func() *Refusal { return proveLayout(before, after) },
		func() *Refusal { return proveTriggers(before, p) },
		func() *Refusal { return proveFiles(before, p) },
		func() *Refusal { return proveReferences(before, p, after) },
		func() *Refusal { return proveValidations(before, after) },
		func() *Refusal { return proveRotation(before, p, after) },
	} {
		if r := check(); r != nil {
			return r
		}
	}
	return nil
}

// proveReferences holds what depends on the references in a unit.
func proveReferences(before *Judged, p *Plan, after *Judged) *Refusal {
	d := differenceOf(before, after)
	if d == nil {
		return refusal(nil, "other modules belong to the unit")
	}
	if r := proveProviders(before, p, after); r != nil {
		return r
	}
	if r := proveGraph(d, p); r != nil {
		return r
	}
	return proveValues(d, p)
}

// proveVerdicts holds that the plan fixes what it says, and that no other
// verdict changes: but a table may become compliant with another one's key, or, when
// its key rotates, no longer be wrong in every case.
func proveVerdicts(before *Judged, p *Plan, after *Judged) *Refusal {
	old, now := before.Findings(), after.Findings()
	if len(now) != len(old) {
		return refusal(nil, "%d tables have become %d", len(old), len(now))
	}
	fixed := map[string]*Outcome{}
	for _, o := range p.Outcomes {
		if o.Status == detect.Fixable {
			fixed[o.ID()] = o
		}
	}
	was := map[string]*detect.Finding{}
	for _, f := range old {
		was[f.ID()] = f
	}
	for _, f := range now {
		old, o := was[f.ID()], fixed[f.ID()]
		switch {
		case old == nil:
			return refusal(nil, "%s is new", f.Address())
		case o != nil && f.Status != detect.Compliant && f.Status != detect.Suppressed: // what is left of it
			return refusal([]string{o.ID()}, "%s is %s after its fix", f.Address(), f.Status)
		case o == nil && old.Status != f.Status && f.Status != detect.Compliant && !(f.Status == detect.Unknown && old.Has(detect.KeyNotRotated)):
			return refusal(nil, "%s was %s and is %s", f.Address(), old.Status, f.Status)
		}
	}
	return nil
}

// proveOnce holds that a second plan would do nothing.
func proveOnce(after *Judged, selection Selection, o Options) *Refusal {
	if second := New(after, selection, o); len(second.Edits) > 0 {
		return refusal(second.Edits[0].Tables, "a second run would change %s again", second.Edits[0].File)
	}
	return nil
}

// proveGraph holds that no reference leads round in a circle that did not
// before.
func proveGraph(d *difference, p *Plan) *Refusal {
	var cycle []string
	for i := range d.after.Tops {
		if cycle == nil {
			cycle = d.newCycle(i)
		}
	}
	if cycle == nil {
		return nil
	}
	var tables []string
	for _, o := range p.Outcomes {
		if o.Status == detect.Fixable && slices.ContainsFunc(cycle, func(name string) bool { return strings.HasSuffix(name, o.Address()) }) {
			tables = append(tables, o.ID())
		}
	}
	return refusal(tables, "Terraform would report a cycle: %s", strings.Join(cycle, ", "))
}

// proveLayout compares the top-level blocks of the modules, file by file: those
// that were canonical are, and so are new ones, but for the unit that they are
// indented by.
func proveLayout(before, after *Judged) *Refusal {
	for i, m := range after.Modules {
		if r := proveModuleLayout(before.Modules[i].Module, m.Module); r != nil {
			return r
		}
	}
	return nil
}

func proveModuleLayout(before, after *terraform.Module) *Refusal {
	for _, f := range slices.Concat(after.Files, after.Overrides) {
		was := before.File(f.Path)
		if f.Body == nil || was == nil || was.Body == nil || bytes.Equal(was.Bytes, f.Bytes) {
			continue
		}
		if f.JSON() {
			if r := proveJSONLayout(was, f); r != nil {
				return r
			}
			continue
		}
		changed := changedBlocks(was, f) // what they were, by what they are called
		for _, b := range changedBlocks(f, was) {
			old := take(changed, identify(b))
			switch {
			case old == nil && !canonicalButIndent(f, b):
				return refusal(nil, "%s: the new block %s is not canonical", f.Path, identify(b))
			case old != nil && !isCanonical(f, b) && isCanonical(was, old):
				return refusal(nil, "%s: the block %s was canonical", f.Path, identify(b))
			}
		}
	}
	return nil
}

// changedBlocks returns the top-level blocks that the other version of the
// file does not have as they are.
func changedBlocks(f, other *terraform.File) []*hclsyntax.Block {
	same := map[string]bool{}
	for _, b := range other.Body.Blocks {
		same[string(blockText(other, b))] = true
	}
	var out []*hclsyntax.Block
	for _, b := range f.Body.Blocks {
		if !same[string(blockText(f, b))] {
			out = append(out, b)
		}
	}
	return out
}

// take takes the first block of that name out of a list, nil for none.
func take(list []*hclsyntax.Block, name string) *hclsyntax.Block {
	for i, b := range list {
		if b != nil && identify(b) == name {
			list[i] = nil
			return b
		}
	}
	return nil
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
	canonical := splice.CanonicalBytes(blockText(f, b))
	return canonical != nil && !slices.Contains(canonical, false)
}
