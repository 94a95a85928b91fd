package report

import (
	"slices"
	"strings"

	"cmkify/detect"
	"cmkify/fix"
	"cmkify/fix/keys"
	"cmkify/internal/engine"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// A Result is what a run found and did in one directory, as it is printed.
type Result struct {
	engine.Result
	Findings   []*Finding
	NotCreated []NotCreated // tables
	// Repository is the git repository of the directory, nil for none.
	Repository *Repository
}

// NewResult returns a result as it is printed. It holds on to nothing of what was
// parsed.
func NewResult(r engine.Result) Result {
	out := Result{Result: r}
	out.Outcomes, out.Absent, out.Changes = nil, nil, slices.Clone(r.Changes)
	for _, a := range r.Absent {
		out.NotCreated = append(out.NotCreated, newNotCreated(a))
	}
	for i, c := range out.Changes {
		out.Changes[i] = fix.FileChange{Path: c.Path}
	}
	for _, o := range r.Outcomes {
		out.Findings = append(out.Findings, newFinding(r.Dir, o))
	}
	return out
}

// A Finding is a table and what became of it, as it is printed: it holds on to
// nothing of the directory that it is of.
type Finding struct {
	ID             string
	Address        string
	Module         string
	File           string
	Line, Column   int
	Status         detect.Status
	Problems       []Problem
	Reason         *Note
	Warnings       []Note
	Suppression    *Suppression
	Keys           []Key
	Trace          []Line // what led to the verdict
	PassedOver     []Line // why the keys that people would expect are not reused
	NeedsAttention bool   // something breaks unless a person acts
	// Ways are the table's addresses in the configurations that call its module,
	// from so many calls.
	Ways  []string
	Calls int

	rotated []string // keys that begin to rotate
	more    bool     // and there may be others
	notes   int      // how many lines at the end of Trace tell of the choice of its key
}

// A Problem is one thing that is wrong with a table, and where.
type Problem struct {
	ID           detect.ProblemID
	Message      string
	File         string
	Line, Column int
}

// joined returns the problems, those of one ID that follow each other as one: a
// table's replicas, each of which is named behind the same words.
func joined(problems []Problem) []Problem {
	var out []Problem
	for _, p := range problems {
		if len(out) > 0 && out[len(out)-1].ID == p.ID {
			if which, same := strings.CutPrefix(p.Message, detect.Sentence(detect.ProblemKind, p.ID)+": "); same {
				out[len(out)-1].Message += ", " + which
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// A Note is a reason or a warning.
type Note struct {
	ID, Message string
	Commands    []string // that end the message
}

// A Suppression is what suppresses the check: a comment, or a line of a scanner's
// configuration file.
type Suppression struct {
	File         string
	Line, Column int
	ID, Reason   string
	Configured   bool // it is no comment
}

// A Key is the key of a table or of one of its replicas.
type Key struct {
	For, Ref string
	Action   keys.Action

	home   string // the directory that declares it
	copies int    // how often it is made
	more   bool   // it may be made more often
}

// A NotCreated is a table that is not created, or the call of a remote module that
// makes none, and what says so.
type NotCreated struct {
	Line
	Why []Line
}

func newNotCreated(a engine.Absent) NotCreated {
	out := NotCreated{Line{Text: a.Address + ": is not created"}, newLines(a.Why)}
	out.File, out.Line.Line, out.Column = position(a.At)
	return out
}

// A Line is a place in the code and what is said of it.
type Line struct {
	File         string
	Line, Column int
	Text         string
}

func newFinding(dir string, o *fix.Outcome) *Finding {
	f := &Finding{ID: o.ID(), Address: o.Address(), Module: dir, Status: o.Status, NeedsAttention: o.Breaks()}
	f.File, f.Line, f.Column = position(o.Place())
	f.Ways, f.Calls = o.Reached(), o.Calls()
	for _, p := range o.Problems {
		out := Problem{ID: p.ID, Message: p.Message()}
		out.File, out.Line, out.Column = position(p.At)
		f.Problems = append(f.Problems, out)
	}
	if o.Reason != nil {
		f.Reason = &Note{ID: string(o.Reason.ID), Message: o.Reason.Message}
	}
	for _, w := range o.Warnings {
		f.Warnings = append(f.Warnings, Note{string(w.ID), w.Message, w.Commands})
	}
	if s := o.Suppression; s != nil {
		f.Suppression = &Suppression{ID: s.ID, Reason: s.Reason, Configured: s.Configured}
		f.Suppression.File, f.Suppression.Line, f.Suppression.Column = position(s.Place)
	}
	f.rotated, f.more = o.Rotating, o.RotatingMore
	for _, k := range o.Keys {
		f.Keys = append(f.Keys, newKey(dir, k))
	}
	f.Trace, f.notes = newLines(slices.Concat(o.Trace, o.Notes)), len(o.Notes)
	f.PassedOver = newLines(o.PassedOver)
	return f
}

func newLines(steps []eval.Step) []Line {
	var out []Line
	for _, s := range steps {
		l := Line{Text: s.Text}
		l.File, l.Line, l.Column = position(s.At)
		out = append(out, l)
	}
	return out
}

func newKey(dir string, k keys.Choice) Key {
	out := Key{For: k.For, Ref: k.Ref, Action: k.Action, home: dir, copies: max(1, k.Copies), more: k.More || k.New != nil && k.New.ForEach != ""}
	if k.From != nil {
		out.home = k.From.Dir
	}
	return out
}

func position(p terraform.Place) (file string, line, column int) {
	line, column = p.Position()
	return p.File.Path, line, column
}
