package fix

import (
	"fmt"
	"slices"
	"strings"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/lazyregexp"
	"cmkify/internal/terraform"
)

// warn adds to the outcomes what may hurt when a fix is applied.
func (p *planner) warn() {
	for _, o := range p.fixable() {
		w := &warner{p, o}
		if slices.ContainsFunc(p.met[o], func(s site) bool { return s.comment != "" }) {
			w.replicas()
		}
		changed := w.changed()
		w.deferred()
		w.access(changed)
		if slices.ContainsFunc(changed, func(k keys.Choice) bool { return k.Action == keys.Created }) {
			p.note(o)
			w.mockedTests()
			w.copies(changed)
		}
		if slices.ContainsFunc(changed, func(k keys.Choice) bool { return k.For == detect.TableKey }) {
			w.imported()
			w.staleComments()
		}
	}
}

type warner struct {
	*planner
	outcome *Outcome
}

// changed returns the keys that the table and its replicas have after the fix,
// and do not have before it: a key that is named wrongly is not in use.
func (w *warner) changed() []keys.Choice {
	var out []keys.Choice
	for _, want := range w.outcome.Wants {
		named := func(k keys.Choice) bool { return k.For == want.KeyFor }
		if want.For == detect.KeyNotRotated || slices.ContainsFunc(out, named) {
			continue
		}
		for _, k := range slices.Backward(w.outcome.Keys) {
			if named(k) {
				out = append(out, k)
				break
			}
		}
	}
	return out
}

func (w *warner) add(warning Warning) { w.outcome.Warnings = append(w.outcome.Warnings, warning) }

func (w *warner) warnOf(id detect.WarningID, detail string) {
	w.add(Warning{ID: id, Message: detect.Sentence(detect.WarningKind, id) + detail})
}

// copies warns of keys that are made several times.
func (w *warner) copies(changed []keys.Choice) {
	for _, k := range changed {
		switch {
		case k.Action != keys.Created || k.Copies < 2 && !k.More:
			continue
		case k.More:
			w.warnOf(detect.KeyPerInstance, fmt.Sprintf(": at least %d, $%d a month or more", k.Copies, k.Copies))
		default:
			w.warnOf(detect.KeyPerInstance, fmt.Sprintf(": %d keys, $%d a month", k.Copies, k.Copies))
		}
		return
	}
}

// imported warns of an import block for the table, whose address is a string in
// JSON.
func (w *warner) imported() {
	for _, in := range w.homeOf(w.outcome).Ways {
		root := in.Root()
		for _, b := range root.Blocks("import") {
			to := b.Body.Attributes["to"]
			if to != nil && withoutKeys(strings.Trim(root.Source(to.Expr), `"`)) == withoutKeys(in.Address()+w.outcome.Table.Address()) {
				w.warnOf(detect.Imported, fmt.Sprintf(" (%s)", root.Place(b.TypeRange).Line()))
				return
			}
		}
	}
}

var instanceKey = lazyregexp.New(`\[[^]]*\]`)

// withoutKeys returns an address of all instances.
func withoutKeys(address string) string { return instanceKey.ReplaceAllString(address, "") }

var describesEncryption = lazyregexp.New(`(?i)\b(aws|amazon)[- ](owned|managed)\b|\bno (cmk|customer[- ]managed|kms)\b|\bnot? (a )?(cmk|customer[- ]managed)\b|\bdefault (encryption|key)\b|\bwithout (a )?(cmk|kms)\b`)

// staleComments warns of a comment that describes the encryption that the table
// had, and touches its block or a value that changes.
func (w *warner) staleComments() {
	for _, at := range w.encryption() {
		for _, c := range at.File.CommentsAt(at) {
			if describesEncryption.MatchString(c.Text) {
				w.warnOf(detect.StaleComment, fmt.Sprintf(" (%s)", terraform.Place{File: at.File, Start: c.Offset}.Line()))
				return
			}
		}
	}
}

// encryption returns where the table says how it is encrypted: its blocks, and
// values that are replaced, perhaps in a call.
func (w *warner) encryption() []terraform.Place {
	var out []terraform.Place
	table := w.outcome.Table
	static, dynamic := table.Nested("server_side_encryption")
	for _, b := range slices.Concat(static, dynamic) {
		if b.TypeRange.Filename == table.File.Path {
			out = append(out, terraform.Place{File: table.File, Start: b.TypeRange.Start.Byte, End: b.CloseBraceRange.End.Byte})
		}
	}
	for _, s := range w.met[w.outcome] {
		if !s.at.IsZero() {
			out = append(out, s.at)
		}
	}
	return out
}
