package engine

import (
	"slices"

	"cmkify/fix"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// An Absent is a table that is not created, or the call of a remote module that
// makes none.
type Absent struct {
	At      terraform.Place
	Address string
	Why     []eval.Step // what says so, if the table does itself
}

// absentOf returns the tables of a module that are not created, and those of the
// remote modules that it calls.
func (j *judged) absentOf(m fix.JudgedModule) []Absent {
	var out []Absent
	for _, table := range m.Absent {
		a := Absent{At: m.Module.Place(table.Block.TypeRange), Address: table.Address()}
		list, _ := m.Ways[0].Expand(table) // of a module that no call makes, as it would be
		for _, name := range []string{"count", "for_each"} {
			if by := table.Attribute(name); by != nil && len(list) == 0 {
				a.Why = append(a.Why, eval.Step{At: m.Module.Place(by.SrcRange), Text: name + " = " + m.Ways[0].Written(by.Expr)})
			}
		}
		out = append(out, a)
	}
	out = append(out, j.absent[m.Module]...)
	slices.SortStableFunc(out, func(a, b Absent) int { return a.At.Compare(b.At) })
	return out
}
