// Package fix says what becomes of findings: which bytes of which file to
// replace by what, and what is left to a person after all. Judged modules go
// in; outcomes and edits come out. Apply makes the new bytes, Diff shows them,
// Prove checks them. Nothing is opened, written or printed, and no byte outside
// an edit ever changes.
package fix
