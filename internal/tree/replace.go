package tree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
)

// A Change is the new content of one file of a directory, and the old one it
// was made from. When they are the same, the file is one that the others were
// made from, too.
type Change struct {
	Dir      Dir
	Name     string
	Old, New []byte
}

func (c Change) same() bool { return bytes.Equal(c.Old, c.New) }

func (c Change) path() string { return filepath.Join(c.Dir.disk, c.Name) }

// ErrChanged says that a file is no longer what it was when it was read.
var ErrChanged = errors.New("changed while it was worked on")

// Replace replaces files. Before anything is changed, every file is compared
// with Old (else ErrChanged), and every new content is written to a temporary
// file beside its target and synced; then the targets are replaced in the given
// order, by renaming, each compared once more right before. So a file is old or
// new as a whole, and a full disk is met before the first one changes. A
// symbolic link stays, and its target is replaced if it lies inside the given
// paths. Mode and owner are kept. All folders are locked first; what is done
// there is done in the folders that were locked, whatever becomes of their
// paths.
//
// renameio, which does the like for one file, names its temporary files after
// the target and renames each one before the next is written.
func Replace(ctx context.Context, changes []Change) error {
	if len(changes) == 0 {
		return nil
	}
	locked, err := lockFolders(ctx, changes[0].Dir.locks, touched(changes))
	defer locked.release()
	if err != nil {
		return err
	}
	files := make([]*pending, 0, len(changes))
	defer func() {
		for _, p := range files {
			p.discard()
		}
	}()
	for _, c := range changes {
		p, err := c.prepare(locked)
		if err != nil {
			return &PathError{c.Dir.File(c.Name), err}
		}
		files = append(files, p)
	}
	for i, p := range files {
		if err := p.commit(); err != nil {
			return &PathError{changes[i].Dir.File(changes[i].Name), err}
		}
	}
	return nil
}

// touched returns the folders that the changes are about or write in.
func touched(changes []Change) []Dir {
	var out []Dir
	for _, c := range changes {
		out = append(out, c.Dir)
		target, err := filepath.EvalSymlinks(c.path())
		if err == nil && filepath.Dir(target) != c.Dir.disk && c.Dir.within(target) && !c.same() {
			out = append(out, Dir{Path: c.Dir.Path, disk: filepath.Dir(target)})
		}
	}
	return out
}

// Shared returns an error when a change reaches into another folder by a
// symbolic link, or another folder has a link to it, and other files change with
// it: other folders may share the one, and would lack the others. links are the
// resolved paths of files that links are known to lead to.
func Shared(changes []Change, links map[string]bool) error {
	changing := 0
	var linked *Change
	for _, c := range changes {
		if c.same() {
			continue
		}
		changing++
		target, err := filepath.EvalSymlinks(c.path())
		if err == nil && (links[target] || filepath.Dir(target) != c.Dir.disk && c.Dir.within(target)) {
			linked = &c
		}
	}
	if linked == nil || changing == 1 {
		return nil
	}
	return &PathError{linked.Dir.File(linked.Name), errors.New("other folders may share this file by symbolic links, and its fix needs another file, too: nothing is written")}
}

// A pending is a file whose new content is on the disk beside it, in temp;
// one that stays as it is when temp is "".
type pending struct {
	in         *folder
	name, temp string
	old        []byte
}

func (c Change) prepare(locked folders) (*pending, error) {
	if c.same() {
		src, err := readRegular(c.path())
		if err == nil && !bytes.Equal(src, c.Old) {
			err = ErrChanged
		}
		return &pending{}, err
	}
	target, err := filepath.EvalSymlinks(c.path())
	if err != nil {
		return nil, err
	}
	if target != c.path() && !c.Dir.within(target) {
		return nil, errors.New("a symbolic link to a file outside the given paths, which is not written")
	}
	in := locked[filepath.Dir(target)]
	if in == nil {
		return nil, ErrChanged // the link led elsewhere before
	}
	p := &pending{in: in, name: filepath.Base(target), old: c.Old}
	info, err := in.root.Stat(p.name)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o200 == 0 {
		return nil, errors.New("file is read-only")
	}
	if err := p.unchanged(); err != nil {
		return nil, err
	}
	return p, p.write(info, c.New)
}

// unchanged returns ErrChanged if the file is no longer what it was.
func (p *pending) unchanged() error {
	src, err := readFile(p.in.root, p.name, maxFile)
	if err == nil && !bytes.Equal(src, p.old) {
		err = ErrChanged
	}
	return err
}

func (d Dir) within(path string) bool {
	return slices.ContainsFunc(d.scope, func(given string) bool {
		rel, err := filepath.Rel(given, path)
		return err == nil && filepath.IsLocal(rel)
	})
}

// write puts content into a temporary file beside the target, made like it.
func (p *pending) write(like fs.FileInfo, content []byte) error {
	file, err := p.in.temporary(p.name)
	if err != nil {
		return err
	}
	p.temp = filepath.Base(file.Name())
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
		return fmt.Errorf("%s: nothing is changed", reason(err))
	}
	return nil
}

// commit makes the new content the file's, and sees to it that this outlasts
// a crash before the next file is changed.
func (p *pending) commit() error {
	if p.temp == "" {
		return nil
	}
	if err := p.unchanged(); err != nil {
		return err
	}
	if err := p.in.root.Rename(p.temp, p.name); err != nil {
		return err
	}
	p.temp = ""
	return p.in.file.Sync()
}

func (p *pending) discard() {
	if p.temp != "" {
		p.in.root.Remove(p.temp)
		p.temp = ""
	}
}
