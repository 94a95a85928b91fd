package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// A Change is the new content of one file, and the old one it was made from.
// When they are the same, the file is one that the others were made from, too.
type Change struct {
	Name     string
	Old, New []byte
}

// ErrChanged says that a file is no longer what it was when it was read.
var ErrChanged = errors.New("changed while it was worked on")

// strayName matches the names of temporary files, which os.CreateTemp makes
// of strayPrefix and a number.
var strayName = regexp.MustCompile(`^\.cmkify-\d+$`)

// strayPrefix begins the names of temporary files, so that those of a run
// that was killed can be told.
const strayPrefix = ".cmkify-"

// Replace replaces files of the directory. Before anything is changed, every
// file is compared with Old (else ErrChanged), and every new content is
// written to a temporary file beside its target and synced; then the targets
// are replaced in the given order, by renaming. So a file is old or new as a
// whole, and a full disk is met before the first one changes. A symbolic link
// stays, and its target is replaced if it lies inside the given paths. Mode
// and owner are kept. Another run waits until this one is done.
//
// renameio, which does the like for one file, names its temporary files after
// the target and renames each one before the next is written.
func (d Dir) Replace(changes []Change) error {
	return d.locked(changes, func() error {
		files := make([]*pending, 0, len(changes))
		defer func() {
			for _, p := range files {
				p.discard()
			}
		}()
		for _, c := range changes {
			p, err := d.prepare(c)
			if err != nil {
				return &PathError{d.File(c.Name), err}
			}
			files = append(files, p)
		}
		for i, p := range files {
			if err := p.commit(); err != nil {
				return &PathError{d.File(changes[i].Name), err}
			}
		}
		return nil
	})
}

// Shared returns an error when a change reaches into another folder by a
// symbolic link, and other files change with it: other folders may share the
// one, and would lack the others.
func (d Dir) Shared(changes []Change) error {
	changing := 0
	linked := ""
	for _, c := range changes {
		if bytes.Equal(c.Old, c.New) {
			continue
		}
		changing++
		target, err := filepath.EvalSymlinks(filepath.Join(d.disk, c.Name))
		if err == nil && filepath.Dir(target) != d.disk && d.within(target) {
			linked = c.Name
		}
	}
	if linked == "" || changing == 1 {
		return nil
	}
	return &PathError{d.File(linked), errors.New("a symbolic link to a file that other folders may share, and its fix needs another file, too: nothing is written")}
}

// RemoveStray removes temporary files that a killed run left in the
// directory, if there are any.
func (d Dir) RemoveStray() error {
	if !slices.ContainsFunc(d.Names, strayName.MatchString) {
		return nil
	}
	return d.locked(nil, func() error { return nil })
}

// locked calls do while no other run writes in the directory, nor where its
// symbolic links among the changes lead to. Temporary files then belong to no one,
// and are removed.
func (d Dir) locked(changes []Change, do func() error) error {
	for _, disk := range d.touched(changes) {
		dir, err := os.Open(disk)
		if err != nil {
			return &PathError{d.Path, err}
		}
		defer dir.Close()
		if err := lock(dir, true); err != nil {
			return &PathError{d.Path, err}
		}
		if err := removeStray(disk); err != nil {
			return &PathError{d.Path, err}
		}
	}
	return do()
}

// touched returns the directories that the changes write in, in the order in
// which every run locks them: else two could wait for each other.
func (d Dir) touched(changes []Change) []string {
	out := []string{d.disk}
	for _, c := range changes {
		target, err := filepath.EvalSymlinks(filepath.Join(d.disk, c.Name))
		if err == nil && d.within(target) && !bytes.Equal(c.Old, c.New) {
			out = append(out, filepath.Dir(target))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func removeStray(disk string) error {
	names, _, err := list(disk)
	for _, n := range names {
		if strayName.MatchString(n) {
			if err := os.Remove(filepath.Join(disk, n)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("removing %s: %s", n, reason(err))
			}
		}
	}
	return err
}

// A pending is a file whose new content is on the disk beside it, in temp;
// one that stays as it is when temp is "".
type pending struct{ target, temp string }

func (d Dir) prepare(c Change) (*pending, error) {
	if bytes.Equal(c.Old, c.New) {
		src, err := readRegular(filepath.Join(d.disk, c.Name))
		if err == nil && !bytes.Equal(src, c.Old) {
			err = ErrChanged
		}
		return &pending{}, err
	}
	target, err := filepath.EvalSymlinks(filepath.Join(d.disk, c.Name))
	if err != nil {
		return nil, err
	}
	if target != filepath.Join(d.disk, c.Name) && !d.within(target) {
		return nil, errors.New("a symbolic link to a file outside the given paths, which is not written")
	}
	info, err := os.Stat(target)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o200 == 0 {
		return nil, errors.New("read-only, and so it is not written")
	}
	src, err := readRegular(target)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(src, c.Old) {
		return nil, ErrChanged
	}
	return write(target, info, c.New)
}

func (d Dir) within(path string) bool {
	return slices.ContainsFunc(d.scope, func(given string) bool {
		rel, err := filepath.Rel(given, path)
		return err == nil && filepath.IsLocal(rel)
	})
}

// write puts content into a temporary file beside target, made like it.
func write(target string, like fs.FileInfo, content []byte) (*pending, error) {
	file, err := os.CreateTemp(filepath.Dir(target), strayPrefix+"*")
	if err != nil {
		return nil, err
	}
	p := &pending{target, file.Name()}
	_, err = file.Write(content)
	if err == nil {
		err = keepOwner(file, like)
	}
	if err == nil {
		err = file.Chmod(like.Mode()) // after chown, which clears some bits
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		p.discard()
		return nil, fmt.Errorf("%s: nothing is changed", reason(err))
	}
	return p, nil
}

// commit makes the new content the file's, and sees to it that this outlasts
// a crash before the next file is changed.
func (p *pending) commit() error {
	if p.temp == "" {
		return nil
	}
	if err := os.Rename(p.temp, p.target); err != nil {
		return err
	}
	p.temp = ""
	dir, err := os.Open(filepath.Dir(p.target))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func (p *pending) discard() {
	if p.temp != "" {
		os.Remove(p.temp)
	}
}
