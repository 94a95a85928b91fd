// Package config reads the file .cmkify.hcl of a repository. A path argument
// goes in; the settings of the file that applies to it come out, each with the
// texts that the flag of the same name would be given. Only regular files are
// read, and nothing in them is looked up, called or run.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

// Name is the name of the file.
const Name = ".cmkify.hcl"

// maxSize is how large the file may be. Nobody writes one of a tenth of that.
const maxSize = 64 << 10

// A File is a configuration file that was read.
type File struct {
	Path     string // as shown
	Folder   string // that it lies in, resolved: its patterns are relative to that
	Settings []Setting

	text *terraform.File
}

// A Setting is one line of the file: a name, and the values that its flag
// would be given, one for each time.
type Setting struct {
	Name   string
	Values []string

	start int
}

// Flag returns the name of the flag.
func (s Setting) Flag() string { return strings.ReplaceAll(s.Name, "_", "-") }

// Error returns an error about a setting, with its place.
func (f *File) Error(s Setting, message string) terraform.Error {
	return *f.text.ErrorAt(s.start, message)
}

// Find returns the folder of the file that applies to a path argument, resolved
// and as shown: the nearest one at or above the path, in the same git
// repository. Outside of a repository only the path's own folder is looked at:
// a folder above, such as /tmp, may be somebody else's.
func Find(arg string) (folder, shown string, found bool) {
	shown = filepath.Clean(arg)
	if info, err := os.Stat(arg); err == nil && !info.IsDir() {
		shown = filepath.Dir(shown)
	}
	start, err := filepath.Abs(shown)
	if err == nil {
		start, err = filepath.EvalSymlinks(start)
	}
	if err != nil {
		return "", "", false
	}
	nearest, up := "", 0
	for dir, n := start, 0; ; dir, n = filepath.Dir(dir), n+1 {
		if nearest == "" && exists(filepath.Join(dir, Name)) {
			nearest, up = dir, n
		}
		switch {
		case exists(filepath.Join(dir, ".git")):
			return nearest, climb(shown, up), nearest != ""
		case dir == filepath.Dir(dir):
			return nearest, shown, nearest == start
		}
	}
}

// climb returns the folder so many levels above the one that is shown.
func climb(shown string, levels int) string {
	return filepath.Join(shown, strings.Repeat("../", levels))
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// Read reads the file in a folder, which is shown to the user by another path.
func Read(folder, shown string) (*File, error) {
	path := filepath.ToSlash(filepath.Join(shown, Name))
	src, err := read(folder)
	if err != nil {
		return nil, terraform.Error{File: path, Message: err.Error()}
	}
	text, parseErr := terraform.ParseFile(Name, path, src)
	if parseErr != nil {
		return nil, *parseErr
	}
	f := &File{Path: path, Folder: folder, text: text}
	if blocks := text.Body.Blocks; len(blocks) > 0 {
		return nil, *text.ErrorAt(blocks[0].TypeRange.Start.Byte, fmt.Sprintf("unexpected block %q; settings are attributes, as name = value", blocks[0].Type))
	}
	for name, a := range text.Body.Attributes {
		v, err := text.Constant(a.Expr)
		if err != nil {
			return nil, *err
		}
		values, problem := texts(v)
		if problem != nil {
			return nil, *text.ErrorAt(a.Expr.StartRange().Start.Byte, fmt.Sprintf("%s: %v", name, problem))
		}
		f.Settings = append(f.Settings, Setting{name, values, a.NameRange.Start.Byte})
	}
	slices.SortFunc(f.Settings, func(a, b Setting) int { return a.start - b.start })
	return f, nil
}

// read returns the bytes of the file. A link may lead out of the repository.
func read(folder string) ([]byte, error) {
	switch info, err := os.Lstat(filepath.Join(folder, Name)); {
	case err != nil:
		return nil, err
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, errors.New("a symbolic link is not followed")
	case info.Size() > maxSize:
		return nil, fmt.Errorf("too large: %d bytes; up to %d are read", info.Size(), maxSize)
	}
	return tree.Single(folder).Read(Name)
}

// texts returns what a flag would be given for a value: the elements of a
// list, the pairs of a map, or the value itself.
func texts(v cty.Value) ([]string, error) {
	switch t := v.Type(); {
	case v.IsNull():
		return nil, errors.New("a value is null")
	case t.IsTupleType():
		var out []string
		for _, element := range v.AsValueSlice() {
			text, err := text(element)
			if err != nil {
				return nil, err
			}
			out = append(out, text)
		}
		return out, nil
	case t.IsObjectType():
		var out []string
		for key, element := range v.AsValueMap() {
			text, err := text(element)
			if err != nil {
				return nil, err
			}
			out = append(out, key+"="+text)
		}
		slices.Sort(out)
		return out, nil
	}
	only, err := text(v)
	return []string{only}, err
}

// text returns a string, number or bool as a text.
func text(v cty.Value) (string, error) {
	as, err := convert.Convert(v, cty.String)
	switch {
	case err != nil || !as.IsKnown():
		return "", errors.New("want a string, or a list of strings")
	case as.IsNull():
		return "", errors.New("a value is null")
	}
	return as.AsString(), nil
}
