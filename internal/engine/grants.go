package engine

import (
	"path"
	"slices"
	"strings"
	"sync"

	"cmkify/detect"
	"cmkify/internal/lazyregexp"
	"cmkify/internal/terraform"
)

// grants tell which files may let somebody use tables of other directories. They
// are read when it is first asked for.
type grants struct {
	once sync.Once
	list []grant
}

// A grant is what a file of a directory with policies about DynamoDB says of
// tables that it may not declare itself.
type grant struct {
	dir, file string
	names     []string // of tables, with * in the place of what is computed
	outputs   []string // of other configurations
}

var (
	// tableARN is the name of the table in an ARN, or a template of it.
	tableARN = lazyregexp.New(`:table/([^"/\\\s]+)`)
	// tableLookUp is the name of a table that is looked up.
	tableLookUp = lazyregexp.New(`data\s+"?aws_dynamodb_table"?\s+"?[\w-]+"?\s*\{[^}]*?\bname\s*=\s*"([^"]+)"`)
	// outputRead is an output of another configuration, by its remote state or as a
	// dependency of Terragrunt.
	outputRead = lazyregexp.New(`\boutputs\.([\w-]+)`)
	computed   = lazyregexp.New(`\$\{[^}]*\}?|\*+`)
	otherBytes = lazyregexp.New(`[^\w.*-]+`) // than those of names
)

// grantedElsewhere returns a file outside of a directory that, as far as its bytes
// tell, lets somebody use a table of that: it has a policy about DynamoDB, and
// names the table or reads one of the outputs. "" stands for none. In the name, *
// stands for what is not known.
func (x *index) grantedElsewhere(dir, name string, outputs []string) string {
	x.grants.once.Do(x.readGrants)
	for _, g := range x.grants.list {
		if g.dir == dir {
			continue
		}
		named := slices.ContainsFunc(g.names, func(other string) bool { return mayBeSame(name, other) })
		if named || slices.ContainsFunc(outputs, func(o string) bool { return slices.Contains(g.outputs, o) }) {
			return path.Join(g.dir, g.file)
		}
	}
	return ""
}

// mayBeSame reports whether two names are the same, or what is known of one of them
// is in the other.
func mayBeSame(a, b string) bool {
	if !tells(a) || !tells(b) {
		return false
	}
	one, _ := path.Match(a, b)
	other, _ := path.Match(b, a)
	return a == b || one || other
}

// tells reports whether enough of a name is known to take it for that of a table.
func tells(name string) bool { return len(strings.ReplaceAll(name, "*", "")) >= 3 }

// readGrants reads the directories whose bytes say that they have such policies.
func (x *index) readGrants() {
	for _, e := range x.entries {
		if !e.grants || e.example || e.outside {
			continue
		}
		for _, name := range e.dir.Names {
			if src, err := e.dir.Read(name); err == nil && terraform.IsConfig(name) {
				g := grant{dir: e.dir.Path, file: name}
				g.read(src)
				x.grants.list = append(x.grants.list, g)
			}
		}
	}
}

func (g *grant) read(src []byte) {
	for _, pattern := range []*lazyregexp.Regexp{tableARN, tableLookUp} {
		for _, m := range pattern.FindAllStringSubmatch(string(src), -1) {
			g.names = append(g.names, m[1])
		}
	}
	if f := (&terraform.File{Name: g.file, Path: g.file, Bytes: src}); f.JSON() {
		if root, err := f.ReadJSON(); err == nil {
			for _, name := range root.Lead("data", detect.TableType, "", "name") {
				g.names = append(g.names, name.Text)
			}
		}
	}
	for i, name := range g.names {
		g.names[i] = otherBytes.ReplaceAllString(computed.ReplaceAllString(name, "*"), "")
	}
	for _, m := range outputRead.FindAllStringSubmatch(string(src), -1) {
		g.outputs = append(g.outputs, m[1])
	}
}
