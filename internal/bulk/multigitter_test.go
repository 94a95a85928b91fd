package bulk

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A real multi-gitter, where there is one, opens pull requests with the page
// as their body, and only where something changed. Its module cannot be had
// from every proxy, so it is not installed here.
func TestMultiGitter(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("multi-gitter"); err != nil {
		t.Skip("multi-gitter is not in PATH")
	}
	w := newWorld(t)
	platform := &gitea{w: w, opened: map[string]pullRequest{}}
	server := httptest.NewServer(platform)
	defer server.Close()
	args := []string{
		"run", "sh " + filepath.Join(w.recipes, "remediate.sh") + " commit", "--manual-commit", "--branch", "cmkify",
		"--platform", "gitea", "--base-url", server.URL, "--token", "none", "--ssh-auth", "--git-type", "cmd", "--plain-output",
	}
	for name := range contents {
		args = append(args, "--repo", name)
	}
	exit, out, said := w.run(w.dir, nil, "multi-gitter", args...)
	for name := range contents {
		opened, is := platform.opened[name]
		if is != slices.Contains(changed, name) {
			t.Errorf("%s: a pull request: %v", name, is)
		}
		if is {
			w.isPage(name, opened.Title+"\n\n"+opened.Body)
			w.isPage(name, w.pushed(name))
		}
	}
	if t.Failed() {
		t.Logf("exit %d\n%s%s", exit, out, said)
	}
	w.reports("finding", "error", "summary")
}

// A gitea answers the few calls of Gitea's API that multi-gitter makes.
// https://docs.gitea.com/api
type gitea struct {
	w      *world
	mu     sync.Mutex
	opened map[string]pullRequest // by repository
}

type pullRequest struct{ Title, Body, Head, Base string }

func (g *gitea) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	path := strings.TrimPrefix(in.URL.Path, "/api/v1/")
	words := strings.Split(path, "/")
	out.Header().Set("Content-Type", "application/json")
	switch {
	case path == "version":
		fmt.Fprint(out, `{"version":"1.22.0"}`)
	case in.Method == http.MethodGet && len(words) == 3 && words[0] == "repos":
		name := words[1] + "/" + words[2]
		g.answer(out, map[string]any{
			"id": crc32.ChecksumIEEE([]byte(name)), "name": words[2], "full_name": name, "owner": map[string]string{"login": words[1]}, "default_branch": "main",
			"ssh_url": g.w.url(name), "clone_url": g.w.url(name), "permissions": map[string]bool{"admin": true, "push": true, "pull": true},
		})
	case in.Method == http.MethodPost && strings.HasSuffix(path, "/pulls"):
		var opened pullRequest
		if err := json.NewDecoder(in.Body).Decode(&opened); err != nil {
			http.Error(out, err.Error(), http.StatusBadRequest)
			return
		}
		g.mu.Lock()
		g.opened[words[1]+"/"+words[2]] = opened
		g.mu.Unlock()
		out.WriteHeader(http.StatusCreated)
		g.answer(out, map[string]any{"number": 1, "html_url": "http://127.0.0.1/1"})
	case in.Method == http.MethodPost:
		out.WriteHeader(http.StatusCreated)
		g.answer(out, []string{})
	default:
		g.answer(out, []string{})
	}
}

func (g *gitea) answer(out http.ResponseWriter, v any) {
	if err := json.NewEncoder(out).Encode(v); err != nil {
		g.w.t.Error(err)
	}
}
