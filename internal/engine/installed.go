package engine

import (
	"encoding/json"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

// An installation is one of the modules in .terraform/modules/modules.json,
// which terraform init writes.
type installation struct {
	Key    string // "orders", or "shop.orders" of one that module shop calls
	Source string
	Dir    string
}

const installedFile = ".terraform/modules/modules.json"

// installations returns the modules that terraform init has installed below a
// directory; none where it was not run.
func installations(dir tree.Dir) []installation {
	if !dir.Initialized {
		return nil
	}
	src, err := dir.Read(installedFile)
	if err != nil {
		return nil
	}
	var read struct{ Modules []installation }
	if json.Unmarshal(src, &read) != nil {
		return nil
	}
	return slices.DeleteFunc(read.Modules, func(in installation) bool { return in.Key == "" || !filepath.IsLocal(in.Dir) })
}

// folder returns where the module lies, relative to the directory.
func (in installation) folder() string { return path.Clean(filepath.ToSlash(in.Dir)) }

// isOf reports whether the module is what a call has that is known by a key.
func (in installation) isOf(key string, c *terraform.Call) bool {
	source := strings.SplitN(c.Source, "?", 2)[0]
	return in.Key == key && (c.Local() || strings.HasSuffix(in.Source, source))
}

// installsTables reports whether one of the remote modules that are installed
// below a directory may declare tables.
func installsTables(dir tree.Dir) bool {
	return slices.ContainsFunc(installations(dir), func(in installation) bool { return declaresTables(dir, in) })
}

func declaresTables(dir tree.Dir, in installation) bool {
	return slices.ContainsFunc(installedSources(dir, in.folder()), func(s terraform.Source) bool { return mayDeclareTable(s.Bytes) })
}

// installed returns the module of a call as Terraform has installed it below
// the directory, nil when it has not, or the module makes no tables.
func (j *judged) installed(from *entry, c *terraform.Call) *terraform.Module {
	if j.unit.options.NoInstalledModules || from.dir.Disk() == "" {
		return nil
	}
	return j.installation(from, installations(from.dir), c.Name, from.dir.Path+" "+c.Address(), c)
}

// installation returns the installed module that a call leads to which is known by
// a key, named so in what is shown; nil when neither it nor what it calls makes
// tables.
func (j *judged) installation(from *entry, all []installation, key, name string, c *terraform.Call) *terraform.Module {
	at := slices.IndexFunc(all, func(in installation) bool { return in.isOf(key, c) })
	if at < 0 {
		return nil
	}
	within := func(in installation) bool { return in.Key == key || strings.HasPrefix(in.Key, key+".") }
	if !slices.ContainsFunc(all, func(in installation) bool { return within(in) && declaresTables(from.dir, in) }) {
		return nil
	}
	m := terraform.Load(name, installedSources(from.dir, all[at].folder()))
	m.Remote = &terraform.Remote{Name: c.Source, Code: true, Help: "set its inputs for encryption in the call, or change the module"}
	m.Resolve(func(inner *terraform.Call) *terraform.Module {
		return j.installation(from, all, key+"."+inner.Name, name+"."+inner.Address(), inner)
	})
	j.remotes = append(j.remotes, m)
	return m
}

// installedSources reads the Terraform files of a folder below a directory.
func installedSources(dir tree.Dir, folder string) []terraform.Source {
	var out []terraform.Source
	for _, name := range dir.In(folder) {
		if terraform.IsConfig(name) {
			src, err := dir.Read(folder + "/" + name)
			out = append(out, terraform.Source{Name: name, Path: dir.File(folder + "/" + name), Bytes: src, Err: err})
		}
	}
	return out
}
