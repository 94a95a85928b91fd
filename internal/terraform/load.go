package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A Source is one file of a directory as it was read.
type Source struct {
	Name  string // in its directory
	Path  string // as shown to the user
	Bytes []byte
	Err   error // why it could not be read, else nil
}

// Load reads the files of one directory as one module. It takes every file
// for which IsConfig or IsContext holds, in any order, and keeps the slices.
// What does not parse is in the module's Errors; everything else is there.
func Load(dir string, sources []Source) *Module {
	m := &Module{
		Dir: dir, byPath: map[string]*File{}, byAddress: map[string]*Resource{}, byType: map[string][]*Resource{}, inputs: map[string][]Input{}, variables: map[string]*Variable{},
		locals: map[string]*hclsyntax.Attribute{}, outputs: map[string]*Output{},
	}
	m.add(sources)
	m.readInputs()
	m.declareVariables()
	m.checkLocals()
	m.declare()
	m.mergeOverrides()
	slices.SortStableFunc(m.Errors, CompareErrors)
	m.Complete = len(m.Errors) == 0 && !m.Terragrunt && !m.Encrypted
	return m
}

// add takes the files in, by name, and parses those that make up the module.
func (m *Module) add(sources []Source) {
	hidden := map[string]bool{}
	for _, s := range sources {
		hidden[s.Name] = true
	}
	for _, s := range slices.SortedFunc(slices.Values(sources), func(a, b Source) int { return strings.Compare(a.Name, b.Name) }) {
		f := &File{Name: s.Name, Path: s.Path, Bytes: s.Bytes}
		m.byPath[f.Path] = f
		switch {
		case s.Err != nil:
			m.Errors = append(m.Errors, Error{File: f.Path, Message: s.Err.Error()})
		case f.encrypted():
			m.addEncrypted(f)
		case f.Name == lockFile:
			m.lock = f
			m.note(f.parse())
		case f.Name == terragruntFile:
			m.declareTerragrunt(f)
		case IsInputs(f.Name):
			m.inputFiles = append(m.inputFiles, f)
		case isTest(f.Name):
			if f.parse() == nil { // tests have errors of their own
				m.tests = append(m.tests, f)
			}
		case hidden[hiddenBy(f.Name)]:
		case isOverride(f.Name):
			m.Overrides = append(m.Overrides, f)
			m.note(f.parse())
		default:
			m.Files = append(m.Files, f)
			m.note(f.parse())
		}
	}
}

// parse fills the file's tokens and body. It returns the first error, if any:
// those that follow are mostly its echo.
func (f *File) parse() *Error {
	if isJSON(f.Name) {
		return f.parseJSON()
	}
	if reason, at := guardBytes(f.Bytes); reason != "" {
		return f.errorAt(at, reason)
	}
	tokens, _ := hclsyntax.LexConfig(f.Bytes, f.Path, hcl.InitialPos)
	if reason, at := guardTokens(tokens); reason != "" {
		return f.errorAt(at, reason)
	}
	file, diags := hclsyntax.ParseConfig(f.Bytes, f.Path, hcl.InitialPos)
	if err := f.firstError(diags); err != nil {
		return err
	}
	f.Tokens, f.Body = tokens, file.Body.(*hclsyntax.Body)
	return nil
}
