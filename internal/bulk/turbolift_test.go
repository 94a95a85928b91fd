package bulk

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cmkify/internal/testkit"
)

// gh answers what turbolift asks GitHub's command for: clones come from the
// world, and pull requests are kept as files.
const gh = `#!/bin/sh
set -eu
case "$1 $2" in
"repo view") echo '{"viewerPermission":"WRITE"}' ;;
"repo clone") exec git clone -q "file://$HOME/remote/$3.git" "${3##*/}" ;;
"pr create")
	file=$HOME/opened/$(echo "$8" | tr / :)
	[ ! -e "$file" ] || { echo 'a pull request is open already' >&2; exit 1; }
	mkdir -p "$HOME/opened"
	printf '%s\n\n%s\n' "$4" "$6" >"$file"
	;;
*) exit 3 ;;
esac
`

// A real turbolift, where there is one, opens pull requests each of which has
// its own page.
func TestTurbolift(t *testing.T) {
	t.Parallel()
	testkit.NeedTool(t, "turbolift")
	w := newFleet(t)
	w.write(filepath.Join(w.dir, "bin", "gh"), gh)
	w.must(w.dir, "chmod", "+x", "bin/gh")
	w.env = append(w.env, "PATH="+filepath.Join(w.dir, "bin")+":"+w.path())
	w.must(w.dir, "turbolift", "init", "--name", "encrypt")
	w.publish("team/foreign", contents[plain])
	w.must(w.author("team/foreign"), "sh", "-ec", "git checkout -q -b turbolift-encrypt; git commit -q --allow-empty -m theirs; git push -q origin turbolift-encrypt")
	list := "# the fleet\nteam/foreign\nteam/nowhere\n"
	for name := range contents {
		list += name + "\n"
	}
	campaign := filepath.Join(w.dir, "encrypt")
	w.write(filepath.Join(campaign, "repos.txt"), list)
	w.must(campaign, "turbolift", "clone")
	w.write(filepath.Join(campaign, "work", "team", "a-b", "main.tf"), table+"# mine\n")

	for _, again := range []bool{false, true} {
		exit, out, said := w.recipe(campaign, nil, "turbolift.sh")
		for name := range contents {
			page, err := os.ReadFile(filepath.Join(w.dir, "opened", strings.ReplaceAll(name, "/", ":")))
			fixed := slices.Contains(changed, name) && name != "team/a-b"
			if fixed != (err == nil) {
				t.Errorf("%s: a pull request: %v", name, err)
			}
			if fixed {
				w.isPage(name, string(page))
				w.isPage(name, w.must(w.bare(name), "git", "log", "-1", "--format=%B", "turbolift-encrypt"))
				w.isOurs(w.bare(name), "turbolift-encrypt")
			} else if w.branch(name, "turbolift-encrypt") != "" {
				t.Errorf("%s: a branch without a change", name)
			}
		}
		if again {
			if exit != 1 {
				t.Errorf("again: exit %d\n%s%s", exit, out, said)
			}
			if outcome, why := w.outcome(w.url(plain)); outcome != "unchanged" {
				t.Errorf("again: %s: %s", outcome, why)
			}
			continue
		}
		w.isTold("pushed", "team/a-b")
		if outcome, why := w.outcome(w.url("team/a-b")); outcome != "refused" || why != "not committed: main.tf" {
			t.Errorf("what is not committed: %s: %s", outcome, why)
		}
		if outcome, why := w.outcome(w.url("team/foreign")); outcome != "failed" || why != "turbolift did not open a pull request" {
			t.Errorf("a foreign branch: %s: %s", outcome, why)
		}
		if outcome, why := w.outcome("team/nowhere"); outcome != "failed" || why != "turbolift did not clone it" {
			t.Errorf("what is not there: %s: %s", outcome, why)
		}
		if t.Failed() {
			t.Logf("exit %d\n%s%s", exit, out, said)
		}
	}
	if message := w.must(w.bare("team/foreign"), "git", "log", "-1", "--format=%s", "turbolift-encrypt"); message != "theirs\n" {
		t.Errorf("the foreign branch is at %q", message)
	}
}
