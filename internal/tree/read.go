package tree

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// maxFile is how large a file may be to be read. No one writes a Terraform
// file of a tenth of that.
const maxFile = 32 << 20

var (
	errNotRegular      = errors.New("not a regular file")
	errOtherRepository = errors.New("not in the same git repository")
)

// Read returns the content of one of the directory's files. The error has no
// path.
func (d Dir) Read(name string) ([]byte, error) {
	src, err := d.Append(nil, name)
	if err != nil {
		return nil, err
	}
	return src, nil
}

// Append appends the content of one of the directory's files to a buffer, and
// returns that; on an error, which has no path, as it was.
func (d Dir) Append(buffer []byte, name string) ([]byte, error) {
	var out []byte
	var err error
	switch path := filepath.Join(d.disk, name); {
	case !d.isPlain(name):
		if out, err = readRegular(path); err == nil {
			out = append(buffer, out...)
		}
	case d.open != nil:
		out, err = appendPlain(buffer, d.open, name, maxFile)
	default:
		out, err = appendPlain(buffer, nil, path, maxFile)
	}
	if err != nil {
		return buffer, plainError{err}
	}
	return out, nil
}

// isPlain reports whether a name was that of a regular file when the directory
// was listed, so that it can be opened without a second look.
func (d Dir) isPlain(name string) bool {
	_, listed := slices.BinarySearch(d.Names, name)
	return listed && !slices.Contains(d.special, name)
}

// A plainError is an error whose text has no path.
type plainError struct{ error }

func (e plainError) Error() string { return reason(e.error) }

func (e plainError) Unwrap() error { return e.error }

// readRegular reads a file if it is a regular one.
func readRegular(path string) ([]byte, error) { return readAtMost(path, maxFile) }

// readAtMost is readRegular for files of up to so many bytes.
func readAtMost(path string, limit int64) ([]byte, error) {
	return readFile(disk{}, path, limit)
}

// A filesystem opens files: the disk, by their paths, or a folder of it.
type filesystem interface {
	Stat(name string) (fs.FileInfo, error)
	OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error)
}

type disk struct{}

// Stat is os.Stat.
func (disk) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }

// OpenFile is os.OpenFile.
func (disk) OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error) {
	return os.OpenFile(name, flag, perm)
}

// readFile reads a regular file of up to so many bytes. Others are not even
// opened to be read: a pipe would wait for a writer.
func readFile(in filesystem, name string, limit int64) ([]byte, error) {
	if info, err := in.Stat(name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errNotRegular
	}
	// Should it be another file by now, opening it does not wait.
	file, err := in.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errNotRegular
	case info.Size() > limit:
		return nil, tooLarge(info.Size(), limit)
	}
	src, err := io.ReadAll(io.LimitReader(file, limit+1))
	if int64(len(src)) > limit {
		return nil, hasGrown(limit)
	}
	return src, err
}

// tooLarge is why a file of that size is not read.
func tooLarge(size, limit int64) error {
	return fmt.Errorf("too large: %d bytes; up to %d are read", size, limit)
}

// hasGrown is why a file is not read that is larger than it said.
func hasGrown(limit int64) error { return fmt.Errorf("too large: more than %d bytes", limit) }
