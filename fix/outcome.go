package fix

import (
	"slices"

	"cmkify/detect"
	"cmkify/fix/keys"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// A Judged is a module and what was found in it.
type Judged struct {
	Module *terraform.Module
	Ways   []*eval.Instance // how it is reached, the first one first
	detect.Result
	Errors []terraform.Error
	// Plan returns the module, evaluated as Terraform plans it.
	Plan func() *eval.Instance
}

// An Outcome is a finding and what becomes of it.
type Outcome struct {
	*detect.Finding
	Status   detect.Status
	Reason   *detect.Reason
	Keys     []keys.Choice
	Warnings []Warning
	Notes    []eval.Step // about the choice of its key, beside the finding's trace
}

// ID tells the outcomes of a run apart.
func (o *Outcome) ID() string { return o.Place().File.Path + ":" + o.Address() }

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
	// Table reports whether a table is reported, and changed.
	Table func(f *detect.Finding) bool
}

// Options say how tables are fixed.
type Options struct {
	Keys keys.Options
	// Refused are the outcomes, by ID, that a proof has refused.
	Refused map[string]*detect.Reason
	// AvoidReuse are the addresses of keys that are not reused: with them, a
	// proof has refused a plan.
	AvoidReuse map[string]bool
}

// A Plan is what a run would change.
type Plan struct {
	Outcomes []*Outcome // of the tables that are selected, by place
	Edits    []Edit     // by file and place
	// First are the paths of the files to write first: those with new keys.
	First []string
}
