//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package tree

import (
	"io/fs"
	"os"
	"syscall"
)

// lock waits until no other process holds the directory, and holds it until
// the file is closed.
func lock(dir *os.File) error {
	for {
		if err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX); err != syscall.EINTR {
			return err
		}
	}
}

// keepOwner gives a file the owner of another one, if we may.
func keepOwner(file *os.File, like fs.FileInfo) error {
	owner, ok := like.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() != 0 {
		return nil
	}
	return file.Chown(int(owner.Uid), int(owner.Gid))
}
