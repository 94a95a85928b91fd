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

// entrance returns the instance that a call leads to which is not in a remote
// module itself, on the way to a table in one.
func (f *Finding) entrance() *eval.Instance {
	in := f.In()
	for in.Caller.Module.Remote != nil {
		in = in.Caller
	}
	return in
}

// within returns the address of the table's module in that of the caller.
func (f *Finding) within() string {
	out := f.entrance().Call.Address()
	inner := ""
	for in := f.In(); in != f.entrance(); in = in.Caller {
		inner = "." + in.Call.Address() + inner
	}
	return out + inner
}

// moveToCall puts all that is said of a table in a remote module at its call.
func (f *Finding) moveToCall() {
	for i := range f.Problems {
		f.Problems[i].At = f.Place()
	}
	f.Trace = slices.DeleteFunc(f.Trace, func(s eval.Step) bool {
		for in := f.In(); in.Module.Remote != nil; in = in.Caller {
			if in.File(s.At.File.Path) == s.At.File {
				return true
			}
		}
		return false
	})
}

// declaration returns the block that comments on the table stand at: its own,
// or the call of its remote module.
func (f *Finding) declaration() *terraform.Resource {
	if f.Remote() == nil {
		return f.Table
	}
	call := f.entrance().Call
	return &terraform.Resource{Type: f.Table.Type, Name: f.Table.Name, Block: call.Block, Merged: call.Block, File: call.File}
}
