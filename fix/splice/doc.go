// Package splice makes edits of Terraform files: what is to be said goes in, as
// names and the sources of expressions; which bytes to replace by what comes
// out. What is new is written by hclwrite, or as the file's other JSON is, laid
// out as its author does; what is old keeps its bytes, but for the spaces that
// align it with what is new. Apply makes the edits, Diff shows them.
package splice
