package terraform

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// An Error is what keeps Terraform, or us, from reading a place in a file.
type Error struct {
	File         string
	Line, Column int // 0 when the file as a whole is meant
	Message      string
	// Resource is the type of the resource that is refused; "" for an error
	// of the file.
	Resource string
}

// Error returns "file:line:column: message".
func (e Error) Error() string { return e.Position() + ": " + e.Message }

// Position returns "file:line:column", or less where the error is of less.
func (e Error) Position() string {
	if e.Line == 0 {
		return e.File
	}
	return fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column)
}

// CompareErrors orders errors by file, line and column.
func CompareErrors(a, b Error) int {
	return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column)
}

func (f *File) errorAt(offset int, message string) *Error {
	line, column := f.Position(offset)
	return &Error{File: f.Path, Line: line, Column: column, Message: strings.TrimSuffix(message, ".")}
}

// firstError returns the first of hcl's errors as one of the file.
func (f *File) firstError(diags hcl.Diagnostics) *Error {
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		at := 0
		if d.Subject != nil {
			at = min(d.Subject.Start.Byte, len(f.Bytes))
		}
		return f.errorAt(at, strings.Join(strings.Fields(lowerFirst(d.Summary)+": "+d.Detail), " "))
	}
	return nil
}

func lowerFirst(s string) string {
	n := min(1, len(s))
	return strings.ToLower(s[:n]) + s[n:]
}

// note keeps an error, if it is one, and reports whether it was.
func (m *Module) note(err *Error) bool {
	if err != nil {
		m.Errors = append(m.Errors, *err)
	}
	return err != nil
}

func (m *Module) fail(f *File, offset int, message string) { m.note(f.errorAt(offset, message)) }

// failOf notes an error that is about a resource.
func (m *Module) failOf(r *Resource, f *File, offset int, message string) {
	err := f.errorAt(offset, message)
	err.Resource = r.Type
	m.note(err)
}
