package bulk

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"cmkify/internal/testkit"
)

// A real multi-gitter, where there is one, opens pull requests with the page
// as their body, and only where something changed. A branch that is there
// stays as it is.
func TestMultiGitter(t *testing.T) {
	t.Parallel()
	testkit.NeedTool(t, "multi-gitter")
	w := newFleet(t)
	platform := &gitea{w: w, opened: map[string][]pullRequest{}}
	server := httptest.NewServer(platform)
	defer server.Close()
	recipes := filepath.Join(w.dir, "the recipes")
	w.must(w.dir, "cp", "-r", w.recipes, recipes)
	command := strings.Replace(pageLine(t, "    multi-gitter run "), "--org my-org", `"$@"`, 1)
	args := []string{"-c", command, "sh", "--platform", "gitea", "--base-url", server.URL, "--token", "none", "--ssh-auth", "--plain-output"}
	for name := range contents {
		args = append(args, "--repo", name)
	}
	for _, again := range []bool{false, true} {
		before := w.branch(plain, "cmkify")
		exit, out, said := w.run(recipes, nil, "sh", args...)
		for name := range contents {
			opened := platform.opened[name]
			if is := len(opened) > 0; is != slices.Contains(changed, name) || len(opened) > 1 {
				t.Errorf("%s: pull requests: %d", name, len(opened))
			} else if is {
				w.isPage(name, opened[0].Title+"\n\n"+opened[0].Body)
			}
			if slices.Contains(changed, name) && !again {
				w.isPage(name, w.pushed(name))
				w.isOurs(w.bare(name), "cmkify")
			}
		}
		if again && w.branch(plain, "cmkify") != before {
			t.Error("the reviewer's commit is gone")
		}
		if t.Failed() || again != strings.Contains(out, "The new branch already exists:") {
			t.Fatalf("exit %d\n%s%s", exit, out, said)
		}
		if !again {
			w.isTold("fixed", "team/empty") // which multi-gitter cannot clone
			w.review("echo x >x; git add x; git commit -qm x")
			w.grow("more")
		}
	}
}

// A gitea answers the few calls of Gitea's API that multi-gitter makes.
// https://docs.gitea.com/api
type gitea struct {
	w      *world
	mu     sync.Mutex
	opened map[string][]pullRequest // by repository
}

type pullRequest struct{ Title, Body, Head, Base string }

func (g *gitea) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	path := strings.TrimPrefix(in.URL.Path, "/api/v1/")
	words := strings.Split(path, "/")
	name := strings.Join(words[min(1, len(words)-1):min(3, len(words))], "/")
	out.Header().Set("Content-Type", "application/json")
	g.mu.Lock()
	defer g.mu.Unlock()
	var answer any = []string{}
	switch {
	case path == "version":
		answer = map[string]string{"version": "1.22.0"}
	case in.Method == http.MethodGet && len(words) == 3 && words[0] == "repos":
		answer = g.repository(name)
	case in.Method == http.MethodGet && strings.HasSuffix(path, "/status"):
		answer = map[string]any{"statuses": []string{}}
	case in.Method == http.MethodGet && strings.HasSuffix(path, "/pulls"):
		var pulls []any
		for i := range g.opened[name] {
			pulls = append(pulls, g.pull(name, i))
		}
		answer = pulls
	case in.Method == http.MethodPost && strings.HasSuffix(path, "/pulls"):
		var opened pullRequest
		if err := json.NewDecoder(in.Body).Decode(&opened); err != nil {
			http.Error(out, err.Error(), http.StatusBadRequest)
			return
		}
		g.opened[name] = append(g.opened[name], opened)
		out.WriteHeader(http.StatusCreated)
		answer = g.pull(name, len(g.opened[name])-1)
	case in.Method == http.MethodPost:
		out.WriteHeader(http.StatusCreated)
	}
	if err := json.NewEncoder(out).Encode(answer); err != nil {
		g.w.t.Error(err)
	}
}

func (g *gitea) repository(name string) map[string]any {
	owner, short, _ := strings.Cut(name, "/")
	return map[string]any{
		"id": crc32.ChecksumIEEE([]byte(name)), "name": short, "full_name": name, "owner": map[string]string{"login": owner}, "default_branch": "main",
		"ssh_url": g.w.url(name), "clone_url": g.w.url(name), "permissions": map[string]bool{"admin": true, "push": true, "pull": true},
	}
}

func (g *gitea) pull(name string, i int) map[string]any {
	side := map[string]any{"label": g.opened[name][i].Head, "ref": g.opened[name][i].Head, "sha": "1", "repo": g.repository(name)}
	return map[string]any{"number": i + 1, "state": "open", "html_url": fmt.Sprintf("http://127.0.0.1/%s/%d", name, i+1), "head": side, "base": side}
}
