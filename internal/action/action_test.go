// Package action tests the GitHub Action of the repository.
package action

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"cmkify/internal/testkit"
	"cmkify/internal/testkit/command"
)

func TestMain(m *testing.M) { command.Main(m.Run) }

var folder = filepath.Join("..", "..", ".github", "actions", "cmkify")

// TestInputs holds that the script is given every input of the action, and that
// nothing else of the workflow gets into a command.
func TestInputs(t *testing.T) {
	src, err := os.ReadFile(filepath.Join(folder, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var action struct {
		Inputs map[string]struct{ Description, Default string }
		Runs   struct {
			Using string
			Steps []struct {
				Run, Uses, Shell string
				Env              map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(src, &action); err != nil {
		t.Fatal(err)
	}
	given := map[string]bool{}
	for _, s := range action.Runs.Steps {
		if strings.Contains(s.Run, "${{") || (s.Run != "") != (s.Shell == "sh") {
			t.Errorf("%+v", s)
		}
		for _, value := range s.Env {
			given[value] = true
		}
	}
	if action.Runs.Using != "composite" || len(action.Inputs) != 3 {
		t.Errorf("%+v", action)
	}
	for name, input := range action.Inputs {
		if input.Description == "" || !given["${{ inputs."+name+" }}"] {
			t.Errorf("input %s: %+v", name, input)
		}
	}
}

const table = "resource \"aws_dynamodb_table\" \"t\" {\n}\n"

// TestScript runs what the action runs, in each mode.
func TestScript(t *testing.T) {
	script, err := filepath.Abs(filepath.Join(folder, "run.sh"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env             []string
		exit            int
		stdout, written string
	}{
		"check":    {[]string{"CMKIFY_SARIF=out.sarif"}, 1, "::error file=a b/main.tf", ""},
		"dry run":  {[]string{"CMKIFY_MODE=dry-run"}, 1, "+++ b/a b/main.tf", ""},
		"fix":      {[]string{"CMKIFY_MODE=fix"}, 0, "", "kms_key_arn"},
		"no mode":  {[]string{"CMKIFY_MODE=frobnicate"}, 2, "", ""},
		"one path": {[]string{"CMKIFY_MODE=fix", "CMKIFY_PATHS=c\n\n"}, 0, "", ""},
		"a flag":   {[]string{"CMKIFY_MODE=fix", "CMKIFY_PATHS=--version"}, 2, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, folder := range []string{"a b", "c"} {
				if err := errors.Join(os.Mkdir(filepath.Join(dir, folder), 0o755), os.WriteFile(filepath.Join(dir, folder, "main.tf"), []byte(table), 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			cmd := exec.Command("sh", script)
			cmd.Dir = dir
			cmd.Env = slices.Concat(os.Environ(), []string{"CMKIFY=" + command.Path(), "CMKIFY_PATHS=a b\nc", "GITHUB_STEP_SUMMARY=" + filepath.Join(dir, "summary")}, c.env)
			var stderr strings.Builder
			cmd.Stderr = &stderr
			out, _ := cmd.Output()
			if got := cmd.ProcessState.ExitCode(); got != c.exit || !strings.Contains(string(out), c.stdout) {
				t.Errorf("exit %d, want %d:\n%s\n%s", got, c.exit, out, stderr.String())
			}
			main, err := os.ReadFile(filepath.Join(dir, "a b", "main.tf"))
			if err != nil || (c.written == "" && string(main) != table) || !strings.Contains(string(main), c.written) {
				t.Errorf("%v\n%s", err, main)
			}
			summary, _ := os.ReadFile(filepath.Join(dir, "summary"))
			if (name != "no mode") != strings.HasPrefix(string(summary), "# ") {
				t.Errorf("the summary is %q", summary)
			}
			if c.env[0] != "CMKIFY_SARIF=out.sarif" {
				return
			}
			if sarif, err := os.ReadFile(filepath.Join(dir, "out.sarif")); err != nil || !json.Valid(sarif) {
				t.Errorf("%v\n%s", err, sarif)
			}
		})
	}
}

// TestScriptIsPlain holds that shellcheck finds nothing in the script.
func TestScriptIsPlain(t *testing.T) {
	tool := testkit.NeedTool(t, "shellcheck")
	if out, err := exec.Command(tool, filepath.Join(folder, "run.sh")).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
