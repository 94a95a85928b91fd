package acceptance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cmkify/detect"
)

// A written is what a run of the command says of a table.
type written struct {
	Address  string
	Status   detect.Status
	Problems []struct{ ID detect.ProblemID }
	Reason   *struct{ ID, Message string }
}

func (w written) table() string {
	_, name, _ := strings.Cut(w.Address, ".")
	return name
}

// rewriteFiles has the command fix the files in a folder. It returns what they
// are then, and what the run said.
func rewriteFiles(t *testing.T, tool string, files map[string][]byte) (map[string][]byte, []written, error) {
	t.Helper()
	dir := t.TempDir()
	for name, src := range files {
		if err := os.WriteFile(filepath.Join(dir, name), src, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), tool, "--format", "json", ".")
	command.Dir = dir
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, _ := command.Output()
	if exit := command.ProcessState.ExitCode(); exit > 1 || exit < 0 {
		return nil, nil, fmt.Errorf("exit %d: %s %s", exit, out, &stderr)
	}
	var document struct{ Findings []written }
	if err := json.Unmarshal(out, &document); err != nil {
		return nil, nil, err
	}
	after := map[string][]byte{}
	for name := range files {
		src, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		after[name] = src
	}
	return after, document.Findings, nil
}

// fix has the command rewrite the module, twice.
func (m *randomModule) fix(t *testing.T, tool string) {
	t.Helper()
	after, said, err := rewriteFiles(t, tool, m.before.files)
	if err != nil {
		m.fail(inTrouble, "", "%v", err)
		after = m.before.files
	}
	m.now, m.said = &unit{m: m, suffix: "now", files: after}, said
	for _, s := range said {
		if s.Reason != nil && strings.Contains(s.Reason.Message, "bug in cmkify") {
			m.fail(inTrouble, s.table(), "%s", s.Reason.Message)
		}
	}
	again, _, err := rewriteFiles(t, tool, after)
	if err != nil {
		m.fail(inTrouble, "", "in the second run: %v", err)
	} else if !reflect.DeepEqual(again, after) {
		m.fail(notOnce, "", "%s", firstDifference(after, again))
	}
}

func firstDifference(a, b map[string][]byte) string {
	for _, name := range sortedKeys(a) {
		if !bytes.Equal(a[name], b[name]) {
			return fmt.Sprintf("%s was\n%s\nand is\n%s", name, a[name], b[name])
		}
	}
	return ""
}

// holdFix holds what the command wrote to plans of it: what it says is fixed is
// right, and nothing else has changed.
func (m *randomModule) holdFix(aws *standIn) {
	fixed := map[string]bool{}
	for _, s := range m.said {
		fixed[s.table()] = s.Status == detect.Fixed
		if !fixed[s.table()] {
			continue
		}
		for call := range m.calls {
			m.holdFixed(aws, s.table(), m.now.reached[call])
		}
	}
	for call, r := range m.before.reached {
		m.holdSame(r.plan, m.now.reached[call].plan, fixed, "when nothing is applied")
		for w, was := range r.world {
			m.holdSame(was, m.now.reached[call].world[w], fixed, fmt.Sprintf("in world %d", w))
		}
	}
}

func (m *randomModule) holdFixed(aws *standIn, table string, now *reached) {
	for w, o := range now.world {
		for instance, s := range o.sightings(aws, table) {
			if len(s.wrong) > 0 || s.open && w > 0 {
				m.fail(fixedWrong, table, "%s%s is called fixed, and in world %d planned as %v: %s", table, instance, w, sortedIDs(s.wrong), s.shown)
				return
			}
		}
	}
}

// holdSame holds that what was planned is planned, but for what was to be fixed.
func (m *randomModule) holdSame(before, now *observed, fixed map[string]bool, where string) {
	changed := func(what string, was, is any) {
		m.fail(collateral, strings.TrimPrefix(what, "aws_dynamodb_table."), "%s, %s was\n%s\nand is\n%s", where, what, asJSON(was), asJSON(is))
	}
	for _, address := range sortedKeys(before.resources) {
		was, is := before.resources[address], now.resources[address]
		if is == nil {
			changed(address, was, nil)
			continue
		}
		if a, b := meantAside(was, fixed), meantAside(is, fixed); !reflect.DeepEqual(a, b) {
			changed(address, a, b)
		}
	}
	for _, address := range sortedKeys(now.resources) {
		p := now.resources[address]
		created := slices.Contains([]string{"aws_kms_key", "aws_kms_replica_key", "aws_caller_identity"}, p.Type)
		if before.resources[address] == nil && !created {
			changed(address, nil, p)
		}
	}
	for name, was := range before.outputs {
		if !reflect.DeepEqual(was, now.outputs[name]) {
			changed("output."+name, was, now.outputs[name])
		}
	}
	if !reflect.DeepEqual(before.checks, now.checks) {
		changed("checks", before.checks, now.checks)
	}
}

// meantAside returns what is planned of a resource without what a fix means to
// change: the encryption of tables that were fixed, and that keys rotate.
func meantAside(p *planned, fixed map[string]bool) *planned {
	out := *p
	table := strings.TrimPrefix(p.Name, probePrefix)
	switch {
	case p.Type == "terraform_data" && table != p.Name && fixed[table]:
		out.After, out.Unknown = nil, nil
	case p.Type == "aws_dynamodb_table" && fixed[p.Name]:
		out.After = without(p.After, "server_side_encryption", "replica")
		out.Unknown = without(p.Unknown, "server_side_encryption", "replica")
	case p.Type == "aws_kms_key":
		out.After, out.Unknown = without(p.After, "enable_key_rotation"), without(p.Unknown, "enable_key_rotation")
		if reflect.DeepEqual(p.Actions, []string{"update"}) {
			out.Actions = []string{"no-op"}
		}
	}
	return &out
}

func without(v any, names ...string) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := map[string]any{}
	for name, value := range object {
		if !slices.Contains(names, name) {
			out[name] = value
		}
	}
	return out
}

func asJSON(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(out)
}
