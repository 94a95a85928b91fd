package detect

import (
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
	Keys         []Key
	Goals        []Goal // what would make it right; none unless fixable
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
	In   *terraform.Resource // the resource to change
	Path []string            // nested block types, then the attribute
	Expr string              // the expression it shall have; "" for the key of the table's pair
	// At is what Expr replaces when that is already there: the attribute's
	// expression, or the part of it that is wrong. Empty when the attribute,
	// or the block that holds it, is to be added.
	At hcl.Range
	// Block is the nested block that At stands in or that lacks the
	// attribute; nil when there is none yet, or when In itself is meant.
	Block *hclsyntax.Block
}

// WantsKey reports whether the finding's goals need a key of the pair.
func (f *Finding) WantsKey() bool {
	for _, g := range f.Goals {
		if g.Expr == "" {
			return true
		}
	}
	return false
}

// Decline turns the finding into one that is left to a person.
func (f *Finding) Decline(reason ID) {
	f.Status, f.Goals = Manual, nil
	f.Reason = &Note{reason, Sentence("reason", reason)}
}

// undecided turns the finding into one that nobody can judge.
func (f *Finding) undecided(reason ID) {
	f.Status, f.Goals, f.Problems = Unknown, nil, nil
	f.Reason = &Note{reason, Sentence("reason", reason)}
}

// Only reports whether a resource's file is among the named ones; every file
// is when none is named.
func Only(named map[string]bool, r *terraform.Resource) bool {
	return named == nil || named[r.File.Name]
}
