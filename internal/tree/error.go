package tree

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// A PathError is an error with the path it is about, as shown.
type PathError struct {
	Path string
	Err  error
}

// Error returns "path: reason".
func (e *PathError) Error() string { return e.Path + ": " + e.Reason() }

// Reason returns what went wrong, without the name of the system call.
func (e *PathError) Reason() string { return reason(e.Err) }

// Unwrap returns the error without its path.
func (e *PathError) Unwrap() error { return e.Err }

// reason returns what went wrong, without the call and path of the system's
// errors, and of filepath's.
func reason(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err.Error()
	case errors.As(err, &link):
		return link.Err.Error()
	case errors.Is(err, fs.ErrNotExist):
		return "no such file or directory"
	}
	return strings.TrimPrefix(err.Error(), "EvalSymlinks: ")
}
