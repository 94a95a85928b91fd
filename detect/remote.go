package detect

import (
	"slices"

	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// Reached returns the table's addresses in the configurations that it is reached
// from by calls, none for one that nobody calls.
func (f *Finding) Reached() []string {
	var out []string
	for _, in := range f.Ways {
		if in.Caller != nil {
			out = append(out, in.Address()+f.Table.Address())
		}
	}
	return out
}

// Calls returns how many calls lead to the table's module.
func (f *Finding) Calls() int {
	calls := map[*terraform.Call]bool{}
	for _, in := range f.Ways {
		if in.Caller != nil {
			calls[in.Call] = true
		}
	}
	return len(calls)
}

// Remote returns the remote module that the table is in, nil for none.
func (f *Finding) Remote() *terraform.Remote { return f.In().Module.Remote }

// moveToCall puts all that is said of a table in a remote module at its call.
func (f *Finding) moveToCall() {
	for i := range f.Problems {
		f.Problems[i].At = f.Place()
	}
	f.Trace = slices.DeleteFunc(f.Trace, func(s eval.Step) bool { return f.In().File(s.At.File.Path) == s.At.File })
}

// declaration returns the block that comments on the table stand at: its own,
// or the call of its remote module.
func (f *Finding) declaration() *terraform.Resource {
	if f.Remote() == nil {
		return f.Table
	}
	call := f.In().Call
	return &terraform.Resource{Type: f.Table.Type, Name: f.Table.Name, Block: call.Block, Merged: call.Block, File: call.File}
}
