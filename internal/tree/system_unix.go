//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package tree

import (
	"io/fs"
	"os"
	"syscall"
)

// lock waits until no other run holds the directory, and holds it until the
// file is closed; with those that read, too, unless it is to be written in.
// Some file systems, NFS among them, cannot lock directories: see the other
// lock.
func lock(dir *os.File, toWrite bool) error {
	how := syscall.LOCK_SH
	if toWrite {
		how = syscall.LOCK_EX
	}
	for {
		switch err := syscall.Flock(int(dir.Fd()), how); err {
		case syscall.EINTR:
		case syscall.EBADF, syscall.ENOLCK, syscall.ENOSYS, syscall.EOPNOTSUPP:
			return nil
		default:
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
