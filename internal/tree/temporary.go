package tree

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"

	"cmkify/internal/lazyregexp"
)

// temporaryName matches names of temporary files: a checksum of the name of the
// file that they replace, by which they are told from the files of others, and
// a random number.
var temporaryName = lazyregexp.New(`^\.cmkify-([0-9a-f]{16})-\d+$`)

// checksum returns what the names of temporary files for a target hold.
func checksum(target string) string {
	sum := sha256.Sum256([]byte("a temporary file of cmkify for " + target))
	return fmt.Sprintf("%x", sum[:8])
}

// temporary creates a temporary file for a target in the folder.
func (f *folder) temporary(target string) (*os.File, error) {
	for {
		name := fmt.Sprintf(".cmkify-%s-%d", checksum(target), rand.Uint32())
		file, err := f.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
}

// strays returns the names of temporary files among those in a folder: of a
// file that is there, or was.
func strays(names []string) []string {
	sums := map[string]bool{}
	var out []string
	for _, n := range names {
		sums[checksum(n)] = true
	}
	for _, n := range names {
		if m := temporaryName.FindStringSubmatch(n); m != nil && sums[m[1]] {
			out = append(out, n)
		}
	}
	return out
}

// removeStray removes temporary files from a folder that is locked.
func (f *folder) removeStray() error {
	names, err := f.file.Readdirnames(-1)
	if err != nil || !slices.ContainsFunc(names, temporaryName.MatchString) {
		return err
	}
	for _, n := range strays(names) {
		if err := f.root.Remove(n); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing %s: %s", n, reason(err))
		}
	}
	return nil
}

// RemoveStray removes temporary files that a killed run left in the
// directory, if there are any.
func (d Dir) RemoveStray(ctx context.Context) error {
	if !slices.ContainsFunc(d.Names, temporaryName.MatchString) || len(strays(d.Names)) == 0 {
		return nil
	}
	locked, err := lockFolders(ctx, d.locks, []Dir{d})
	locked.release()
	return err
}
