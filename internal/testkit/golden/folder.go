package golden

import (
	"path"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/detect"
)

// A folder is what a fix may change in one directory, by the findings.
type folder struct {
	tables, keys map[string]bool // addresses: that were fixed; that they use or are given
	made         map[string]bool // addresses of keys that were created
	reads        map[string]bool // locals and variables that the blocks of these read
}

// folderOf returns that of a file's directory.
func (r *Run) folderOf(name string) *folder {
	f := &folder{tables: map[string]bool{}, keys: map[string]bool{}, made: map[string]bool{}, reads: map[string]bool{}}
	dir := path.Dir(name)
	for _, found := range r.Before.Findings {
		if found.Status != "fixable" {
			continue
		}
		if path.Dir(path.Clean(found.File)) == dir {
			f.tables[found.Address] = true
		}
		for _, p := range found.Problems {
			if p.ID == string(detect.KeyNotRotated) && path.Dir(path.Clean(p.File)) == dir {
				f.keys[resourceAt(r.Input[path.Clean(p.File)], p.Line)] = true
			}
		}
		for _, k := range found.Keys {
			f.keys[address(k.Ref)] = true
			if k.Action == "created" {
				f.made[address(k.Ref)] = true
			}
		}
	}
	for again := true; again; {
		again = false
		for file, src := range r.Input {
			switch {
			case path.Dir(file) != dir:
			case strings.HasSuffix(file, ".json"):
				again = f.readJSON(src) || again
			default:
				again = f.read(src) || again
			}
		}
	}
	return f
}

// resourceAt returns the address of the resource that a line of a file is in, ""
// for none.
func resourceAt(src []byte, line int) string {
	file, diags := hclsyntax.ParseConfig(src, "", hcl.InitialPos)
	if file == nil || diags.HasErrors() {
		return ""
	}
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		if b.TypeRange.Start.Line <= line && line <= b.CloseBraceRange.End.Line {
			return strings.Join(b.Labels, ".")
		}
	}
	return ""
}

// changeable reports whether a fix may change arguments of a block.
func (f *folder) changeable(c chunk) bool {
	if c.block == nil || c.block.Type != "resource" || len(c.block.Labels) != 2 {
		return false
	}
	address := strings.Join(c.block.Labels, ".")
	return f.tables[address] || f.keys[address]
}

// created reports whether a block may be one that a fix adds.
func (f *folder) created(c chunk) bool {
	switch {
	case c.block == nil || len(c.block.Labels) == 0 || len(f.keys) == 0:
		return false
	case c.block.Type == "provider":
		return len(f.made) > 0
	case c.block.Type == "variable":
		return keyVariable.MatchString(c.block.Labels[0])
	}
	switch c.block.Type + " " + c.block.Labels[0] {
	case "resource aws_kms_key":
		return f.made[strings.Join(c.block.Labels, ".")]
	case "data aws_caller_identity":
		return len(f.made) > 0
	}
	return false
}

// keyVariable matches the variables by which calls pass a key.
var keyVariable = regexp.MustCompile(`(^|_)kms_key_arn(_\d+)?$`)

// passes is the mask of the arguments of a call that have, in the new version,
// a value that a fix writes.
func (f *folder) passes(now chunk) mask {
	return func(path string) part {
		if a := now.body.Attributes[path]; a != nil && path != "source" {
			if text := string(now.slice(a.Expr.Range())); f.writes(text) || keyVariable.MatchString(strings.TrimPrefix(text, "var.")) {
				return all
			}
		}
		return nothing
	}
}

// valuesRead is the mask of the attributes that are read as locals or variables.
func (f *folder) valuesRead(root string) mask {
	return func(path string) part {
		if f.reads[root+path] {
			return value
		}
		return nothing
	}
}

// keyOutput matches a reference to an output of a call that is the ARN of a key.
var keyOutput = regexp.MustCompile(`^module\.[\w-]+(\[[^\]]+\])?\.(\w+_)?arn$`)

// writes reports whether a fix writes such a value: true, or the ARN of a key
// that a finding names.
func (f *folder) writes(text string) bool {
	if strings.Trim(text, `"`) == "true" || len(f.keys) > 0 && keyOutput.MatchString(text) {
		return true
	}
	for ref := range f.keys {
		if strings.Contains(text, ref) {
			return true
		}
	}
	return false
}

// read adds what the blocks of a file read, of those that may change, and what
// is read by that: locals and variables, and the keys that an alias or a
// replica key leads to. It reports whether it added something.
func (f *folder) read(src []byte) bool {
	file, diags := hclsyntax.ParseConfig(src, "", hcl.InitialPos)
	if file == nil || diags.HasErrors() {
		return false
	}
	before := len(f.reads) + len(f.keys)
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		if f.changeable(chunk{block: b}) || b.Type == "module" {
			f.readBody(b.Body)
		}
		for _, a := range b.Body.Attributes {
			if b.Type == "locals" && f.reads["local."+a.Name] {
				f.readExpression(a)
			}
		}
	}
	return len(f.reads)+len(f.keys) > before
}

func (f *folder) readBody(b *hclsyntax.Body) {
	for _, a := range b.Attributes {
		f.readExpression(a)
	}
	for _, nested := range b.Blocks {
		f.readBody(nested.Body)
	}
}

func (f *folder) readExpression(a *hclsyntax.Attribute) {
	for _, t := range a.Expr.Variables() {
		if len(t) < 2 {
			continue
		}
		step, ok := t[1].(hcl.TraverseAttr)
		switch name := t.RootName() + "." + step.Name; {
		case !ok:
		case t.RootName() == "local" || t.RootName() == "var":
			f.reads[name] = true
		case a.Name == "target_key_id" || a.Name == "primary_key_arn":
			f.keys[name] = true
		}
	}
}

// address returns the address of the resource that a reference to a key leads
// to, without its instance and attribute.
func address(ref string) string {
	parts := strings.Split(ref, ".")
	for len(parts) > 2 && parts[0] == "module" {
		parts = parts[2:]
	}
	ref, _, _ = strings.Cut(strings.Join(parts, "."), "[")
	parts = strings.Split(ref, ".")
	return strings.Join(parts[:min(len(parts), 2)], ".")
}
