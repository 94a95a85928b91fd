package bulk

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	yaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/testkit"
)

// The shards of a CI matrix and of a Kubernetes Job, run by what their files
// say, reach every repository and tell what became of it; a bad one does not
// stop the others.
func TestShards(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file    string
		count   int
		command func(t *testing.T, w *world, file cty.Value, shard int) (string, []string)
	}{
		"a CI matrix":      {"github-actions.yaml", 4, matrixStep},
		"a Kubernetes Job": {"kubernetes.yaml", 10, jobCommand},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newFleet(t)
			w.publish("team/foreign", contents[plain])
			w.must(w.bare("team/foreign"), "git", "branch", "cmkify", "main")
			var list strings.Builder
			for repository := range contents {
				fmt.Fprintf(&list, "%s \r\n\n", w.url(repository))
			}
			fmt.Fprintf(&list, "%s\n%s\n%[1]s", w.url("team/foreign"), w.url("team/no where's"))
			w.write(filepath.Join(w.dir, "recipes", "repositories.txt"), list.String())
			scripts, err := filepath.Glob(filepath.Join(w.recipes, "*.sh"))
			if err != nil {
				t.Fatal(err)
			}
			w.must(w.dir, "cp", append(scripts, filepath.Join(w.dir, "recipes"))...)
			file := readYAML(t, filepath.Join(w.recipes, c.file))
			counts, failed := map[string]int{}, map[string]bool{}
			for shard := range c.count {
				command, env := c.command(t, w, file, shard)
				exit, out, said := w.run(filepath.Join(w.dir, "recipes"), env, "sh", "-c", command)
				failures := w.ending(out, counts)
				if exit != min(len(failures), 1) {
					t.Errorf("shard %d: exit %d\n%s%s", shard, exit, out, said)
				}
				for _, url := range failures {
					failed[url] = true
				}
			}
			if want := map[string]bool{w.url("team/broken"): true, w.url("team/no where's"): true}; fmt.Sprint(failed) != fmt.Sprint(want) {
				t.Errorf("failed: %v", failed)
			}
			if want := map[string]int{"unchanged": 4, "fixed": 0, "pushed": len(changed), "refused": 1, "failed": 2}; fmt.Sprint(counts) != fmt.Sprint(want) {
				t.Errorf("counted are %v, want %v", counts, want)
			}
			w.isTold("pushed")
			for repository := range contents {
				message := w.pushed(repository)
				if (message != "") != slices.Contains(changed, repository) {
					t.Errorf("%s: pushed %q", repository, message)
				}
				if message != "" {
					w.isPage(repository, message)
				}
			}
			if outcome, _ := w.outcome(w.url("team/foreign")); outcome != "refused" {
				t.Errorf("a foreign branch: %s", outcome)
			}
			if outcome, why := w.outcome(w.url("team/no where's")); outcome != "failed" || !strings.Contains(why, "does not") {
				t.Errorf("what is not there: %s: %s", outcome, why)
			}
		})
	}
}

// ending adds up the counts that end what shard.sh prints, and returns the
// URLs that it says have failed.
func (w *world) ending(out string, counts map[string]int) (failed []string) {
	w.t.Helper()
	_, ending, _ := strings.Cut(out, "\n\n")
	if strings.HasPrefix(out, "\n") {
		ending = out[1:] // there was nothing to do
	}
	outcome := ""
	for line := range strings.Lines(ending) {
		var n int
		if item, is := strings.CutPrefix(line, "  "); is {
			url, why, _ := strings.Cut(item, ": ")
			if outcome == "failed" {
				failed = append(failed, url)
			}
			if strings.TrimSpace(why) == "" {
				w.t.Errorf("no reason: %s", line)
			}
		} else if _, err := fmt.Sscanf(line, "%d %s\n", &n, &outcome); err != nil {
			w.t.Errorf("%v: %q in\n%s", err, line, out)
		} else {
			counts[outcome] += n
		}
	}
	return failed
}

// killing is a git that kills the script which clones with it: its process,
// and that of its command substitution, but not what started it.
const killing = `#!/bin/sh
pids=
pid=$PPID
while case $(tr '\0' ' ' </proc/$pid/cmdline) in "sh -c "*) false ;; *"/one.sh "*) ;; *) false ;; esac; do
	pids="$pids $pid"
	pid=$(cut -d ' ' -f 4 /proc/$pid/stat)
done
case $1 in clone) kill -9 $pids ;; esac
exec git "$@"
`

