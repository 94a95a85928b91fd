package tree

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// Locks say how to wait for folders that another run works in.
type Locks struct {
	// Wait is how long to wait at most; a minute when it is 0.
	Wait time.Duration
	// Waiting is called once for a folder that has to be waited for, by any
	// goroutine; it may be nil.
	Waiting func(folder string)
}

const (
	defaultWait = time.Minute
	patience    = 500 * time.Millisecond // before it is said that something is waited for
	pollEvery   = 10 * time.Millisecond
)

var errLocked = errors.New("another process holds its lock")

// wait locks a folder as [tryLock] does, and returns errLocked when that
// takes too long.
func (l Locks) wait(ctx context.Context, folder uintptr, shown string, toWrite bool) error {
	begun, told := time.Now(), false
	limit := l.Wait
	if limit == 0 {
		limit = defaultWait
	}
	for {
		free, err := tryLock(folder, toWrite)
		if free || err != nil {
			return err
		}
		waited := time.Since(begun)
		if waited > min(patience, limit/2) && !told && l.Waiting != nil {
			told = true
			l.Waiting(shown)
		}
		if waited > limit {
			return fmt.Errorf("%w for %v", errLocked, limit)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollEvery):
		}
	}
}

// A folder is one that is locked.
type folder struct {
	root *os.Root
	file *os.File // the folder itself
}

// folders are those that are locked, by their resolved paths.
type folders map[string]*folder

// lockFolders locks folders, each once, in the order in which every run does:
// else two could wait for each other. Temporary files in them then belong to
// no one, and are removed. What is locked when an error is met is returned, too.
func lockFolders(ctx context.Context, l Locks, dirs []Dir) (folders, error) {
	dirs = slices.Clone(dirs)
	slices.SortStableFunc(dirs, func(a, b Dir) int { return strings.Compare(a.disk, b.disk) })
	out := folders{}
	for _, d := range dirs {
		if out[d.disk] != nil {
			continue
		}
		f, err := openFolder(d.disk)
		if err != nil {
			return out, &PathError{d.Path, err}
		}
		out[d.disk] = f
		if err := l.wait(ctx, f.file.Fd(), d.Path, true); err != nil {
			return out, &PathError{d.Path, err}
		}
		if err := f.removeStray(); err != nil {
			return out, &PathError{d.Path, err}
		}
	}
	return out, nil
}

func openFolder(disk string) (*folder, error) {
	root, err := os.OpenRoot(disk)
	if err != nil {
		return nil, err
	}
	file, err := root.Open(".")
	if err != nil {
		root.Close()
		return nil, err
	}
	return &folder{root, file}, nil
}

// release unlocks the folders.
func (f folders) release() {
	for _, one := range f {
		one.file.Close()
		one.root.Close()
	}
}

// Reading calls read with the directory, open, while no other run writes in
// it, so that it does not see some files old and others new. Where there is no
// lock to be had it does without: Replace compares what was read.
func (d Dir) Reading(ctx context.Context, read func(d Dir)) {
	if folder, done := openToLock(d.disk); done != nil {
		defer done()
		_ = d.locks.wait(ctx, folder, d.Path, false)
		d.open = &folder
	}
	read(d)
}
