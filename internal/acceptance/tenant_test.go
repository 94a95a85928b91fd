package acceptance

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A tenant is the files of a case, before or after the run, as modules of a
// root that many cases share: the root calls the directories that no other one
// calls. Its tables and aliases get names that no other tenant has, and its
// provider configurations are those of the root, one for each region: each is
// a process of 150 MB.
type tenant struct {
	folder  string            // of its files in the root; its calls are named after it
	files   map[string][]byte // by path in the root
	regions map[string]bool   // that it needs a provider configuration for
	unfit   string            // why it cannot be applied, or ""
	blocks  map[string]bool   // addresses, after their directories
	follow  map[string]bool   // addresses of what its author wants replaced with other things

	old   map[string]bool   // the blocks that the run has not made
	homes map[string]string // the region of what names none, by directory
}

// newTenants returns the tenants of a case: one of its input, one of what is
// written. They are adapted in the same way.
func newTenants(c goldenCase, folder string) (before, after *tenant) {
	old, homes := map[string]bool{}, map[string]string{}
	for _, dir := range modules(c.after) {
		homes[dir] = homeOf(c.after, dir)
	}
	tenantOf := func(files map[string][]byte) *tenant {
		n := &tenant{folder: folder, files: map[string][]byte{}, regions: map[string]bool{}, blocks: map[string]bool{}, follow: map[string]bool{}, old: old, homes: homes}
		n.adapt(files)
		return n
	}
	maps.Copy(old, tenantOf(c.before).blocks)
	return tenantOf(c.before), tenantOf(c.after)
}

// adapt takes the files in.
func (n *tenant) adapt(files map[string][]byte) {
	var dirs []*adaptation
	called := map[string]bool{}
	for _, dir := range modules(files) {
		a := newAdaptation(n, dir, files)
		maps.Copy(called, a.calls)
		dirs = append(dirs, a)
	}
	roots := 0
	for _, a := range dirs {
		a.root = !called[a.dir]
		a.adapt()
		if a.root {
			name := fmt.Sprintf("%s_%d", n.folder, roots)
			n.files[name+".tf"] = a.call(name)
			roots++
		}
	}
	if roots == 0 {
		n.cannot("no directory of it is a root")
	}
}

// cannot notes why the tenant cannot be applied; the first reason counts.
func (n *tenant) cannot(format string, a ...any) {
	n.unfit = cmp.Or(n.unfit, fmt.Sprintf(format, a...))
}

// path returns where a file of the case is in the root.
func (n *tenant) path(elem ...string) string { return path.Join(n.folder, path.Join(elem...)) }

// parse returns the blocks of a file.
func (n *tenant) parse(name string, src []byte) *hclsyntax.Body {
	file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if diags.HasErrors() {
		n.cannot("it does not parse: %v", diags)
		return &hclsyntax.Body{}
	}
	return file.Body.(*hclsyntax.Body)
}

// homeOf returns the region of the first key that files of the directory, else
// others, name by its ARN.
func homeOf(files map[string][]byte, dir string) string {
	elsewhere := "us-east-1"
	for _, name := range sortedKeys(files) {
		named := keyARN.FindSubmatch(files[name])
		switch {
		case named == nil:
		case path.Dir(name) == dir:
			return string(named[1])
		default:
			elsewhere = string(named[1])
		}
	}
	return elsewhere
}

var (
	// keyARN is that of a key of the stand-in's account.
	keyARN = regexp.MustCompile(`arn:aws:kms:([a-z0-9-]+):` + account + `:key/([0-9a-z-]+)`)
	// aliasName is a text that is the name of an alias.
	aliasName = regexp.MustCompile(`"(alias/[A-Za-z0-9/_-]+)"`)
)

// givenKey is the id of the key that variables without a value are given.
const givenKey = "9a1e0000-0000-4000-8000-000000000000"

// furnish puts what the files take for granted into the stand-in: keys that
// they name by their ARNs, and aliases.
func (n *tenant) furnish(aws *standIn, files map[string][]byte) {
	aws.mu.Lock()
	defer aws.mu.Unlock()
	for region := range n.regions {
		aws.haveKey(region, givenKey)
	}
	for _, src := range files {
		for _, named := range keyARN.FindAllSubmatch(src, -1) {
			aws.haveKey(string(named[1]), string(named[2]))
		}
		for _, named := range aliasName.FindAllSubmatch(src, -1) {
			for region := range n.regions {
				aws.haveAlias(region, string(named[1]))
			}
		}
	}
}

// haveKey puts a key into a region, if it is not there.
func (s *standIn) haveKey(region, id string) {
	if r := s.in(region); r.keys[id] == nil {
		s.newKey(r, &key{id: id, rotates: true})
	}
}

// haveAlias puts an alias into a region, if it is not there, and its key.
func (s *standIn) haveAlias(region, name string) {
	manager := "CUSTOMER"
	if strings.HasPrefix(name, "alias/aws/") {
		manager = "AWS"
	}
	if r := s.in(region); r.aliases[name] == "" {
		r.aliases[name] = s.newKey(r, &key{manager: manager, rotates: true}).id
	}
}
