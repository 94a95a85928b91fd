// Package graph says what refers to what in a module and in those that it
// calls, as Terraform orders what it plans and applies. A module, as it is
// written, goes in; addresses and edges between them come out.
package graph
