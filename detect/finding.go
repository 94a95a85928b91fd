// Package detect says which DynamoDB tables of a module are not encrypted with
// a customer managed key, and why. The instances of a module go in; one
// Finding a table comes out, with its problems and what the table wants, or
// the reason why a person must decide. A finding is a fact: nothing changes it
// afterwards, and nothing is read, printed or written here.
package detect

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/eval"
	"cmkify/internal/suppress"
	"cmkify/internal/terraform"
)

// A Finding is one table and what is wrong with it.
type Finding struct {
	Table       *terraform.Resource
	Ways        []*eval.Instance // how its module is reached, the first one first
	Left        []*eval.Instance // by which it is reached, too, and which are not selected
	Status      Status           // not Fixed, which no finding is
	Problems    []Problem
	Reason      *Reason // why it is manual or unknown, else nil
	Suppression *suppress.Comment
	Keys        []Key  // that it uses, and may keep
	Wants       []Want // what would make it right; none unless fixable
	Trace       []eval.Step
}

// Address returns the table's address in its module; of one in a remote module
// that in the caller's, the call alone where nobody knows more.
func (f *Finding) Address() string {
	switch remote := f.Remote(); {
	case remote == nil:
		return f.Table.Address()
	case remote.Code:
		return f.within() + "." + f.Table.Address()
	}
	return f.within()
}

// ID tells the findings of a run apart.
func (f *Finding) ID() string { return f.Place().File.Path + ":" + f.Address() }

// In returns the first instance of the table's module.
func (f *Finding) In() *eval.Instance { return f.Ways[0] }

// Place returns where the table is declared, or the call of its remote module.
func (f *Finding) Place() terraform.Place {
	if f.Remote() != nil {
		call := f.entrance().Call
		return terraform.Place{File: call.File, Start: call.Block.TypeRange.Start.Byte, End: call.Block.CloseBraceRange.End.Byte}
	}
	return terraform.Place{File: f.Table.File, Start: f.Table.Block.TypeRange.Start.Byte, End: f.Table.Block.CloseBraceRange.End.Byte}
}

// Has reports whether the finding has a problem of one of those IDs.
func (f *Finding) Has(ids ...ProblemID) bool {
	for _, p := range f.Problems {
		for _, id := range ids {
			if p.ID == id {
				return true
			}
		}
	}
	return false
}

// KeepsKey reports whether the table itself keeps the key that it has.
func (f *Finding) KeepsKey() bool {
	return !f.Has(customerKey.key...)
}

// A Problem is one thing that is wrong with a table, at the place where it is
// written: the attribute, or the block that lacks it.
type Problem struct {
	ID     ProblemID
	At     terraform.Place
	Detail string // what follows the ID's sentence, "" for nothing
}

// Message returns what is said of the problem.
func (p Problem) Message() string { return Sentence(ProblemKind, p.ID) + p.Detail }

// A Reason is why a table is left to a person, or cannot be judged.
type Reason struct {
	ID      ReasonID
	Message string
}

// NewReason returns a reason with its sentence and what follows it.
func NewReason(id ReasonID, detail string) *Reason {
	return &Reason{id, Sentence(ReasonKind, id) + detail}
}

// NewReasonf returns a reason with a sentence of its own.
func NewReasonf(id ReasonID, format string, a ...any) *Reason {
	return &Reason{id, fmt.Sprintf(format, a...)}
}

// A Key is a key that a table or one of its replicas uses.
type Key struct {
	For string // "table", or the region of the replica
	Ref string // its address, or the expression or ARN that names it
	// Resource is the key, when it is one of the configuration, and In the
	// instance whose module declares it; else nil.
	Resource *terraform.Resource
	In       *eval.Instance
}

// TableKey is what the key of the table itself is for.
const TableKey = "table"

// An Argument is one argument that a want is about, in the block that has or
// lacks it.
type Argument struct {
	In       *terraform.Module
	Resource *terraform.Resource // that the block belongs to, else
	Call     *terraform.Call
	// Block is the nested block, nil for one that does not exist yet; the
	// resource's or call's own when Nested is "".
	Block  *hclsyntax.Block
	Nested string // the type of the nested block, "" for none
	Name   string
}

// Attribute returns the argument as it is written, nil where it is missing.
func (a Argument) Attribute() *hclsyntax.Attribute {
	if a.Call != nil {
		return a.Call.Argument(a.Name)
	}
	if a.Block == nil {
		return nil
	}
	return a.Block.Body.Attributes[a.Name]
}

// Generates returns the type of the blocks of which the argument, the for_each of
// a dynamic block, decides how many there are; "" for any other argument.
func (a Argument) Generates() string {
	if a.Nested != dynamicBlock {
		return ""
	}
	return strings.Join(a.Block.Labels, "")
}

// A Want is one thing that the code must say. Wants are not text: those of
// one block are merged before any is written.
type Want struct {
	For      ProblemID
	KeyFor   string // whose key it is about: TableKey, or the name of a replica
	Argument Argument
	Value    Value
	// Sources are where the wrong value is written, as far as references lead
	// to that; changing all of them is enough. None where it is computed.
	Sources []Source
	// Keep says that the argument is right in some cases with another value,
	// which must stay; OrNothing that it is null or empty in all others.
	Keep, OrNothing bool
	// Open says that a variable which others decide takes part.
	Open bool
	// Decides is the for_each of the dynamic block that the value switches on, or the
	// kms_key_arn that it chooses, as it is meant to; nil for none.
	Decides *hclsyntax.Attribute
	// Switches says that it must be a call that passes the value: it switches the
	// block on that names it.
	Switches bool
	// Partly says that the table is reached in ways, too, that are not selected.
	Partly bool
	// Comment, if any, goes on a line above.
	Comment string
	// Why says in a sentence where the value comes from, for a person.
	Why string
}

// A Source is a place that holds a wrong value, or a call that leaves it out.
type Source struct {
	At     terraform.Place // what is to be replaced, none for a call
	Text   string          // by what, "" for the want's value
	Origin eval.Origin
	Ways   []*eval.Instance // of the module of the argument, whose value it is
}

// A Value is what an argument must be: a text, or a key's ARN.
type Value struct {
	Text string
	Key  *KeyNeed // nil unless a key must be found or created
}

// on is the value of switches.
var on = Value{Text: "true"}

// A KeyNeed is the need of a key for a table, or for one of its replicas.
type KeyNeed struct {
	In      *eval.Instance
	Table   *terraform.Resource
	Replica *Replica // nil for the table itself
}
