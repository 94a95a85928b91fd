package crash

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cmkify/internal/testkit"
)

// A change is a system call that writes, syncs, renames or removes a file.
type change struct{ call, path, to string }

// TestSyncedBeforeRenamed holds that a crash of the machine, too, leaves every
// file old or new: what is renamed has been synced since it was last written,
// and so have all files of its folder that are to be renamed; and the folder is
// synced before anything else is renamed, and before the end.
func TestSyncedBeforeRenamed(t *testing.T) {
	dir := oldTree().write()
	defer os.RemoveAll(dir)
	changes, err := changesOf(dir)
	if err != nil {
		testkit.Skip(t, testkit.Trace, err.Error())
	}
	renamed := 0
	unsynced := map[string]bool{} // temporary files with content that is not on the disk
	folder := ""                  // that something was renamed in since it was synced
	for _, c := range changes {
		switch {
		case c.call == "write" && strings.HasPrefix(filepath.Base(c.path), ".cmkify-"):
			unsynced[c.path] = true
		case c.call == "sync":
			delete(unsynced, c.path)
			if c.path == folder {
				folder = ""
			}
		case c.call == "rename":
			renamed++
			if folder != "" {
				t.Errorf("%s is renamed before its folder %s is synced", c.path, folder)
			}
			for path := range unsynced {
				t.Errorf("%s is renamed to %s before %s is synced", c.path, c.to, path)
			}
			if filepath.Dir(c.path) != filepath.Dir(c.to) {
				t.Errorf("%s is renamed to %s", c.path, c.to)
			}
			folder = filepath.Dir(c.to)
		}
	}
	if folder != "" {
		t.Errorf("%s is not synced in the end", folder)
	}
	done, _ := undisturbed("dynamodb")
	if want := len(done); renamed != want {
		t.Errorf("%d files are renamed, want %d", renamed, want)
	}
	sameTree(t, "traced", readTree(dir), done)
}
