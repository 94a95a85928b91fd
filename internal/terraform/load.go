package terraform

import (
	"bytes"
	"fmt"
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

// An Error is what keeps Terraform, or us, from reading a place in a file.
type Error struct {
	File         string
	Line, Column int // 0 when the file as a whole is meant
	Message      string
}

// Error returns "file:line:column: message".
func (e Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// TableType is the resource type that all is about.
const TableType = "aws_dynamodb_table"

// Wanted reports whether bytes of a Terraform file may declare a table. A
// directory in which no file is wanted need not be loaded.
func Wanted(src []byte) bool {
	return bytes.Contains(src, []byte(TableType))
}

// IsConfig reports whether Terraform or OpenTofu reads a file of this name as
// part of the module in its directory. Editors' leftovers are not read.
func IsConfig(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") {
		return false
	}
	return isPrimary(name) || slices.ContainsFunc(unreadSuffixes, func(s string) bool { return strings.HasSuffix(name, s) })
}

// IsContext reports whether a file of this name, though no configuration,
// bears on the module in its directory.
func IsContext(name string) bool {
	return name == lockFile
}

var unreadSuffixes = []string{".tf.json", ".tofu", ".tofu.json"}

func isPrimary(name string) bool { return strings.HasSuffix(name, ".tf") }

// isOverride reports whether Terraform merges the file over the others.
func isOverride(name string) bool {
	base := strings.TrimSuffix(strings.TrimSuffix(name, ".json"), ".tf")
	base = strings.TrimSuffix(base, ".tofu")
	return base == "override" || strings.HasSuffix(base, "_override")
}

// Load reads the files of one directory as one module. It takes every file
// for which IsConfig or IsContext holds, in any order, and keeps the slices.
// What does not parse is in the module's Errors; everything else is there.
func Load(dir string, sources []Source) *Module {
	m := &Module{Dir: dir, byPath: map[string]*File{}}
	for _, s := range slices.SortedFunc(slices.Values(sources), func(a, b Source) int { return strings.Compare(a.Name, b.Name) }) {
		f := &File{Name: s.Name, Path: s.Path, Bytes: s.Bytes}
		m.byPath[f.Path] = f
		switch {
		case s.Err != nil:
			m.Errors = append(m.Errors, Error{File: f.Path, Message: s.Err.Error()})
		case f.Name == lockFile:
			m.lock = f
		case !isPrimary(f.Name) || isOverride(f.Name):
			m.addUnread(f)
		default:
			m.Files = append(m.Files, f)
			m.parse(f)
		}
	}
	m.declare()
	return m
}

// parse fills the file's tokens and body, or notes the first error: those
// that follow are mostly its echo.
func (m *Module) parse(f *File) {
	if reason, at := guardBytes(f.Bytes); reason != "" {
		m.fail(f, at, reason)
		return
	}
	tokens, _ := hclsyntax.LexConfig(f.Bytes, f.Path, hcl.InitialPos)
	if reason, at := guardTokens(tokens); reason != "" {
		m.fail(f, at, reason)
		return
	}
	file, diags := hclsyntax.ParseConfig(f.Bytes, f.Path, hcl.InitialPos)
	if diags.HasErrors() {
		m.diagnose(f, diags)
		return
	}
	f.Tokens, f.Body = tokens, file.Body.(*hclsyntax.Body)
}

func (m *Module) diagnose(f *File, diags hcl.Diagnostics) {
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		at := 0
		if d.Subject != nil {
			at = min(d.Subject.Start.Byte, len(f.Bytes))
		}
		m.fail(f, at, strings.Join(strings.Fields(lowerFirst(d.Summary)+": "+d.Detail), " "))
		return
	}
}

func (m *Module) fail(f *File, offset int, message string) {
	line, column := f.Position(offset)
	m.Errors = append(m.Errors, Error{File: f.Path, Line: line, Column: column, Message: strings.TrimSuffix(message, ".")})
}

func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}
