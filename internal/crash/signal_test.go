package crash

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestInterrupted sends a signal to a run that waits for a folder which another
// process has locked: the run says so, and ends with the status for that;
// what it had not begun to write is as it was.
func TestInterrupted(t *testing.T) {
	for _, sent := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		dir := oldTree().write()
		defer os.RemoveAll(dir)
		const folder = "keys/0" // the first one
		lock, err := os.Open(filepath.Join(dir, folder))
		if err != nil {
			t.Fatal(err)
		}
		defer lock.Close()
		if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_SH); err != nil {
			t.Fatal(err)
		}
		cmd := cmkify(dir, policies[0], "keys/0")
		stderr, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		stop := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
		line, err := bufio.NewReader(stderr).ReadString('\n')
		if want := folder + ": waiting for another process that holds its lock\n"; line != want {
			t.Errorf("said %q, %v; want %q", line, err, want)
		}
		if err := cmd.Process.Signal(sent); err != nil {
			t.Error(err)
		}
		_ = cmd.Wait()
		stop.Stop()
		if got := cmd.ProcessState.ExitCode(); got != 130 {
			t.Errorf("%v: exit %d, want 130", sent, got)
		}
		for name, content := range readTree(dir) {
			if content != oldTree()[name] && !strings.HasPrefix(filepath.Base(name), ".") {
				t.Errorf("%s is changed", name)
			}
		}
	}
}
