package engine

import (
	"encoding/json"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cmkify/internal/registry"
	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

// saysDynamoDB reports whether a source is that of a remote module which makes
// tables, or is called like one.
func (x *index) saysDynamoDB(source string) bool {
	if says, known := x.remote.Load(source); known {
		return says.(bool)
	}
	_, known := registry.Lookup(source, "")
	says := known || registry.SaysDynamoDB(source)
	x.remote.Store(source, says)
	return says
}

// remote returns what stands for the module of a call that is not local: its
// code, where Terraform has installed it; what is known of its inputs; or, for
// one that says DynamoDB and is not known, a table of which nothing is. It is
// nil for any other.
func (j *judged) remote(from *entry, c *terraform.Call) *terraform.Module {
	if c.Source == "" || c.Local() || from.example {
		return nil
	}
	if m := j.installed(from, c); m != nil {
		return m
	}
	match, known := registry.Lookup(c.Source, c.Version)
	switch {
	case known && match.Version != nil && !match.Ambiguous():
		region := ""
		if a := c.Argument("region"); a != nil {
			region = j.modules[from].Source(a.Expr)
		}
		if text := match.Model(region); text != "" {
			return j.standIn(from, c, text, &terraform.Remote{Name: match.Module.Name, Help: match.Help()})
		}
	case known:
		return j.unread(from, c, match.Module.Name+": its releases that the call may get encrypt in different ways, or were not read; set its version")
	case registry.SaysDynamoDB(c.Source):
		return j.unread(from, c, c.Source)
	}
	return nil
}

// unread returns a module with a table of which nothing is known.
func (j *judged) unread(from *entry, c *terraform.Call, why string) *terraform.Module {
	return j.standIn(from, c, "resource \"aws_dynamodb_table\" \"this\" {}\n", &terraform.Remote{Name: c.Source, Unread: why})
}

// standIn returns a module of a text, which stands for that of one call.
func (j *judged) standIn(from *entry, c *terraform.Call, text string, remote *terraform.Remote) *terraform.Module {
	dir := from.dir.Path + " " + c.Address()
	m := terraform.Load(dir, []terraform.Source{{Name: "main.tf", Path: dir, Bytes: []byte(text)}})
	m.Remote = remote
	j.remotes = append(j.remotes, m)
	return m
}

// An installation is one of the modules in .terraform/modules/modules.json,
// which terraform init writes.
type installation struct {
	Key    string // "orders", or "shop.orders" of one that module shop calls
	Source string
	Dir    string
}

const installedFile = ".terraform/modules/modules.json"

// installed returns the module of a call as Terraform has installed it below
// the directory, nil when it has not, or the module makes no tables.
func (j *judged) installed(from *entry, c *terraform.Call) *terraform.Module {
	if j.unit.options.NoInstalledModules || from.dir.Disk() == "" {
		return nil
	}
	src, err := from.dir.Read(installedFile)
	if err != nil {
		return nil
	}
	var read struct{ Modules []installation }
	if json.Unmarshal(src, &read) != nil {
		return nil
	}
	for _, in := range read.Modules {
		if in.Key != c.Name || !strings.HasSuffix(in.Source, strings.SplitN(c.Source, "?", 2)[0]) || !filepath.IsLocal(in.Dir) {
			continue
		}
		sources := j.unit.installedSources(from.dir, path.Clean(filepath.ToSlash(in.Dir)))
		if !slices.ContainsFunc(sources, func(s terraform.Source) bool { return mayDeclareTable(s.Bytes) }) {
			return nil
		}
		m := terraform.Load(from.dir.Path+" "+c.Address(), sources)
		m.Remote = &terraform.Remote{Name: c.Source, Code: true, Help: "set its inputs for encryption in the call, or change the module"}
		j.remotes = append(j.remotes, m)
		return m
	}
	return nil
}

// installedSources reads the Terraform files of a folder below a directory.
func (u *unit) installedSources(dir tree.Dir, folder string) []terraform.Source {
	var out []terraform.Source
	for _, name := range dir.In(folder) {
		if terraform.IsConfig(name) {
			src, err := dir.Read(folder + "/" + name)
			out = append(out, terraform.Source{Name: name, Path: dir.File(folder + "/" + name), Bytes: src, Err: err})
		}
	}
	return out
}
