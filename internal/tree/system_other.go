//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package tree

import (
	"io/fs"
	"os"
)

// appendPlain appends a file of up to so many bytes to a buffer, if it is a
// regular one.
func appendPlain(buffer []byte, _ *uintptr, path string, limit int64) ([]byte, error) {
	src, err := readAtMost(path, limit)
	return append(buffer, src...), err
}

// openToLock opens nothing: see tryLock.
func openToLock(string) (dir uintptr, done func()) { return 0, nil }

// tryLock does nothing where directories cannot be locked; two runs at once are
// then kept from harm by the comparisons before writing alone.
func tryLock(uintptr, bool) (free bool, err error) { return true, nil }

// keepOwner does nothing where owners are not numbers.
func keepOwner(*os.File, fs.FileInfo) error { return nil }
