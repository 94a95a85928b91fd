package acceptance

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cmkify/internal/testkit"
	"cmkify/internal/testkit/command"
)

// A workspace is a folder with a Terraform configuration and its state.
type workspace struct {
	t       *testing.T
	dir     string
	plugins string
	env     []string
}

// A diagnostic is what Terraform says of a configuration.
type diagnostic struct {
	Severity, Summary, Detail string
	Address                   string // of the resource that it is about, in what apply says
	Range                     *struct {
		Filename string
		Start    struct{ Line, Column int }
	}
	Snippet *struct{ Context, Code string }
}

func (d diagnostic) file() string {
	if d.Range == nil {
		return ""
	}
	return filepath.ToSlash(d.Range.Filename)
}

// needTerraform returns the folder of the provider mirror, or skips the test
// if that or Terraform is not there, or under the race detector.
func needTerraform(t *testing.T) string {
	t.Helper()
	command.NeedPlain(t)
	testkit.NeedTool(t, "terraform")
	plugins := os.Getenv("CMKIFY_TF_PLUGINS")
	if plugins == "" {
		testkit.Skip(t, testkit.Plugins, "CMKIFY_TF_PLUGINS is not set: the folder of a provider mirror with hashicorp/aws")
	}
	return plugins
}

// newWorkspace makes a folder with the files. Its providers talk to the
// stand-in, which may be nil if nothing is planned. They are told by the
// environment, so that the configuration can be what people write.
func newWorkspace(t *testing.T, aws *standIn, files map[string][]byte) *workspace {
	t.Helper()
	w := &workspace{t: t, dir: t.TempDir(), plugins: needTerraform(t)}
	w.write(files)
	url := closed
	if aws != nil {
		url = aws.url
	}
	settings := filepath.Join(t.TempDir(), "terraformrc")
	if err := os.WriteFile(settings, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	w.env = append(withoutSettings(os.Environ()),
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0", "TF_CLI_CONFIG_FILE="+settings,
		"AWS_ENDPOINT_URL="+url, "AWS_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ACCESS_KEY_ID=AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY=example",
		"AWS_CONFIG_FILE="+settings, "AWS_SHARED_CREDENTIALS_FILE="+settings,
		"GOGC=off", "GOMEMLIMIT=1GiB", // to load the provider's schema takes half the time
		"HTTP_PROXY="+closed, "HTTPS_PROXY="+closed, "NO_PROXY=127.0.0.1",
	)
	return w
}

// closed is where nothing listens: what goes there goes nowhere.
const closed = "http://127.0.0.1:1"

// withoutSettings leaves out what would change what Terraform or its provider
// does.
func withoutSettings(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(v string) bool {
		return strings.HasPrefix(v, "TF_") || strings.HasPrefix(v, "AWS_") || strings.HasSuffix(strings.ToUpper(v[:strings.Index(v, "=")+1]), "_PROXY=")
	})
}

// write puts files into the folder.
func (w *workspace) write(files map[string][]byte) {
	w.t.Helper()
	for name, data := range files {
		path := filepath.Join(w.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			w.t.Fatal(err)
		}
	}
}

// remove deletes a file of the folder.
func (w *workspace) remove(name string) {
	w.t.Helper()
	if err := os.Remove(filepath.Join(w.dir, filepath.FromSlash(name))); err != nil {
		w.t.Fatal(err)
	}
}

// read returns a file of the folder.
func (w *workspace) read(name string) string {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, filepath.FromSlash(name)))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}

// terraform runs the command and returns what stands on stdout, and the exit
// status.
func (w *workspace) terraform(args ...string) ([]byte, int) {
	w.t.Helper()
	command := exec.CommandContext(w.t.Context(), "terraform", args...)
	command.Dir, command.Env = w.dir, w.env
	var stderr bytes.Buffer
	command.Stderr = &stderr
	stdout, err := command.Output()
	if exited := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exited) {
		w.t.Fatalf("terraform %v: %v", args, err)
	}
	if stderr.Len() > 0 {
		w.t.Logf("terraform %v: %s", args, &stderr)
	}
	return stdout, command.ProcessState.ExitCode()
}

// init installs provider and modules. It returns the errors: those that keep
// the configuration from being loaded.
func (w *workspace) init() []diagnostic {
	w.t.Helper()
	out, _ := w.terraform("init", "-json", "-backend=false", "-plugin-dir="+w.plugins)
	failed := onlyErrors(diagnosticsOf(w.messages(out)))
	if len(failed) == 0 {
		w.trustProvider()
	}
	return failed
}

var hashes = regexp.MustCompile(`(?s)\n *hashes = \[.*?\]`)

// trustProvider takes the hashes out of the lock file: checking one takes a
// second of each command, for a provider of 700 MB.
func (w *workspace) trustProvider() {
	const name = ".terraform.lock.hcl"
	if _, err := os.Stat(filepath.Join(w.dir, name)); err == nil {
		w.write(map[string][]byte{name: []byte(hashes.ReplaceAllString(w.read(name), ""))})
	}
}

// validate returns the errors that terraform validate finds.
func (w *workspace) validate() []diagnostic {
	w.t.Helper()
	out, _ := w.terraform("validate", "-json")
	var result struct{ Diagnostics []diagnostic }
	if err := json.Unmarshal(out, &result); err != nil {
		w.t.Fatalf("terraform validate: %v: %s", err, out)
	}
	return onlyErrors(result.Diagnostics)
}

func onlyErrors(diags []diagnostic) []diagnostic {
	return slices.DeleteFunc(diags, func(d diagnostic) bool { return d.Severity != "error" })
}

// A message is a line of what Terraform prints under -json.
type message struct {
	Type       string
	Diagnostic *diagnostic
	Change     *struct {
		Resource struct{ Addr string }
		Action   string
	}
	Hook *struct{ Action string } // of what begins
}

func (w *workspace) messages(out []byte) []message {
	w.t.Helper()
	var all []message
	for line := range bytes.Lines(out) {
		var m message
		if err := json.Unmarshal(line, &m); err != nil {
			w.t.Fatalf("%v: %s", err, out)
		}
		all = append(all, m)
	}
	return all
}

func diagnosticsOf(messages []message) []diagnostic {
	var out []diagnostic
	for _, m := range messages {
		if m.Diagnostic != nil {
			out = append(out, *m.Diagnostic)
		}
	}
	return out
}

// A plan tells what Terraform wants to do: the action by address, for
// resources that are not left as they are.
type plan map[string]string

// with returns the addresses of an action, sorted.
func (p plan) with(action string) []string {
	var out []string
	for _, address := range slices.Sorted(maps.Keys(p)) {
		if p[address] == action {
			out = append(out, address)
		}
	}
	return out
}

// exists reports whether the folder has the file.
func (w *workspace) exists(name string) bool {
	_, err := os.Stat(filepath.Join(w.dir, filepath.FromSlash(name)))
	return err == nil
}

// moduleFolders returns the folders of the installed modules, by what
// modules.json calls them.
func (w *workspace) moduleFolders() map[string]string {
	w.t.Helper()
	var listed struct{ Modules []struct{ Key, Dir string } }
	if err := json.Unmarshal([]byte(w.read(".terraform/modules/modules.json")), &listed); err != nil {
		w.t.Fatal(err)
	}
	out := map[string]string{}
	for _, m := range listed.Modules {
		out[m.Key] = filepath.ToSlash(m.Dir)
	}
	return out
}