// A shard whose repositories are killed tells of all of them, and goes on.
func TestShardKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var list strings.Builder
	for i := range 9 {
		fmt.Fprintln(&list, w.url(fmt.Sprint("team/", i)))
	}
	w.write(filepath.Join(w.dir, "list"), list.String())
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		testkit.Skip(t, testkit.Trace, err.Error())
	}
	git := testkit.NeedTool(t, "git")
	path := filepath.Join(w.dir, "bin", "git")
	w.write(path, strings.Replace(killing, "exec git", "exec "+git, 1))
	w.must(w.dir, "chmod", "+x", path)
	w.env = append(w.env, "PATH="+filepath.Dir(path)+":"+w.path())
	exit, out, said := w.recipe(w.dir, nil, "shard.sh", "0", "1", "list")
	counts := map[string]int{}
	if failed := w.ending(out, counts); exit != 1 || len(failed) != 9 {
		t.Errorf("exit %d\n%s%s", exit, out, said)
	}
	for i := range 9 {
		if outcome, why := w.outcome(w.url(fmt.Sprint("team/", i))); outcome != "failed" || why != "interrupted" {
			t.Errorf("%d: %s: %s", i, outcome, why)
		}
	}
}

func matrixStep(t *testing.T, _ *world, file cty.Value, shard int) (string, []string) {
	t.Helper()
	steps := file.GetAttr("jobs").GetAttr("remediate").GetAttr("steps").AsValueSlice()
	for _, s := range steps {
		if s.Type().HasAttribute("run") && strings.Contains(s.GetAttr("run").AsString(), "shard.sh") {
			return strings.ReplaceAll(s.GetAttr("run").AsString(), "${{ matrix.shard }}", fmt.Sprint(shard)), nil
		}
	}
	t.Fatal("no step runs shard.sh")
	return "", nil
}

func jobCommand(t *testing.T, w *world, file cty.Value, shard int) (string, []string) {
	t.Helper()
	container := file.GetAttr("spec").GetAttr("template").GetAttr("spec").GetAttr("containers").AsValueSlice()[0]
	command := container.GetAttr("command").AsValueSlice()
	if len(command) != 3 {
		t.Fatalf("%d words", len(command))
	}
	mounted := strings.ReplaceAll(command[2].AsString(), "/recipes/", filepath.Join(w.dir, "recipes")+"/")
	return mounted, []string{fmt.Sprintf("JOB_COMPLETION_INDEX=%d", shard)}
}

// The Job is told how to mount every script that it runs.
func TestKubernetesMounts(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("recipes", "kubernetes.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range []string{"recipe.sh", "remediate.sh", "one.sh", "shard.sh"} {
		if !strings.Contains(string(data), "--from-file="+script) {
			t.Errorf("%s is not in the ConfigMap", script)
		}
	}
}

// The step of a batch spec leaves the change in the work tree, and prints what
// becomes the body of the changeset.
func TestSourcegraph(t *testing.T) {
	t.Parallel()
	w := newFleet(t)
	spec := readYAML(t, filepath.Join(w.recipes, "sourcegraph.batch.yaml"))
	step := spec.GetAttr("steps").AsValueSlice()[0]
	if body := step.GetAttr("outputs").GetAttr("body").GetAttr("value").AsString(); body != "${{ step.stdout }}" {
		t.Errorf("the body is %s", body)
	}
	if body := spec.GetAttr("changesetTemplate").GetAttr("body").AsString(); body != "${{ outputs.body }}" {
		t.Errorf("the changeset's body is %s", body)
	}
	for name := range contents {
		if name == "team/empty" {
			continue // there is nothing that could be changed
		}
		dir := w.clone(name)
		script := strings.ReplaceAll(step.GetAttr("run").AsString(), "/tmp/body.md", filepath.Join(w.dir, "body.md"))
		exit, body, said := w.run(dir, nil, "sh", "-ec", script)
		if (exit != 0) != (name == "team/broken") {
			t.Errorf("%s: exit %d\n%s", name, exit, said)
		}
		if dirty := w.must(dir, "git", "status", "--porcelain"); (dirty != "") != slices.Contains(changed, name) {
			t.Errorf("%s: %q", name, dirty)
		}
		if exit == 0 && !strings.HasPrefix(body, "cmkify looked at ") {
			t.Errorf("%s: the body is\n%s", name, body)
		}
		if exit == 0 && slices.Contains(changed, name) {
			w.isBody(name, body)
		}
	}
}

func readYAML(t *testing.T, path string) cty.Value {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	ty, err := yaml.ImpliedType(data)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	v, err := yaml.Unmarshal(data, ty)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return v
}

// The scripts are sh of POSIX, and what shellcheck lets pass.
func TestShellcheck(t *testing.T) {
	t.Parallel()
	testkit.NeedTool(t, "shellcheck")
	var scripts []string
	err := fs.WalkDir(os.DirFS("recipes"), ".", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".sh") {
			scripts = append(scripts, filepath.Join("recipes", path))
		}
		return err
	})
	if err != nil || len(scripts) < 4 {
		t.Fatalf("%q: %v", scripts, err)
	}
	out, err := exec.Command("shellcheck", append([]string{"--external-sources", "--shell=sh"}, scripts...)...).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
