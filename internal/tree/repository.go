package tree

import (
	"path/filepath"
	"strings"
)

// A gitDir is where a repository keeps what it knows: own is what a worktree
// has for itself, common is what all worktrees of the repository share.
type gitDir struct{ own, common string }

// openGit returns the gitDir of the repository with this root, which has a
// .git. In a worktree or submodule that is a file, which tells where it is.
// https://git-scm.com/docs/gitrepository-layout
func openGit(top string) gitDir {
	dir := follow(filepath.Join(top, ".git"), "gitdir: ")
	own := filepath.Join(top, ".git")
	if dir != "" {
		own = dir
	}
	if common := follow(filepath.Join(own, "commondir"), ""); common != "" {
		return gitDir{own, common}
	}
	return gitDir{own, own}
}

// follow returns the path that a file holds after a prefix, "" for none.
func follow(file, prefix string) string {
	src, err := readRegular(file)
	to, ok := strings.CutPrefix(strings.TrimSpace(string(src)), prefix)
	switch {
	case err != nil || !ok || to == "":
		return ""
	case filepath.IsAbs(to):
		return to
	}
	return filepath.Join(filepath.Dir(file), to)
}

// exclude returns the path of the patterns that a repository keeps to itself.
func (g gitDir) exclude() string { return filepath.Join(g.common, "info", "exclude") }
