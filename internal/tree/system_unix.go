//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package tree

import (
	"io/fs"
	"os"
	"syscall"
)

// tryLock holds a directory until its file is closed, and reports whether no
// other run held it; with those that read, too, unless it is to be written in.
// Some file systems, NFS among them, cannot lock directories: see the other
// tryLock.
func tryLock(dir *os.File, toWrite bool) (free bool, err error) {
	how := syscall.LOCK_SH | syscall.LOCK_NB
	if toWrite {
		how = syscall.LOCK_EX | syscall.LOCK_NB
	}
	for {
		switch err := syscall.Flock(int(dir.Fd()), how); err {
		case syscall.EINTR:
		case nil, syscall.EBADF, syscall.ENOLCK, syscall.ENOSYS, syscall.EOPNOTSUPP:
			return true, nil
		case syscall.EWOULDBLOCK:
			return false, nil
		default:
			return false, err
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
