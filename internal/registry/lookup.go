package registry

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/go-version"

	"cmkify/internal/lazyregexp"
)

// A Match is what is known of one module call.
type Match struct {
	Module *Module
	// Version is the newest range of releases that the call may get, the one
	// that terraform init installs; nil if it may get none that was read.
	Version *Version
	// Differs names the fields of Version in which the ranges that the call may
	// get disagree.
	Differs []string
}

// Ambiguous reports whether the releases that the call may get disagree on how
// the table is encrypted.
func (m Match) Ambiguous() bool {
	return slices.ContainsFunc(m.Differs, func(field string) bool {
		return field == "Mode" || field == "Enable" || field == "Key" || field == "Own"
	})
}

// Lookup finds the module of a call. The source is taken as it is written; the
// version is the call's version argument, a constraint, "" if it has none.
// Where the source names a git revision or a version itself, that counts. A
// branch, a commit or a constraint that is invalid admits every release. It is
// false for a module, and for a folder of one, that the table does not have.
func Lookup(source, constraint string) (Match, bool) {
	a, ok := parse(source)
	if !ok {
		return Match{}, false
	}
	for m := range All() {
		if m.Folder == a.folder && slices.Contains(m.Sources, a.key) {
			return m.match(a.releases(constraint)), true
		}
	}
	return Match{}, false
}

// release is a tag that names one release: v1.2.3, tags/1.2.3.
var release = lazyregexp.New(`^(?:.*/)?v?([0-9]{1,4}(?:\.[0-9]+){0,2}(?:-[0-9A-Za-z.-]+)?)$`)

// releases returns the constraint on the releases that a call may get, nil if
// it is unknown. A tag of one number is moved from release to release.
func (a address) releases(constraint string) version.Constraints {
	if a.version != "" {
		constraint = a.version
	}
	if a.ref != "" {
		m := release.FindStringSubmatch(a.ref)
		if m == nil {
			return nil
		}
		constraint = "= " + m[1]
		if _, err := strconv.Atoi(m[1]); err == nil {
			constraint = "~> " + m[1] + ".0"
		}
	}
	c, err := version.NewConstraint(constraint)
	if err != nil {
		return nil
	}
	return c
}

// match chooses the ranges that a constraint admits.
func (m *Module) match(c version.Constraints) Match {
	var admitted []int
	for _, v := range m.probes(c) {
		if i := m.rangeOf(v); i >= 0 && c.Check(v) {
			admitted = append(admitted, i)
		}
	}
	out := Match{Module: m}
	if len(admitted) == 0 {
		return out
	}
	out.Version = &m.Versions[slices.Max(admitted)]
	for _, i := range admitted {
		for _, field := range differences(out.Version, &m.Versions[i]) {
			if !slices.Contains(out.Differs, field) {
				out.Differs = append(out.Differs, field)
			}
		}
	}
	slices.Sort(out.Differs)
	return out
}

// probes returns versions such that whatever a constraint admits in a range, it
// admits one of them there: the lower ends of the ranges and of the
// constraint's parts, and what follows each.
func (m *Module) probes(c version.Constraints) []*version.Version {
	var ends []string
	for _, v := range m.Versions {
		ends = append(ends, v.From)
	}
	for _, part := range c {
		ends = append(ends, strings.TrimLeft(part.String(), "=!<>~ "))
	}
	var out []*version.Version
	for _, end := range ends {
		v, err := version.NewVersion(end)
		if err != nil {
			continue
		}
		next := v.Segments()
		next[2]++
		out = append(out, v, version.Must(version.NewVersion(dotted(next))))
	}
	return out
}

func dotted(segments []int) string {
	out := strconv.Itoa(segments[0])
	for _, s := range segments[1:] {
		out += "." + strconv.Itoa(s)
	}
	return out
}

// rangeOf returns the index of the range that a version belongs to, -1 if it is
// older than what was read or of a newer major.
func (m *Module) rangeOf(v *version.Version) int {
	newest := version.Must(version.NewVersion(m.Read))
	if v.Segments()[0] > newest.Segments()[0] {
		return -1
	}
	at := -1
	for i := range m.Versions {
		if from := version.Must(version.NewVersion(m.Versions[i].From)); from.LessThanOrEqual(v) {
			at = i
		}
	}
	return at
}

// differences names the fields, From apart, in which two ranges differ.
func differences(a, b *Version) []string {
	var out []string
	x, y := reflect.ValueOf(*a), reflect.ValueOf(*b)
	for i := range x.NumField() {
		name := x.Type().Field(i).Name
		if name != "From" && !reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()) {
			out = append(out, name)
		}
	}
	return out
}
