// Package detect reads a module and says which DynamoDB tables are not
// encrypted with a customer managed key, and why. A module goes in; one
// Finding a table comes out, with its problems, the goals that would mend
// them, or the reason why a person must. Nothing is read, printed or changed.
package detect

import (
	"cmp"
	"slices"
	"strings"

	"cmkify/internal/terraform"
)

// Check returns one finding for each table of the module, in the order of
// their places. It never fails: what cannot be judged is Unknown, and what
// stands beside a broken file is Manual.
func Check(m *terraform.Module) []*Finding {
	var out []*Finding
	for _, table := range m.OfType(terraform.TableType) {
		f := newFinding(m, table)
		checkTable(m, f)
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b *Finding) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column)
	})
	return out
}

func newFinding(m *terraform.Module, table *terraform.Resource) *Finding {
	f := &Finding{Table: table, Address: table.Address(), Module: m.Dir, Status: Compliant}
	f.File, f.Line, f.Column = m.Position(table.Block.Range())
	return f
}

func checkTable(m *terraform.Module, f *Finding) {
	if len(m.Unread) > 0 {
		f.undecided(NotReadYet)
		return
	}
	checkEncryption(m, f)
	if f.Status == Unknown || len(f.Problems) == 0 {
		return
	}
	f.Status = Fixable
	if reason := declined(m, f); reason != "" {
		f.Decline(reason)
	}
}
