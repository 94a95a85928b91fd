// Package terraform reads one directory as Terraform does. Names and bytes of
// files go in; a Module comes out: its files, its resources with what they
// say, and the errors Terraform would report. Nothing is opened, written or
// executed, nothing outside the given bytes is known, and what cannot be known
// from them is unknown, never a guess.
package terraform
