package fix

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/eval"
)

// readsFile are Terraform's functions that read a file, or hash it.
// https://developer.hashicorp.com/terraform/language/functions
var readsFile = []string{
	"file", "filebase64", "filebase64sha256", "filebase64sha512", "filemd5", "filesha1", "filesha256", "filesha512", "templatefile",
}

// proveFiles holds that no function of the unit reads a file that the plan changes:
// what is made of that, such as a trigger that hashes the configuration, would have
// another value.
func proveFiles(before *Judged, p *Plan) *Refusal {
	changed := map[string][]string{} // tables, by file
	for _, e := range p.Edits {
		file := filepath.Clean(e.File)
		changed[file] = append(changed[file], e.Tables...)
	}
	for _, j := range before.Modules {
		if !j.mayRead() {
			continue
		}
		j.Module.RequireAll()
		if call, file := j.reading(changed); call != nil {
			return &Refusal{
				Tables: changed[file], Harm: true,
				Message: fmt.Sprintf("%s would change, which %s() at %s reads", file, call.Name, j.Module.Place(call.NameRange).Line()),
			}
		}
	}
	return nil
}

// mayRead reports whether the bytes of a module's files say that it may read some of
// a configuration.
func (j JudgedModule) mayRead() bool {
	for _, f := range j.Module.AllFiles() {
		for _, said := range []string{"fileset(", `.tf"`, `.tf.json"`, `.tfvars"`, `.tofu"`} {
			if bytes.Contains(f.Bytes, []byte(said)) {
				return true
			}
		}
	}
	return false
}

// reading returns a call of a function that reads one of some files, and which; nil
// for none.
func (j JudgedModule) reading(changed map[string][]string) (found *hclsyntax.FunctionCallExpr, file string) {
	for _, f := range j.Module.AllFiles() {
		if f.Body == nil {
			continue
		}
		_ = hclsyntax.VisitAll(f.Body, func(n hclsyntax.Node) hcl.Diagnostics {
			if call, is := n.(*hclsyntax.FunctionCallExpr); is && found == nil {
				if file = j.reads(call, changed); file != "" {
					found = call
				}
			}
			return nil
		})
	}
	return found, file
}

// reads returns which of some files a call reads, or lists; "" for none.
func (j JudgedModule) reads(call *hclsyntax.FunctionCallExpr, changed map[string][]string) string {
	name := strings.TrimPrefix(call.Name, "core::")
	switch {
	case name == "fileset" && len(call.Args) == 2:
		pattern, known := j.pathText(call.Args[1])
		for _, dir := range j.paths(call.Args[0]) {
			for _, file := range slices.Sorted(maps.Keys(changed)) {
				if known && lists(dir, pattern, file) {
					return file
				}
			}
		}
	case slices.Contains(readsFile, name) && len(call.Args) > 0:
		for _, file := range j.paths(call.Args[0]) {
			if _, is := changed[file]; is {
				return file
			}
		}
	}
	return ""
}

// paths returns what an expression may mean: a path below the module, or below the
// one that Terraform is run in.
func (j JudgedModule) paths(e hclsyntax.Expression) []string {
	written, known := j.pathText(e)
	if !known {
		return nil
	}
	written = filepath.FromSlash(written)
	return []string{filepath.Join(j.Module.Dir, written), filepath.Join(j.Ways[0].Root().Dir, written)}
}

// pathText returns a path as it is written, but for path.module and the like.
func (j JudgedModule) pathText(e hclsyntax.Expression) (written string, known bool) {
	e = eval.Unwrap(e)
	if t, is := e.(*hclsyntax.ScopeTraversalExpr); is && t.Traversal.RootName() == "path" {
		return "", true
	}
	template, is := e.(*hclsyntax.TemplateExpr)
	if !is || len(template.Parts) == 1 {
		written, known = j.Ways[0].Text(e, nil)
		return written, known && !eval.IsOpaque(written)
	}
	for _, part := range template.Parts {
		text, known := j.pathText(part)
		if !known {
			return "", false
		}
		written += text
	}
	return strings.TrimPrefix(written, "/"), true
}

// lists reports whether a pattern of fileset, below a directory, is that of a file.
func lists(dir, pattern, file string) bool {
	below, err := filepath.Rel(dir, file)
	if err != nil || strings.HasPrefix(below, "..") {
		return false
	}
	below = filepath.ToSlash(below)
	switch within, _, deep := strings.Cut(pattern, "**"); {
	case !deep && path.Dir(below) != path.Dir(pattern):
		return false
	case deep && !strings.ContainsAny(within, "*?[{\\") && !strings.HasPrefix(below, within):
		return false
	}
	match, err := path.Match(strings.ReplaceAll(path.Base(pattern), "**", "*"), path.Base(below))
	return err != nil || match
}
