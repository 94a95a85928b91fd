package acceptance

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

// start returns a workspace whose configuration is applied.
func start(t *testing.T, aws *standIn, files map[string][]byte) *workspace {
	t.Helper()
	w := newWorkspace(t, aws, files)
	if failed := w.init(); len(failed) > 0 {
		t.Fatalf("terraform init: %+v", failed)
	}
	w.apply()
	return w
}

// plan returns what an apply would do.
func (w *workspace) plan() plan {
	w.t.Helper()
	return w.run("plan", "-json", "-out=next.tfplan")
}

// apply plans and applies, and returns what was planned.
func (w *workspace) apply() plan {
	w.t.Helper()
	return w.run("apply", "-json", "-auto-approve")
}

// applyPlanned does what the last plan says.
func (w *workspace) applyPlanned() {
	w.t.Helper()
	w.run("apply", "-json", "next.tfplan")
}

func (w *workspace) run(args ...string) plan {
	w.t.Helper()
	p, failed := w.try(args...)
	if len(failed) > 0 {
		w.t.Fatalf("terraform %v: %+v", args, failed)
	}
	return p
}

// try runs plan or apply and returns the errors.
func (w *workspace) try(args ...string) (plan, []diagnostic) {
	w.t.Helper()
	p, failed, _ := w.attempt(args...)
	return p, failed
}

// attempt runs plan or apply and returns the errors, and whether anything
// began to change before them.
func (w *workspace) attempt(args ...string) (p plan, failed []diagnostic, began bool) {
	w.t.Helper()
	out, exit := w.terraform(args...)
	p = plan{}
	messages := w.messages(out)
	for _, m := range messages {
		if m.Type == "planned_change" {
			p[m.Change.Resource.Addr] = m.Change.Action
		}
		began = began || m.Type == "apply_start" && m.Hook.Action != "read"
	}
	failed = onlyErrors(diagnosticsOf(messages))
	if (exit == 1) != (len(failed) > 0) {
		w.t.Fatalf("terraform %v: exit %d\n%s", args, exit, out)
	}
	return p, failed, began
}

// values returns what the last plan says of resources, by address. What is
// known only after the apply is missing.
func (w *workspace) values() map[string]map[string]any {
	w.t.Helper()
	out, _ := w.terraform("show", "-json", "next.tfplan")
	var shown struct {
		Changes []struct {
			Address string
			Change  struct{ After map[string]any }
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal(out, &shown); err != nil {
		w.t.Fatalf("terraform show: %v: %s", err, out)
	}
	values := map[string]map[string]any{}
	for _, c := range shown.Changes {
		values[c.Address] = c.Change.After
	}
	return values
}

// settled holds that a further plan changes nothing, outputs included.
func (w *workspace) settled() {
	w.t.Helper()
	out, exit := w.terraform("plan", "-json", "-detailed-exitcode")
	if exit != 0 {
		w.t.Errorf("a second plan is not empty: exit %d\n%s", exit, out)
	}
}

// rewrite runs cmkify in the folder and returns its exit status and what it
// said.
func (w *workspace) rewrite(tool string, args ...string) (exit int, said string) {
	w.t.Helper()
	command := exec.Command(tool, args...)
	command.Dir, command.Env = w.dir, os.Environ()
	out, err := command.CombinedOutput()
	if command.ProcessState == nil {
		w.t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), string(out)
}
