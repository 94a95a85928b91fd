package detect

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A Finding is one table and what is wrong with it.
type Finding struct {
	Table        *terraform.Resource
	Address      string // as Terraform says it, in its module
	Module       string // the directory
	File         string
	Line, Column int
	Status       ID
	Problems     []Problem
	Reason       *Note // why it is manual or unknown, else nil
	Warnings     []Note
	Suppression  *Suppression
	Keys         []Key
	Goals        []Goal // what would make it right; none unless fixable
	Why          []Line // what led to the verdict, in the order in which it was read
}

// A Problem is one thing that is wrong with a table, at the place where it
// stands: the attribute, or the block that lacks it.
type Problem struct {
	ID           ID
	Message      string
	File         string
	Line, Column int
}

// A Note is a reason or a warning with its sentence.
type Note struct {
	ID      ID
	Message string
	// Commands are those that end the message, to be run in that order.
	Commands []string
}

// A Line is a place in the code and what it says there.
type Line struct {
	File         string
	Line, Column int
	Text         string
}

// A Key is the key of a table or of one of its replicas.
type Key struct {
	For    string              // "table"
	Ref    string              // its address, or the expression or ARN that names it
	Action string              // "used", "created", "reused" or "given"
	Block  *terraform.Resource // when it is a resource of the directory, else nil
}

// A Goal is one thing that the code must say. Goals are not text: those of
// one block are merged before any is written.
type Goal struct {
	// At is what Expr replaces, wherever that stands: an expression or a part
	// of one. Empty when an attribute is to be added to In.
	At   hcl.Range
	Expr string // the new expression; KeyMark in it stands for the key of the table's pair
	// In is the resource that lacks the attribute, Path the nested block types
	// and the attribute's name, Block the innermost block that is there.
	In    *terraform.Resource
	Path  []string
	Block *hclsyntax.Block
	// Replica is the replica whose key KeyMark then stands for; nil for the
	// table's. Comment, if any, goes on a line above.
	Replica *Replica
	Comment string
}

// KeyMark stands in a goal's expression for the ARN of the key that the
// table is given.
const KeyMark = "<key>"

// File returns the path of the file that the goal changes.
func (g Goal) File() string {
	switch {
	case g.At != (hcl.Range{}):
		return g.At.Filename
	case g.Block != nil:
		return g.Block.TypeRange.Filename
	}
	return g.In.File.Path
}

// Decline turns the finding into one that is left to a person, with the
// reason's sentence.
func (f *Finding) Decline(reason ID) { f.DeclineWith(reason, Sentence("reason", reason)) }

// DeclineWith is Decline with a sentence that says more.
func (f *Finding) DeclineWith(reason ID, message string) {
	f.Status, f.Goals = Manual, nil
	f.Reason = &Note{ID: reason, Message: message}
}

// Warned reports whether the finding has a warning of that ID.
func (f *Finding) Warned(id ID) bool {
	return slices.ContainsFunc(f.Warnings, func(n Note) bool { return n.ID == id })
}

// undecided turns the finding into one that nobody can judge.
func (f *Finding) undecided(reason ID, detail string) {
	f.Status, f.Goals, f.Problems = Unknown, nil, nil
	f.Reason = &Note{ID: reason, Message: Sentence("reason", reason) + detail}
}

func (f *Finding) problem(m *terraform.Module, id ID, at hcl.Range) {
	p := Problem{ID: id, Message: Sentence("problem", id)}
	p.File, p.Line, p.Column = m.Position(at)
	f.Problems = append(f.Problems, p)
}

// Because adds a line to what led to the verdict.
func (f *Finding) Because(m *terraform.Module, at hcl.Range, format string, a ...any) {
	l := Line{Text: fmt.Sprintf(format, a...)}
	l.File, l.Line, l.Column = m.Position(at)
	f.Why = append(f.Why, l)
}
