package fix

import (
	"slices"

	"cmkify/detect"
	"cmkify/fix/graph"
	"cmkify/fix/keys"
	"cmkify/fix/splice"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// A Judged is a unit, which is what must be right together: modules that call
// each other, and what was found in them.
type Judged struct {
	Modules []JudgedModule
	Tops    []*eval.Instance // at which all ways begin
	Errors  []terraform.Error
	// Plan returns the tops, evaluated as Terraform plans them.
	Plan func() []*eval.Instance

	// Made on demand.
	graphs    map[*terraform.Module]*graph.Graph // of references, by the module at which a way begins
	deferrals map[*terraform.Module]*deferral
	uses      readers
	judges    map[*terraform.Module]bool
}

// Judges reports whether tables of a module are judged; it is asked when all of them
// are in place.
func (j *Judged) Judges(m *terraform.Module) bool {
	if j.judges == nil {
		j.judges = map[*terraform.Module]bool{}
		for _, judged := range j.Modules {
			j.judges[judged.Module] = true
		}
	}
	return j.judges[m]
}

// A JudgedModule is one module of a unit.
type JudgedModule struct {
	Module *terraform.Module
	Ways   []*eval.Instance // how it is reached, the first one first
	detect.Result
	// Staged says that a component of a stack runs it, which may have any number of
	// instances.
	Staged bool
	// Elsewhere says that it is called from code which is not changed with it.
	Elsewhere bool
	// Tests are files of tests in other directories that run it by itself.
	Tests []*terraform.File
}

// Findings returns the findings of all modules.
func (j *Judged) Findings() []*detect.Finding {
	var out []*detect.Finding
	for _, m := range j.Modules {
		out = append(out, m.Findings...)
	}
	return out
}

// graph returns the graph of references of all that begins at a module, made
// once.
func (j *Judged) graph(root *terraform.Module) *graph.Graph {
	if j.graphs == nil {
		j.graphs = map[*terraform.Module]*graph.Graph{}
	}
	if j.graphs[root] == nil {
		j.graphs[root] = graph.Of(root)
	}
	return j.graphs[root]
}

// An Outcome is a finding and what becomes of it.
type Outcome struct {
	*detect.Finding
	Status   detect.Status
	Reason   *detect.Reason
	Keys     []keys.Choice
	Warnings []Warning
	// Rotating are the keys that begin to rotate, by names, as far as they are known;
	// RotatingMore says that there may be more.
	Rotating     []string
	RotatingMore bool
	Notes        []eval.Step // about the choice of its key, beside the finding's trace
	// PassedOver are those of them that say why a key is not reused which people
	// would expect to be.
	PassedOver []eval.Step
}

// Warned reports whether the outcome has a warning of that ID.
func (o *Outcome) Warned(id detect.WarningID) bool {
	return slices.ContainsFunc(o.Warnings, func(w Warning) bool { return w.ID == id })
}

// Breaks reports whether a warning says that something will certainly break
// unless a person acts.
func (o *Outcome) Breaks() bool {
	return slices.ContainsFunc(o.Warnings, func(w Warning) bool { return w.Certain })
}

func (o *Outcome) decline(r *detect.Reason) {
	o.Status, o.Reason, o.Warnings = detect.Manual, r, nil
	o.Keys = slices.DeleteFunc(o.Keys, func(k keys.Choice) bool { return k.Action != keys.Used })
}

// A Warning is what a fix may bring.
type Warning struct {
	ID       detect.WarningID
	Message  string
	Commands []string // that end the message, to be run in that order
	Certain  bool     // something breaks unless a person acts
}

// A Selection is what is reported and changed. What is not selected is read
// all the same: it bears on the rest.
type Selection struct {
	// Writable reports whether a file may be changed: it is named, or none is.
	Writable func(f *terraform.File) bool
	// Shared reports whether other directories may have a file, too, by symbolic
	// links: who reads a value there is not known.
	Shared func(f *terraform.File) bool
	// Table reports whether a table is reported, and changed.
	Table func(f *detect.Finding) bool
	// Named says that files were named: a fix waits for those that were not.
	Named bool
}

// Options say how tables are fixed.
type Options struct {
	Keys keys.Options
	// KeyInModule makes a key in the table's own module, however often that is
	// called.
	KeyInModule bool
	// Refused are the outcomes, by ID, that a proof has refused.
	Refused map[string]*detect.Reason
	// AvoidReuse are the addresses of keys that are not reused: with them, a
	// proof has refused a plan.
	AvoidReuse map[string]bool
}

// A Plan is what a run would change.
type Plan struct {
	Outcomes []*Outcome    // of the tables that are selected, by place
	Edits    []splice.Edit // by file and place
	// Ranks order the files, by path, in which they are written: those with new
	// keys and variables first, those with calls that pass them last, so that
	// nothing is referred to that is not there yet.
	Ranks map[string]int

	meant map[slot]bool // what may change
}

// The ranks of files; that of any other is 0. The calls of a module that is
// itself called come before those of it.
const (
	keysFirst = -1
	callsLast = 100
)
