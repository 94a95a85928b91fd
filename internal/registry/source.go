package registry

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"cmkify/internal/lazyregexp"
)

// An address is where a module source leads.
type address struct {
	key     string // what Sources lists: host and path in lower case
	name    string // what the module is called there, in lower case
	system  string // the provider of a registry address, "" in others
	folder  string // in the module, "" for its root
	ref     string // the revision that the source asks for, "" for none
	version string // the version that the source asks a registry for, "" for none
}

var (
	getter = lazyregexp.New(`^[A-Za-z0-9]+::`)
	// scp is git@github.com:owner/repository, as go-getter's detectSSH reads it.
	scp = lazyregexp.New(`^(?:[^@/]+@)([^:/]+):/?(.+)$`)
	// hosts are those of which a source may leave out scheme and getter.
	hosts = []string{"github.com", "gitlab.com", "bitbucket.org"}
)

// parse reads a source as Terraform and Terragrunt do (go-getter's
// SourceDirSubdir and Detect, terraform-registry-address). It is false for a
// local path and for what none of them takes.
func parse(source string) (address, bool) {
	source = strings.TrimSpace(source)
	if strings.HasPrefix(source, ".") {
		return address{}, false
	}
	bare := getter.ReplaceAllString(source, "")
	rest, folder, query := cutFolder(bare)
	values, _ := url.ParseQuery(query)
	a, ok := locate(rest, bare == source)
	a.folder = path.Join(a.folder, folder)
	if a.ref == "" {
		a.ref = values.Get("ref")
	}
	if strings.HasPrefix(rest, "tfr://") {
		a.version = values.Get("version")
	}
	if strings.HasPrefix(bare, "https://") && bare == source {
		a = a.fromArchive()
	}
	return a, ok
}

// cutFolder takes a source apart: "a//b?c" is a, b and c.
func cutFolder(source string) (rest, folder, query string) {
	source, query, _ = strings.Cut(source, "?")
	start := 0
	if i := strings.Index(source, "://"); i >= 0 {
		start = i + len("://")
	}
	rest, folder, _ = strings.Cut(source[start:], "//")
	return source[:start] + rest, strings.Trim(path.Clean("/"+folder), "/"), query
}

// locate reads the part of a source before folder and query. Only a source
// without a getter can be a registry's.
func locate(rest string, registry bool) (address, bool) {
	if scheme, after, ok := strings.Cut(rest, "://"); ok {
		host, p, _ := strings.Cut(after, "/")
		if scheme == "tfr" {
			return fromRegistry(host, p)
		}
		return fromHost(host, p), true
	}
	if m := scp.FindStringSubmatch(rest); m != nil {
		return fromHost(m[1], m[2]), true
	}
	first, p, _ := strings.Cut(rest, "/")
	if slices.Contains(hosts, first) || !registry {
		return fromHost(first, p), true
	}
	if strings.Contains(first, ".") {
		return fromRegistry(first, p)
	}
	return fromRegistry("", rest)
}

// fromRegistry takes namespace/name/system. The public registries have every
// module from a repository called terraform-system-name
// (developer.hashicorp.com/terraform/registry/modules/publish).
func fromRegistry(host, p string) (address, bool) {
	parts := strings.Split(strings.ToLower(p), "/")
	if len(parts) != 3 || slices.Contains(parts, "") {
		return address{}, false
	}
	a := address{name: parts[1], system: parts[2]}
	switch host {
	case "", "registry.terraform.io", "registry.opentofu.org":
		a.key = "github.com/" + parts[0] + "/terraform-" + parts[2] + "-" + parts[1]
	default:
		a.key = strings.ToLower(host) + "/" + strings.Join(parts, "/")
	}
	return a, true
}

// fromHost takes the path of a repository or of an archive of one.
func fromHost(host, p string) address {
	if i := strings.LastIndex(host, "@"); i >= 0 {
		host = host[i+1:]
	}
	host, _, _ = strings.Cut(strings.ToLower(host), ":")
	parts := strings.Split(strings.Trim(p, "/"), "/")
	a := address{}
	if host == "codeload.github.com" {
		host = "github.com"
	}
	if slices.Contains(hosts, host) && len(parts) > 2 && host != "gitlab.com" {
		a.folder = strings.Join(parts[2:], "/")
		parts = parts[:2]
	}
	last := len(parts) - 1
	parts[last] = strings.TrimSuffix(parts[last], ".git")
	a.key = strings.ToLower(host + "/" + strings.Join(parts, "/"))
	a.name = strings.ToLower(parts[last])
	return a
}

// archive is the path of GitHub's archives below a repository as far as the
// file's ending, and the folder that a source names in one.
var archive = lazyregexp.New(`^(?:archive|tarball|zipball|tar\.gz|zip)/(?:refs/(?:tags|heads)/)?([^/]+?)(?:\.tar\.gz|\.tgz|\.zip)?(?:/(.*))?$`)

// fromArchive turns the address of an archive into that of the repository. The
// folder in it begins with the archive's own top folder.
func (a address) fromArchive() address {
	m := archive.FindStringSubmatch(a.folder)
	if m == nil || !strings.HasPrefix(a.key, "github.com/") {
		return a
	}
	a.ref = m[1]
	_, a.folder, _ = strings.Cut(m[2], "/")
	return a
}
