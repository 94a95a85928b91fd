package bulk

import (
	"encoding/json"
	"encoding/pem"
	"hash/crc32"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"cmkify/internal/testkit"
)

// A real git-xargs, where there is one, opens pull requests each of which has
// its own page.
func TestGitXargs(t *testing.T) {
	t.Parallel()
	testkit.NeedTool(t, "git-xargs")
	w := newFleet(t)
	w.publish("team/foreign", contents[plain])
	w.must(w.author("team/foreign"), "sh", "-ec", "git checkout -q -b cmkify; git commit -q --allow-empty -m theirs; git push -q origin cmkify")
	w.publish("team/refusing", contents[plain])
	w.write(filepath.Join(w.bare("team/refusing"), "hooks", "pre-receive"), "#!/bin/sh\nexit 1\n")
	w.must(w.bare("team/refusing"), "chmod", "+x", "hooks/pre-receive")
	platform := &github{w: w, opened: map[string][]pullRequest{}}
	env, stop := platform.start()
	defer stop()
	list := "team/foreign\nteam/refusing\nteam/nowhere\n"
	for name := range contents {
		list += name + "\n"
	}
	w.write(filepath.Join(w.dir, "list"), list)
	url := func(name string) string { return platform.server.URL + "/git/" + name + ".git" }
	for _, again := range []bool{false, true} {
		exit, out, said := w.recipe(w.dir, env, "git-xargs.sh", "list", "--seconds-between-prs", "1")
		if exit != 1 {
			t.Errorf("exit %d\n%s%s", exit, out, said)
		}
		for name := range contents {
			opened := platform.opened[name]
			if is := len(opened) == 1; is != slices.Contains(changed, name) || len(opened) > 1 {
				t.Errorf("%s: pull requests: %d", name, len(opened))
			} else if is {
				w.isPage(name, opened[0].Title+"\n\n"+opened[0].Body)
				w.isPage(name, w.pushed(name))
				w.isOurs(w.bare(name), "cmkify")
			}
			want, because := "unchanged", ""
			switch {
			case name == "team/broken":
				want = "failed"
			case name == "team/half" && again:
				want = "failed" // nothing is left to do where it can be read
			case slices.Contains(changed, name) && !again:
				want = "pushed"
			case name == "team/empty":
				continue
			}
			if outcome, why := w.outcome(url(name)); outcome != want || because != "" && why != because {
				t.Errorf("again: %v: %s: %s: %q, want %s", again, name, outcome, why, want)
			}
		}
		if outcome, why := w.outcome(url("team/foreign")); outcome != "refused" || !strings.HasPrefix(why, "its branch cmkify has a commit of A: ") || len(platform.opened["team/foreign"]) > 0 {
			t.Errorf("a foreign branch: %s: %s", outcome, why)
		}
		if outcome, why := w.outcome(url("team/refusing")); outcome != "failed" || why != "git-xargs did not open a pull request" {
			t.Errorf("a remote that refuses: %s: %s", outcome, why)
		}
		for _, name := range []string{"team/empty", "team/nowhere"} {
			if outcome, why := w.outcome(name); outcome != "failed" || why != "git-xargs did not get to it" {
				t.Errorf("%s: %s: %s", name, outcome, why)
			}
		}
		if t.Failed() {
			t.Logf("%s%s", out, said)
		}
	}
	if message := w.must(w.bare("team/foreign"), "git", "log", "-1", "--format=%s", "cmkify"); message != "theirs\n" {
		t.Errorf("the foreign branch is at %q", message)
	}
}

// A github answers the few calls of GitHub's API that git-xargs makes, and
// git. https://docs.github.com/en/rest
type github struct {
	w      *world
	server *httptest.Server
	git    http.Handler
	mu     sync.Mutex
	opened map[string][]pullRequest // by repository
}

// start returns what git-xargs must be told to find it.
func (g *github) start() (env []string, stop func()) {
	g.w.t.Helper()
	path := strings.TrimSpace(g.w.must(g.w.dir, "git", "--exec-path"))
	g.git = &cgi.Handler{
		Path: filepath.Join(path, "git-http-backend"), Root: "/git",
		Env: []string{"GIT_PROJECT_ROOT=" + filepath.Join(g.w.dir, "remote"), "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=cmkify", "GIT_CONFIG_GLOBAL=" + filepath.Join(g.w.dir, ".gitconfig")},
	}
	g.server = httptest.NewTLSServer(g)
	certificate := filepath.Join(g.w.dir, "certificate.pem")
	g.w.write(certificate, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: g.server.Certificate().Raw})))
	return []string{"GITHUB_HOSTNAME=" + strings.TrimPrefix(g.server.URL, "https://"), "GITHUB_OAUTH_TOKEN=none", "SSL_CERT_FILE=" + certificate}, g.server.Close
}

func (g *github) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	if strings.HasPrefix(in.URL.Path, "/git/") {
		g.git.ServeHTTP(out, in)
		return
	}
	words := strings.Split(strings.TrimPrefix(in.URL.Path, "/api/v3/repos/"), "/")
	name := strings.Join(words[:min(2, len(words))], "/")
	out.Header().Set("Content-Type", "application/json")
	var answer any = []string{}
	switch {
	case name == "team/nowhere":
		http.NotFound(out, in)
		return
	case len(words) == 2:
		answer = map[string]any{
			"id": crc32.ChecksumIEEE([]byte(name)), "name": words[1], "full_name": name, "owner": map[string]string{"login": words[0]}, "default_branch": "main",
			"clone_url": g.server.URL + "/git/" + name + ".git",
		}
	case in.Method == http.MethodPost && words[2] == "pulls":
		var opened pullRequest
		if err := json.NewDecoder(in.Body).Decode(&opened); err != nil {
			http.Error(out, err.Error(), http.StatusBadRequest)
			return
		}
		g.mu.Lock()
		g.opened[name] = append(g.opened[name], opened)
		g.mu.Unlock()
		out.WriteHeader(http.StatusCreated)
		answer = map[string]any{"number": 1, "html_url": g.server.URL + "/" + name + "/pull/1"}
	}
	if err := json.NewEncoder(out).Encode(answer); err != nil {
		g.w.t.Error(err)
	}
}
