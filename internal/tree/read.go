package tree

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// maxFile is how large a file may be to be read. No one writes a Terraform
// file of a tenth of that.
const maxFile = 32 << 20

var errNotRegular = errors.New("not a regular file")

// Read returns the content of one of the directory's files. The error has no
// path.
func (d Dir) Read(name string) ([]byte, error) {
	src, err := readRegular(filepath.Join(d.disk, name))
	if err != nil {
		return nil, errors.New(reason(err))
	}
	return src, nil
}

// Reading calls read while no other run writes in the directory, so that it
// does not see some files old and others new. Where there is no lock to be
// had it does without: Replace compares what was read.
func (d Dir) Reading(read func()) {
	if dir, err := os.Open(d.disk); err == nil {
		defer dir.Close()
		_ = lock(dir, false)
	}
	read()
}

// readRegular reads a file if it is a regular one. Others are not even
// opened to be read: a pipe would wait for a writer.
func readRegular(path string) ([]byte, error) { return readAtMost(path, maxFile) }

// readAtMost is readRegular for files of up to so many bytes.
func readAtMost(path string, limit int64) ([]byte, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errNotRegular
	}
	// Should it be another file by now, opening it does not wait.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
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
