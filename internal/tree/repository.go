package tree

import (
	"bytes"
	"encoding/hex"
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

// Repository returns the commit that is checked out in the repository with
// this root, and the URL of its remote origin as it is configured, which may
// hold a password; "" for what it has not, or what cannot be read.
func Repository(top string) (commit, origin string) {
	g := openGit(top)
	config, err := readRegular(filepath.Join(g.common, "config"))
	if err == nil {
		origin = originURL(string(config))
	}
	return g.head(), origin
}

// maxRefs is how many names git follows before it gives up.
const maxRefs = 5

// head returns the commit that HEAD leads to, "" for none.
// https://git-scm.com/docs/gitrepository-layout#Documentation/gitrepository-layout.txt-HEAD
func (g gitDir) head() string {
	src, err := readRegular(filepath.Join(g.own, "HEAD"))
	for range maxRefs {
		text := strings.TrimSpace(string(src))
		if err != nil || isHash(text) {
			return text
		}
		name, ok := strings.CutPrefix(text, "ref:")
		name = strings.TrimSpace(name)
		if !ok || !strings.HasPrefix(name, "refs/") || !filepath.IsLocal(name) {
			return ""
		}
		if src, err = readRegular(filepath.Join(g.common, filepath.FromSlash(name))); err != nil {
			return g.packed(name)
		}
	}
	return ""
}

// packed returns the commit of a name in packed-refs, "" for none.
// https://git-scm.com/docs/git-pack-refs
func (g gitDir) packed(name string) string {
	src, err := readRegular(filepath.Join(g.common, "packed-refs"))
	if err != nil {
		return ""
	}
	for line := range bytes.Lines(src) {
		hash, of, _ := strings.Cut(strings.TrimSpace(string(line)), " ")
		if of == name && isHash(hash) {
			return hash
		}
	}
	return ""
}

// isHash reports whether a text is a hash of SHA-1 or SHA-256.
func isHash(text string) bool {
	hash, err := hex.DecodeString(text)
	return err == nil && (len(hash) == 20 || len(hash) == 32)
}
