package acceptance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// sharedRoot returns a root module that calls the tenants, with a provider
// configuration for each region.
func sharedRoot(tenants []*tenant) map[string][]byte {
	files := map[string][]byte{}
	regions := map[string]bool{}
	for _, n := range tenants {
		maps.Copy(files, n.files)
		maps.Copy(regions, n.regions)
	}
	var root strings.Builder
	for _, region := range sortedKeys(regions) {
		fmt.Fprintf(&root, "provider \"aws\" {\n  alias  = %q\n  region = %q\n}\n\n", regionAlias(region), region)
	}
	files["root.tf"] = []byte(root.String())
	return files
}

// folderName is that of a tenant, or begins the name of a call of it.
var folderName = regexp.MustCompile(`\b(case_[0-9]+)(?:_[0-9]+)?\b`)

// caseOf returns the case that an address or path is of; nil if none.
func (b *applyBatch) caseOf(address string) *application {
	if m := folderName.FindStringSubmatch(address); m != nil {
		return b.cases[m[1]]
	}
	return nil
}

// ids are what differs between two requests for the same, or two calls.
var ids = regexp.MustCompile(`\b(case|again)_[0-9]+(_[0-9]+)?\b|[0-9a-f]{8}-0000-4000-8000-[0-9a-f]{12}|RequestID: [^,]*`)

// anonymous returns a text without ids.
func anonymous(text string) string { return ids.ReplaceAllString(text, "_") }

// renameCalls gives the tenant's calls, and so its tables, other names.
func (n *tenant) renameCalls() {
	for name, data := range n.files {
		old := fmt.Appendf(nil, "%s = \"case_", callVariable)
		n.files[name] = bytes.Replace(data, old, fmt.Appendf(nil, "%s = \"again_", callVariable), 1)
	}
}

const (
	lockFile  = ".terraform.lock.hcl"
	stateFile = "terraform.tfstate"
)

// abandon takes what the case has made out of the state.
func (b *applyBatch) abandon(c *application) {
	b.t.Helper()
	if !b.exists(stateFile) {
		return
	}
	var state map[string]any
	if err := json.Unmarshal([]byte(b.read(stateFile)), &state); err != nil {
		b.t.Fatal(err)
	}
	resources, _ := state["resources"].([]any)
	state["resources"] = slices.DeleteFunc(resources, func(r any) bool {
		module, _ := r.(map[string]any)["module"].(string)
		return b.caseOf(module) == c
	})
	data, err := json.Marshal(state)
	if err != nil {
		b.t.Fatal(err)
	}
	b.write(map[string][]byte{stateFile: data})
}

// An instance is one of a resource, as the state has it.
type instance struct {
	of         *application
	dir        string // of the case
	typ, name  string
	attributes map[string]any
}

// instances returns the managed instances of the state, by address.
func (b *applyBatch) instances() map[string]instance {
	b.t.Helper()
	out := map[string]instance{}
	if !b.exists(stateFile) {
		return out
	}
	var state struct {
		Resources []struct {
			Module, Mode, Type, Name string
			Instances                []struct {
				IndexKey   any `json:"index_key"`
				Attributes map[string]any
			}
		}
	}
	if err := json.Unmarshal([]byte(b.read(stateFile)), &state); err != nil {
		b.t.Fatal(err)
	}
	for _, r := range state.Resources {
		c := b.caseOf(r.Module)
		if c == nil || r.Mode != "managed" {
			continue
		}
		folder := b.folders[moduleKey(r.Module)]
		dir := strings.TrimPrefix(strings.TrimPrefix(folder, c.folder), "/")
		for _, one := range r.Instances {
			key, err := json.Marshal(one.IndexKey)
			if err != nil {
				b.t.Fatal(err)
			}
			address := r.Module + "." + r.Type + "." + r.Name
			if one.IndexKey != nil {
				address += "[" + string(key) + "]"
			}
			out[address] = instance{c, dir, r.Type, r.Name, one.Attributes}
		}
	}
	return out
}

var instanceKey = regexp.MustCompile(`\[("[^"]*"|[0-9]+)\]`)

// moduleKey returns what modules.json calls the module of an address.
func moduleKey(address string) string {
	plain := instanceKey.ReplaceAllString(address, "")
	return strings.ReplaceAll(strings.TrimPrefix(plain, "module."), ".module.", ".")
}
