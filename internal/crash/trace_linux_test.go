package crash

import (
	"os"
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
	runtime.LockOSThread() // the thread that starts a traced process traces it
	defer runtime.UnlockOSThread()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	pid, err := syscall.ForkExec(command.Path(), []string{command.Path(), "--no-gitignore", "--jobs=1"}, &syscall.ProcAttr{
		Dir:   dir,
		Env:   append(os.Environ(), "GOMAXPROCS=1"),
		Files: []uintptr{null.Fd(), null.Fd(), null.Fd()},
		Sys:   &syscall.SysProcAttr{Ptrace: true, Setpgid: true},
	})
	if err != nil {
		return 0, err
	}
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, waitForAllChildren, nil); err != nil {
		return 0, err
	}
	if err := syscall.PtraceSetOptions(pid, syscall.PTRACE_O_TRACECLONE|syscall.PTRACE_O_TRACESYSGOOD|ptraceExitKill); err != nil {
		return 0, err
	}
	calls := 0
	for thread := pid; ; {
		signal := 0
		switch stop := status.StopSignal(); {
		case stop == syscallStop:
			if changes(thread) && calls < n {
				if calls++; calls == n {
					syscall.Kill(pid, syscall.SIGKILL)
				}
			}
		case stop != syscall.SIGTRAP && stop != syscall.SIGSTOP:
			signal = int(stop)
		}
		if status.Stopped() {
			syscall.PtraceSyscall(thread, signal) // no such process: it is being killed
		}
		if thread, err = syscall.Wait4(-pid, &status, waitForAllChildren, nil); err != nil {
			return calls, err
		}
		if thread == pid && (status.Exited() || status.Signaled()) {
			return calls, nil
		}
	}
}

// changes reports whether a stopped thread is about to write, sync or rename
// a file.
func changes(thread int) bool {
	var info syscallInfo
	_, _, err := syscall.RawSyscall6(syscall.SYS_PTRACE, ptraceSyscallInfo, uintptr(thread), unsafe.Sizeof(info), uintptr(unsafe.Pointer(&info)), 0, 0)
	if err != 0 || info.op != syscallEntry {
		return false
	}
	switch info.number {
	case syscall.SYS_FSYNC, syscall.SYS_RENAMEAT, syscall.SYS_UNLINKAT:
		return true
	case syscall.SYS_WRITE:
		return info.args[0] > 2
	}
	return false
}
