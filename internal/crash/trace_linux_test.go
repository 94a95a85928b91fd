package crash

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"unsafe"

	"cmkify/internal/testkit/command"
)

// Of linux/ptrace.h, and missing in package syscall.
const (
	ptraceSyscallInfo  = 0x420e // PTRACE_GET_SYSCALL_INFO
	ptraceExitKill     = 0x100000
	syscallEntry       = 1
	syscallStop        = syscall.SIGTRAP | 0x80 // by PTRACE_O_TRACESYSGOOD
	waitForAllChildren = syscall.WALL
)

// syscallInfo is struct ptrace_syscall_info, of a call that is entered.
type syscallInfo struct {
	op      uint8
	_       [3]uint8
	_       uint32
	_, _    uint64
	number  uint64
	args    [6]uint64
	_, _, _ uint64
}

// killAt runs the command in a folder and kills it when it is about to make
// its nth system call that writes, syncs or renames a file. It returns how
// many of these it has come to make: less than n when it was not killed.
//
// strace, which can inject signals, counts the calls of each thread by itself.
func killAt(dir string, n int) (int, error) {
	calls := 0
	err := trace(dir, func(*syscallInfo, int) (kill bool) {
		if calls < n {
			calls++
		}
		return calls == n
	})
	return calls, err
}

// changesOf runs the command in a folder and returns the calls with which it
// writes, syncs, renames or removes a file, in their order.
func changesOf(dir string) ([]change, error) {
	var out []change
	err := trace(dir, func(call *syscallInfo, thread int) (kill bool) {
		c := change{call: names[call.number]}
		switch call.number {
		case syscall.SYS_RENAMEAT:
			c.path, c.to = pathAt(thread, call.args[0], call.args[1]), pathAt(thread, call.args[2], call.args[3])
		case syscall.SYS_UNLINKAT:
			c.path = pathAt(thread, call.args[0], call.args[1])
		default:
			c.path = opened(thread, call.args[0])
		}
		out = append(out, c)
		return false
	})
	return out, err
}

var names = map[uint64]string{
	syscall.SYS_WRITE: "write", syscall.SYS_FSYNC: "sync", syscall.SYS_RENAMEAT: "rename", syscall.SYS_UNLINKAT: "remove",
}

// opened returns the path of what a thread has opened as fd.
func opened(thread int, fd uint64) string {
	path, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", thread, int32(fd)))
	return path
}

// pathAt returns the path at an address of a stopped thread, which is relative
// to what it has opened as fd.
func pathAt(thread int, fd, address uint64) string {
	path := textAt(thread, address)
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(opened(thread, fd), path)
}

// textAt returns the string at an address of a stopped thread.
func textAt(thread int, address uint64) string {
	text := make([]byte, 4096)
	n, _ := syscall.PtracePeekData(thread, uintptr(address), text)
	out, _, _ := bytes.Cut(text[:n], []byte{0})
	return string(out)
}

// trace runs the command in a folder and calls on for each system call that
// writes, syncs, renames or removes a file, before it is made, with the thread
// that makes it. The command is killed when on says so.
func trace(dir string, on func(call *syscallInfo, thread int) (kill bool)) error {
	runtime.LockOSThread() // the thread that starts a traced process traces it
	defer runtime.UnlockOSThread()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer null.Close()
	pid, err := syscall.ForkExec(command.Path(), []string{command.Path(), "--no-gitignore", "--jobs=1"}, &syscall.ProcAttr{
		Dir:   dir,
		Env:   append(os.Environ(), "GOMAXPROCS=1"),
		Files: []uintptr{null.Fd(), null.Fd(), null.Fd()},
		Sys:   &syscall.SysProcAttr{Ptrace: true, Setpgid: true},
	})
	if err != nil {
		return err
	}
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, waitForAllChildren, nil); err != nil {
		return err
	}
	if err := syscall.PtraceSetOptions(pid, syscall.PTRACE_O_TRACECLONE|syscall.PTRACE_O_TRACESYSGOOD|ptraceExitKill); err != nil {
		return err
	}
	for thread := pid; ; {
		signal := 0
		switch stop := status.StopSignal(); {
		case stop == syscallStop:
			if call := changing(thread); call != nil && on(call, thread) {
				syscall.Kill(pid, syscall.SIGKILL)
			}
		case stop != syscall.SIGTRAP && stop != syscall.SIGSTOP:
			signal = int(stop)
		}
		if status.Stopped() {
			syscall.PtraceSyscall(thread, signal) // no such process: it is being killed
		}
		if thread, err = syscall.Wait4(-pid, &status, waitForAllChildren, nil); err != nil {
			return err
		}
		if thread == pid && (status.Exited() || status.Signaled()) {
			return nil
		}
	}
}

// changing returns the call that a stopped thread is about to make, if it is
// one that writes, syncs, renames or removes a file, else nil.
func changing(thread int) *syscallInfo {
	var info syscallInfo
	_, _, err := syscall.RawSyscall6(syscall.SYS_PTRACE, ptraceSyscallInfo, uintptr(thread), unsafe.Sizeof(info), uintptr(unsafe.Pointer(&info)), 0, 0)
	if err != 0 || info.op != syscallEntry || names[info.number] == "" || info.number == syscall.SYS_WRITE && info.args[0] <= 2 {
		return nil
	}
	return &info
}
