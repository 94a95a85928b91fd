package acceptance

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// A child is the files of a case, as child modules of a root: a call for each
// of its directories.
type child struct {
	owner   string // the case
	folder  string
	files   map[string][]byte // by path in the root
	aliases map[string]bool   // of aws, that the root must define
	errors  []diagnostic      // known without Terraform
}

// newChild makes a child of the files.
func newChild(owner, folder string, files map[string][]byte) *child {
	c := &child{owner: owner, folder: folder, files: map[string][]byte{}, aliases: map[string]bool{}}
	for name, data := range files {
		c.files[path.Join(folder, name)] = data
	}
	for i, dir := range modules(files) {
		c.addModule(dir, fmt.Sprintf("%s_%d", folder, i), files)
	}
	return c
}

// addModule prepares the files of the directory and writes its call, in a file
// of its own: so a complaint about the call names the case.
func (c *child) addModule(dir, call string, files map[string][]byte) {
	p := newPreparation()
	for _, name := range sortedKeys(files) {
		if path.Dir(name) != dir {
			continue
		}
		if strings.HasSuffix(name, ".tf.json") {
			c.files[path.Join(c.folder, name)] = p.json(files[name])
		}
		if !strings.HasSuffix(name, ".tf") {
			continue
		}
		text, diags := p.file(name, files[name])
		for _, d := range diags {
			c.refuse(d.Error())
		}
		c.files[path.Join(c.folder, name)] = text
	}
	if p.foreign != "" {
		c.refuse("it needs the provider " + p.foreign)
	}
	c.declareAliases(p, dir)
	c.files[call+".tf"] = p.call(call, "./"+path.Join(c.folder, dir))
	maps.Copy(c.aliases, p.declared)
}

func (c *child) refuse(why string) {
	c.errors = append(c.errors, diagnostic{Severity: "error", Summary: why})
}

// declareAliases declares the aliases that nothing in the directory declares
// or defines: cases are often parts of a configuration.
func (c *child) declareAliases(p *preparation, dir string) {
	missing := maps.Clone(p.wanted)
	maps.DeleteFunc(missing, func(alias string, _ bool) bool { return p.declared[alias] || p.defined[alias] })
	if len(missing) == 0 || p.requires {
		return
	}
	const declaration = `terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.%s]
    }
  }
}
`
	text := fmt.Appendf(nil, declaration, strings.Join(sortedKeys(missing), ", aws."))
	c.files[path.Join(c.folder, dir, "aliases_for_the_test.tf")] = text
	maps.Copy(p.declared, missing)
}

// call returns the block that calls the directory. Required variables get an
// unknown value: that fits every type, and nothing that Terraform says then is
// about a value of our invention.
func (p *preparation) call(name, source string) []byte {
	var out strings.Builder
	fmt.Fprintf(&out, "module %q {\n  source = %q\n", name, source)
	for _, v := range sortedKeys(p.required) {
		fmt.Fprintf(&out, "  %s = var.unknown\n", v)
	}
	if len(p.declared) > 0 {
		out.WriteString("  providers = {\n")
		if !p.defined[""] {
			out.WriteString("    aws = aws\n")
		}
		for _, alias := range sortedKeys(p.declared) {
			fmt.Fprintf(&out, "    aws.%[1]s = aws.%[1]s\n", alias)
		}
		out.WriteString("  }\n")
	}
	out.WriteString("}\n")
	return []byte(out.String())
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
