package tree

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
	src, err := readRegular(filepath.Join(d.disk, name))
	if err != nil {
		return nil, plainError{err}
	}
	return src, nil
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
		return nil, fmt.Errorf("too large: %d bytes; up to %d are read", info.Size(), limit)
	}
	src, err := io.ReadAll(io.LimitReader(file, limit+1))
	if int64(len(src)) > limit {
		return nil, fmt.Errorf("too large: more than %d bytes", limit)
	}
	return src, err
}
