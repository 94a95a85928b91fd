package bulk

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	yaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
)

// In a clone, as multi-gitter, git-xargs and turbolift run it.
func TestRemediate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name := range contents {
		if name == "team/empty" {
			continue // an engine cannot check out a branch of it
		}
		fixed := slices.Contains(changed, name)
		dir := w.clone(name)
		before := w.must(dir, "git", "rev-parse", "HEAD")
		exit, _, said := w.run(dir, []string{"REPOSITORY=" + name}, "sh", filepath.Join(w.recipes, "remediate.sh"), "commit")
		if (exit != 0) != (name == "team/broken") {
			t.Errorf("%s: exit %d\n%s", name, exit, said)
		}
		if committed := w.must(dir, "git", "rev-parse", "HEAD") != before; committed != fixed {
			t.Errorf("%s: committed: %v", name, committed)
		}
		if dirty := w.must(dir, "git", "status", "--porcelain"); dirty != "" {
			t.Errorf("%s: left in the clone: %s", name, dirty)
		}
		if fixed {
			w.isPage(name, w.must(dir, "git", "log", "-1", "--format=%B"))
			head := w.must(dir, "git", "rev-parse", "HEAD")
			exit, _, said := w.run(dir, []string{"REPOSITORY=" + name}, "sh", filepath.Join(w.recipes, "remediate.sh"), "commit")
			if again := w.must(dir, "git", "rev-parse", "HEAD"); again != head {
				t.Errorf("%s: a second run commits: exit %d\n%s", name, exit, said)
			}
		}
	}
	w.reports("finding", "error", "summary")
}

// Without commit the change is left to the engine.
func TestRemediateUncommitted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dir := w.clone("team/plain")
	exit, _, said := w.run(dir, []string{"XARGS_REPO_OWNER=team", "XARGS_REPO_NAME=plain"}, "sh", filepath.Join(w.recipes, "remediate.sh"))
	if dirty := w.must(dir, "git", "status", "--porcelain"); exit != 0 || dirty != " M main.tf\n" {
		t.Errorf("exit %d, %q\n%s", exit, dirty, said)
	}
	if _, err := os.Stat(filepath.Join(w.dir, "reports", "team-plain.md")); err != nil {
		t.Error(err)
	}
}

// The shards of a CI matrix and of a Kubernetes Job, run by what their files
// say, reach every repository; a bad one does not stop the others.
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
			w := newWorld(t)
			var list strings.Builder
			for repository := range contents {
				fmt.Fprintln(&list, w.url(repository))
			}
			fmt.Fprintln(&list, w.url("team/nowhere"))
			w.write(filepath.Join(w.dir, "recipes", "repositories.txt"), list.String())
			for _, script := range []string{"remediate.sh", "one.sh", "shard.sh"} {
				data, err := os.ReadFile(filepath.Join(w.recipes, script))
				if err != nil {
					t.Fatal(err)
				}
				w.write(filepath.Join(w.dir, "recipes", script), string(data))
			}
			file, failed := readYAML(t, filepath.Join(w.recipes, c.file)), 0
			for shard := range c.count {
				command, env := c.command(t, w, file, shard)
				exit, _, said := w.run(filepath.Join(w.dir, "recipes"), env, "sh", "-c", command)
				if exit != 0 && exit != 123 {
					t.Errorf("shard %d: exit %d\n%s", shard, exit, said)
				}
				if exit == 123 {
					failed++
				}
			}
			if failed == 0 || failed > 2 {
				t.Errorf("%d shards fail; one repository is broken, one is not there", failed)
			}
			for repository := range contents {
				message := w.pushed(repository)
				if (message != "") != slices.Contains(changed, repository) {
					t.Errorf("%s: pushed %q", repository, message)
				}
				if message != "" {
					w.isPage(repository, message)
				}
			}
			w.reports("finding", "error", "summary")
		})
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

// The step of a batch spec leaves the change in the work tree, and prints what
// becomes the body of the changeset.
func TestSourcegraph(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	step := readYAML(t, filepath.Join(w.recipes, "sourcegraph.batch.yaml")).GetAttr("steps").AsValueSlice()[0]
	for _, name := range []string{"team/plain", "team/left", "team/clean", "team/broken"} {
		dir := w.clone(name)
		script := strings.ReplaceAll(step.GetAttr("run").AsString(), "/tmp/body.md", filepath.Join(w.dir, "body.md"))
		exit, body, said := w.run(dir, nil, "sh", "-ec", script)
		if (exit != 0) != (name == "team/broken") {
			t.Errorf("%s: exit %d\n%s", name, exit, said)
		}
		if dirty := w.must(dir, "git", "status", "--porcelain"); (dirty != "") != slices.Contains(changed, name) {
			t.Errorf("%s: %q", name, dirty)
		}
		if name != "team/broken" && !strings.HasPrefix(body, "cmkify looked at ") {
			t.Errorf("%s: the body is\n%s", name, body)
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

// isPage holds that a commit's message is a pull request's title and body.
func (w *world) isPage(name, message string) {
	w.t.Helper()
	title, body, _ := strings.Cut(message, "\n\n")
	if title != "Encrypt 1 DynamoDB table with customer managed KMS keys" {
		w.t.Errorf("%s: the title is %q", name, title)
	}
	want := []string{"\n## Tables\n", "`aws_dynamodb_table.orders`", "\n## How to undo it\n", "\n```diff\n", "+    kms_key_arn = aws_kms_key.dynamodb.arn"}
	if name == "team/left" || name == "team/half" {
		want = append(want, "\n## Left to you\n")
	}
	for _, part := range want {
		if !strings.Contains(body, part) {
			w.t.Errorf("%s: %q is not in the body\n%s", name, part, body)
		}
	}
}

// reports holds that the reports of all repositories, joined, are lines of
// those types, and that each repository with files has its summary.
func (w *world) reports(types ...string) {
	w.t.Helper()
	paths, err := filepath.Glob(filepath.Join(w.dir, "reports", "*.jsonl"))
	if err != nil {
		w.t.Fatal(err)
	}
	found, remotes := map[string]bool{}, map[string]bool{}
	joined := w.must(w.dir, "cat", paths...)
	for line := range strings.Lines(joined) {
		var read struct {
			Type       string
			Repository struct{ Path, Commit, Remote string }
		}
		if err := json.Unmarshal([]byte(line), &read); err != nil {
			w.t.Fatalf("%v: %s", err, line)
		}
		found[read.Type] = true
		remotes[read.Repository.Remote] = true
		if len(read.Repository.Commit) != 40 {
			w.t.Errorf("no commit in %s", line)
		}
	}
	for _, typ := range types {
		if !found[typ] {
			w.t.Errorf("no line is of type %s", typ)
		}
	}
	for name, files := range contents {
		if len(files) > 0 && !remotes[w.url(name)] {
			w.t.Errorf("no line is about %s", name)
		}
	}
}
