package report

import (
	"net/url"
	"os"
	"path/filepath"

	"github.com/go-git/go-git/v5"
)

// A Repository is a git repository on disk.
type Repository struct {
	Root   string // as shown
	Commit string // "" before the first one
	Remote string // URL of origin, "" for none; without credentials
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
	found := &Repository{Root: filepath.ToSlash(shown)}
	repository, err := git.PlainOpenWithOptions(root, &git.PlainOpenOptions{EnableDotGitCommonDir: true})
	if err != nil {
		return found // broken, but it is one
	}
	if head, err := repository.Head(); err == nil {
		found.Commit = head.Hash().String()
	}
	if origin, err := repository.Remote("origin"); err == nil && len(origin.Config().URLs) > 0 {
		found.Remote = withoutCredentials(origin.Config().URLs[0])
	}
	return found
}

// withoutCredentials takes user and password out of a URL.
func withoutCredentials(remote string) string {
	u, err := url.Parse(remote)
	if err != nil || u.User == nil || u.Scheme == "ssh" {
		return remote
	}
	u.User = nil
	return u.String()
}
