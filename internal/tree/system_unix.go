//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package tree

import (
	"io/fs"
	"os"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// appendPlain appends a file of up to so many bytes to a buffer, if it is a
// regular one. The path is relative to a directory that is open, if one is
// given: that spares the system the way there. It does without [os.File], whose poller takes calls of the system
// that a file on disk has no use for: most of the time of a run is such calls.
func appendPlain(buffer []byte, in *uintptr, path string, limit int64) ([]byte, error) {
	// Should it be a pipe by now, opening it does not wait.
	at := unix.AT_FDCWD
	if in != nil {
		at = int(*in)
	}
	file, err := retried(func() (int, error) {
		return unix.Openat(at, path, syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	})
	if err != nil {
		return nil, err
	}
	defer syscall.Close(file)
	var info syscall.Stat_t
	if _, err := retried(func() (int, error) { return 0, syscall.Fstat(file, &info) }); err != nil {
		return nil, err
	}
	switch {
	case info.Mode&syscall.S_IFMT != syscall.S_IFREG:
		return nil, errNotRegular
	case info.Size > limit:
		return nil, tooLarge(info.Size, limit)
	}
	size := max(int(info.Size), 1) // files of /proc do not tell
	for start := len(buffer); ; {
		buffer = slices.Grow(buffer, size)
		n, err := retried(func() (int, error) { return syscall.Read(file, buffer[len(buffer):cap(buffer)]) })
		if err != nil {
			return nil, err
		}
		buffer = buffer[:len(buffer)+n]
		if have := int64(len(buffer) - start); n == 0 || have == info.Size {
			return buffer, nil
		} else if have > limit {
			return nil, hasGrown(limit)
		}
	}
}

// retried calls a function of the system until no signal interrupts it.
func retried(call func() (int, error)) (int, error) {
	for {
		if n, err := call(); err != syscall.EINTR {
			return n, err
		}
	}
}

// openToLock opens a directory, for tryLock alone. done closes it; it is nil
// when there is nothing to lock.
func openToLock(path string) (dir uintptr, done func()) {
	file, err := retried(func() (int, error) {
		return syscall.Open(path, syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
	})
	if err != nil {
		return 0, nil
	}
	return uintptr(file), func() { _ = syscall.Close(file) }
}

// tryLock holds a directory until its file is closed, and reports whether no
// other run held it; with those that read, too, unless it is to be written in.
// Some file systems, NFS among them, cannot lock directories: see the other
// tryLock.
func tryLock(dir uintptr, toWrite bool) (free bool, err error) {
	how := syscall.LOCK_SH | syscall.LOCK_NB
	if toWrite {
		how = syscall.LOCK_EX | syscall.LOCK_NB
	}
	for {
		switch err := syscall.Flock(int(dir), how); err {
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
