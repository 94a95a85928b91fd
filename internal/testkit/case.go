package testkit

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/tools/txtar"
)

// A Case is one golden case as it stands in its file.
type Case struct {
	Path    string
	Args    []string            // of the command
	Headers map[string][]string // the lines of each header: not, no-law, no-twin, no-validate, no-terraform
	Input   map[string][]byte
	Results []txtar.File // the sections that a run should give

	archive *txtar.Archive
}

var (
	header  = regexp.MustCompile(`(?m)^(not|no-law|no-twin|no-validate|no-terraform): *(.*)$`)
	command = regexp.MustCompile(`(?m)^\$ cmkify(.*)$`)
)

// Name returns "theme/what".
func (c *Case) Name() string {
	theme, file := filepath.Split(c.Path)
	return filepath.Base(theme) + "/" + strings.TrimSuffix(file, ".txtar")
}

// Excuse returns whether and why a law or twin cannot apply to the case, as a
// header says. An excuse without a reason is an error.
func (c *Case) Excuse(header, name string) (why string, excused bool, err error) {
	for _, words := range c.Headers[header] {
		if first, rest, _ := strings.Cut(words, " "); first == name {
			if rest == "" {
				err = fmt.Errorf("%s: %s: why?", header, name)
			}
			return rest, true, err
		}
	}
	return "", false, nil
}

// Cases returns the paths of the cases below root, the module's directory.
func Cases(root string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(root, "golden", "*", "*.txtar"))
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("no golden cases below %s", root)
	}
	return paths, err
}

// Load reads a case.
func Load(path string) (*Case, error) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		return nil, err
	}
	c := &Case{Path: path, Headers: map[string][]string{}, Input: map[string][]byte{}, archive: archive}
	prose := string(archive.Comment)
	args := command.FindStringSubmatch(prose)
	if sentence, _, _ := strings.Cut(prose, "\n"); args == nil || strings.TrimSpace(sentence) == "" {
		return nil, errors.New("a case begins with a sentence, and has a line that starts with $ cmkify")
	}
	c.Args = strings.Fields(args[1])
	for _, h := range header.FindAllStringSubmatch(prose, -1) {
		c.Headers[h[1]] = append(c.Headers[h[1]], strings.Join(strings.Fields(h[2]), " "))
	}
	for _, f := range archive.Files {
		if IsResult(f.Name) {
			c.Results = append(c.Results, f)
			continue
		}
		name, data := f.Name, f.Data
		if plain, quoted := strings.CutSuffix(name, QuotedSuffix); quoted {
			name = plain
			if data, err = Unquote(data); err != nil {
				return nil, err
			}
		}
		c.Input[name] = data
	}
	return c, nil
}

// Format returns the case's file with other results.
func (c *Case) Format(results []txtar.File) []byte {
	inputs := slices.DeleteFunc(slices.Clone(c.archive.Files), func(f txtar.File) bool { return IsResult(f.Name) })
	return txtar.Format(&txtar.Archive{Comment: c.archive.Comment, Files: append(inputs, results...)})
}

// Section returns a section with that content, quoted if a text file could
// not hold it.
func Section(name string, data []byte) txtar.File {
	plain := utf8.Valid(data) && !bytes.ContainsAny(data, "\r\x00\uFEFF") && (len(data) == 0 || bytes.HasSuffix(data, []byte("\n")))
	if plain {
		return txtar.File{Name: name, Data: data}
	}
	var quoted []byte
	for line := range bytes.Lines(data) {
		quoted = fmt.Appendf(quoted, "%+q\n", line)
	}
	return txtar.File{Name: name + QuotedSuffix, Data: quoted}
}
