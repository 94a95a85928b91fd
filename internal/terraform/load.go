package terraform

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A Source is one file of a directory as it was read.
type Source struct {
	Name  string // in its directory
	Path  string // as shown to the user
	Bytes []byte
	Err   error // why it could not be read, else nil
}

// An Error is what keeps Terraform, or us, from reading a place in a file.
type Error struct {
	File         string
	Line, Column int // 0 when the file as a whole is meant
	Message      string
}

// Error returns "file:line:column: message".
func (e Error) Error() string { return e.Position() + ": " + e.Message }

// Position returns "file:line:column", or less where the error is of less.
func (e Error) Position() string {
	if e.Line == 0 {
		return e.File
	}
	return fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column)
}

// TableType is the resource type that all is about.
const TableType = "aws_dynamodb_table"

// Wanted reports whether bytes of a Terraform file may declare a table, or
// cannot be read for one. A directory in which no file is wanted need not be loaded.
func Wanted(src []byte) bool {
	return bytes.Contains(src, []byte(TableType)) || isUTF16(src)
}

// Load reads the files of one directory as one module. It takes every file
// for which IsConfig or IsContext holds, in any order, and keeps the slices.
// What does not parse is in the module's Errors; everything else is there.
func Load(dir string, sources []Source) *Module {
	m := &Module{
		Dir: dir, byPath: map[string]*File{}, byAddress: map[string]*Resource{}, inputs: map[string][]Input{}, variables: map[string]*Variable{},
		locals: map[string]*hclsyntax.Attribute{}, localValues: map[string]cty.Value{}, resourceValues: map[*Resource]cty.Value{},
	}
	m.add(sources)
	m.readInputs()
	m.declareVariables()
	m.checkLocals()
	m.declare()
	m.mergeOverrides()
	m.checkTables()
	slices.SortStableFunc(m.Errors, compareErrors)
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
		case f.Name == lockFile:
			m.lock = f
			m.note(f.parse())
		case f.Name == terragruntFile:
			m.terragrunt = f
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

// firstError returns the first of hcl's errors as one of the file.
func (f *File) firstError(diags hcl.Diagnostics) *Error {
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		at := 0
		if d.Subject != nil {
			at = min(d.Subject.Start.Byte, len(f.Bytes))
		}
		return f.errorAt(at, strings.Join(strings.Fields(lowerFirst(d.Summary)+": "+d.Detail), " "))
	}
	return nil
}

func (f *File) errorAt(offset int, message string) *Error {
	line, column := f.Position(offset)
	return &Error{File: f.Path, Line: line, Column: column, Message: strings.TrimSuffix(message, ".")}
}

// note keeps an error, if it is one, and reports whether it was.
func (m *Module) note(err *Error) bool {
	if err != nil {
		m.Errors = append(m.Errors, *err)
	}
	return err != nil
}

func (m *Module) fail(f *File, offset int, message string) { m.note(f.errorAt(offset, message)) }

func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}
