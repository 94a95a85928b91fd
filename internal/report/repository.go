package report

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"cmkify/internal/lazyregexp"
	"cmkify/internal/tree"
)

// A Repository is a git repository on disk.
type Repository struct {
	Root   string // as shown
	Commit string // "" before the first one
	Remote string // URL of origin, "" for none; without credentials

	disk string // Root, resolved
}

// below returns a path of a result, as it is shown, relative to the root of
// the result's repository; a path outside of it is returned as it is.
func (r Result) below(path string) string {
	if r.Repository == nil || path == "" {
		return path
	}
	dir, err := filepath.Rel(r.Repository.disk, r.Disk)
	rel, relErr := filepath.Rel(filepath.FromSlash(r.Dir), filepath.FromSlash(path))
	if out := filepath.Join(dir, rel); err == nil && relErr == nil && filepath.IsLocal(out) {
		return filepath.ToSlash(out)
	}
	return path
}

// Repositories finds the git repositories of directories. Each is read once.
type Repositories struct {
	of map[string]*Repository // by directory on disk
}

// Of returns the git repository that a directory lies in: the nearest one
// above with a .git, which is a file in worktrees and submodules; nil for
// none. shown is the same directory as the user would name it.
func (r *Repositories) Of(disk, shown string) *Repository {
	if r.of == nil {
		r.of = map[string]*Repository{}
	}
	if found, known := r.of[disk]; known {
		return found
	}
	var found *Repository
	if _, err := os.Lstat(filepath.Join(disk, ".git")); err == nil {
		found = read(disk, shown)
	} else if above := filepath.Dir(disk); above != disk {
		found = r.Of(above, filepath.Join(shown, ".."))
	}
	r.of[disk] = found
	return found
}

func read(root, shown string) *Repository {
	commit, origin := tree.Repository(root)
	return &Repository{Root: filepath.ToSlash(shown), Commit: commit, Remote: withoutCredentials(origin), disk: root}
}

var (
	// A helper has a remote to itself: codecommit::eu-west-1://profile@name.
	// https://git-scm.com/docs/gitremote-helpers#_invocation
	remoteHelper = lazyregexp.New(`^[A-Za-z0-9]+::`)
	remoteURL    = lazyregexp.New(`^[A-Za-z][A-Za-z0-9+.-]*://`)
	// https://git-scm.com/docs/git-clone#_git_urls
	remoteSCP  = lazyregexp.New(`^[\w.-]+@([\w.-]+|\[[\w:.%]+\]):[^@]*$`)
	remotePath = lazyregexp.New(`^(/[^/]|~|\.\.?/|[A-Za-z]:[/\\])`)
)

// withoutCredentials takes user and password out of a remote, and what a URL
// of the web asks for. A user's name alone is left where SSH needs it. Of what
// is neither a URL, nor user@host:path, nor a path, only what comes after the
// last @ is left.
func withoutCredentials(remote string) string {
	helper := remoteHelper.FindString(remote)
	address := remote[len(helper):]
	scheme := remoteURL.FindString(address)
	switch {
	case scheme != "":
		return helper + urlWithoutCredentials(address, scheme)
	case remoteSCP.MatchString(address) || remotePath.MatchString(address):
		return remote
	}
	return helper + afterLastAt(address)
}

func afterLastAt(s string) string { return s[strings.LastIndexByte(s, '@')+1:] }

func urlWithoutCredentials(remote, scheme string) string {
	u, err := url.Parse(remote)
	if err != nil {
		return scheme + afterLastAt(remote[len(scheme):])
	}
	_, secret := u.User.Password()
	web := u.Scheme == "http" || u.Scheme == "https"
	switch {
	case u.User != nil && strings.Contains(u.Scheme, "ssh"):
		if !secret {
			return remote
		}
		u.User = url.User(u.User.Username())
	case u.User == nil && (!web || u.RawQuery+u.Fragment == ""):
		return remote
	default:
		u.User = nil
	}
	if web {
		u.RawQuery, u.Fragment, u.RawFragment = "", "", ""
	}
	return u.String()
}
