package acceptance

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestValidateGolden holds that Terraform, with a real provider, takes what
// the golden cases say is written. A case that it does not take says why, on a
// line "no-validate: why"; one that says so without need is an error as well.
func TestValidateGolden(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, nil, nil)
	var checked, exempt []*child
	inputs := map[string]*child{}
	for i, c := range goldenCases(t) {
		if c.never {
			continue
		}
		folder := fmt.Sprintf("case_%d", i)
		result := newChild(c.name, folder, c.after)
		if c.exempt == "" {
			checked = append(checked, result)
			inputs[c.name] = newChild(c.name, folder, c.before)
			continue
		}
		exempt = append(exempt, result)
		t.Logf("%s is not validated: %s", c.name, c.exempt)
	}
	refused := w.refusals(checked)
	t.Logf("%d cases are validated, %d are not", len(checked)-len(refused), len(exempt))
	if len(refused) == len(checked) {
		t.Error("no case is validated")
	}
	var again []*child
	for name := range refused {
		again = append(again, inputs[name])
	}
	refusedBefore := w.refusals(again)
	for _, name := range sortedKeys(refused) {
		verdict := "the rewrite broke it"
		if slices.Equal(summaries(refused[name]), summaries(refusedBefore[name])) {
			verdict = "so is its input; if that is meant, say no-validate: why"
		}
		t.Errorf("%s is refused (%s):\n%s", name, verdict, strings.Join(summaries(refused[name]), "\n"))
	}
	refused = w.refusals(exempt)
	for _, c := range exempt {
		if refused[c.owner] == nil {
			t.Errorf("%s says no-validate, but is valid", c.owner)
		}
	}
}

// summaries returns what is the same in two runs.
func summaries(diags []diagnostic) []string {
	var out []string
	for _, d := range diags {
		line := 0
		if d.Range != nil {
			line = d.Range.Start.Line
		}
		out = append(out, fmt.Sprintf("%s:%d: %s: %s", filepath.Base(d.file()), line, d.Summary, d.Detail))
	}
	return slices.Sorted(slices.Values(out))
}

// maxProviders bounds the provider configurations of one root: Terraform starts
// a process of more than 100 MB for each.
const maxProviders = 25

var providerBlock = regexp.MustCompile(`(?m)^provider "aws"`)

// refusals returns the errors of the children that Terraform does not take, by
// case. A few are tried at a time.
func (w *workspace) refusals(children []*child) map[string][]diagnostic {
	w.t.Helper()
	out := map[string][]diagnostic{}
	var batch []*child
	providers := 0
	for i, c := range children {
		batch = append(batch, c)
		for _, data := range c.files {
			providers += len(providerBlock.FindAll(data, -1))
		}
		if providers > maxProviders || i == len(children)-1 {
			maps.Copy(out, w.refusalsOf(batch))
			batch, providers = nil, 0
		}
	}
	return out
}

// refusalsOf returns the refusals of one root. Errors of some kinds hide those
// of other cases; so the cases that have them are taken out until no error is
// left.
func (w *workspace) refusalsOf(children []*child) map[string][]diagnostic {
	w.t.Helper()
	out := map[string][]diagnostic{}
	for _, c := range children {
		if len(c.errors) > 0 {
			out[c.owner] = c.errors
		}
	}
	for {
		rest := slices.DeleteFunc(slices.Clone(children), func(c *child) bool { return out[c.owner] != nil })
		if len(rest) == 0 {
			return out
		}
		w.clear()
		w.write(rootOf(rest))
		errors := w.init()
		if len(errors) == 0 {
			errors = w.validate()
		}
		if len(errors) == 0 {
			return out
		}
		for _, d := range errors {
			c := ownerOf(rest, d)
			if c == nil {
				w.t.Fatalf("an error of no case: %+v", d)
			}
			out[c.owner] = append(out[c.owner], d)
		}
	}
}

var childName = regexp.MustCompile(`\bcase_[0-9a-z]+`)

// ownerOf returns the child that the error is about, by its file, or, as some have
// none, by the first address or folder in it.
func ownerOf(children []*child, d diagnostic) *child {
	name := childName.FindString(d.Summary + " " + d.Detail)
	for _, c := range children {
		if _, ok := c.files[d.file()]; ok || d.Range == nil && name == c.folder {
			return c
		}
	}
	return nil
}

// rootOf returns a root module with the children.
func rootOf(children []*child) map[string][]byte {
	files := map[string][]byte{}
	aliases := map[string]bool{}
	for _, c := range children {
		for name, data := range c.files {
			files[name] = data
		}
		for alias := range c.aliases {
			aliases[alias] = true
		}
	}
	root := "variable \"unknown\" {}\n\nprovider \"aws\" {}\n"
	for _, alias := range sortedKeys(aliases) {
		root += fmt.Sprintf("\nprovider \"aws\" {\n  alias = %q\n}\n", alias)
	}
	files["root.tf"] = []byte(root)
	return files
}

// clear empties the folder, but for what Terraform put there: its own folder,
// and the state.
func (w *workspace) clear() {
	w.t.Helper()
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".terraform") && !strings.HasPrefix(e.Name(), "terraform.tfstate") {
			if err := os.RemoveAll(filepath.Join(w.dir, e.Name())); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}
