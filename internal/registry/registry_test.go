package registry

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
)

func TestModules(t *testing.T) {
	seen := map[string]string{}
	for m := range All() {
		bad := func(format string, args ...any) { t.Helper(); t.Errorf(m.Name+": "+format, args...) }
		for _, source := range m.Sources {
			if source != strings.ToLower(source) || strings.Count(source, "/") < 2 || strings.Contains(source, "://") {
				bad("source %q", source)
			}
			if other := seen[source+"//"+m.Folder]; other != "" {
				bad("%s is also %s", source, other)
			}
			seen[source+"//"+m.Folder] = m.Name
		}
		if m.Name == "" || len(m.Sources) == 0 || len(m.Versions) == 0 {
			bad("incomplete")
		}
		if !strings.HasPrefix(m.Doc, "https://registry.terraform.io/modules/"+m.Name) && m.Doc != "https://github.com/"+m.Name && m.Folder == "" {
			bad("doc %q", m.Doc)
		}
		if strings.HasSuffix(m.Name, "//"+m.Folder) != (m.Folder != "") {
			bad("folder %q", m.Folder)
		}
		checkOrder(bad, m)
		for i := range m.Versions {
			for _, problem := range m.Versions[i].problems(m.Items) {
				bad("%s: %s", m.Versions[i].From, problem)
			}
		}
	}
	if len(seen) < 30 {
		t.Errorf("%d modules", len(seen))
	}
}

// checkOrder holds the ranges to be ascending, each unlike the one before it.
func checkOrder(bad func(string, ...any), m *Module) {
	read, err := version.NewVersion(m.Read)
	if err != nil {
		bad("read %q: %v", m.Read, err)
		return
	}
	var last *version.Version
	for i := range m.Versions {
		from, err := version.NewVersion(m.Versions[i].From)
		if err != nil || from.GreaterThan(read) || last != nil && !last.LessThan(from) {
			bad("range %d from %q", i, m.Versions[i].From)
		}
		if i > 0 && len(differences(&m.Versions[i-1], &m.Versions[i])) == 0 {
			bad("%s is like %s", m.Versions[i].From, m.Versions[i-1].From)
		}
		last = from
	}
}

// problems are the ways in which a range contradicts itself.
func (v *Version) problems(items *Items) []string {
	var out []string
	want := func(ok bool, problem string) {
		if !ok {
			out = append(out, problem)
		}
	}
	if v.Mode == NoTable {
		want(len(differences(v, &Version{Mode: NoTable})) == 0, "inputs without a table")
		return out
	}
	want((v.Tables == 0) == (items != nil), "number of tables")
	want(items == nil || items.Input != "" && items.Defaults != "", "items without a name")
	switch v.Mode {
	case BySwitch:
		want(v.Enable != nil, "no switch")
	case ByKey:
		want(v.Key != nil, "no input for the key")
	case Always:
		want(v.Enable == nil, "a switch of what is always on")
	case Never:
		want(v.Enable == nil && v.Key == nil && v.Own == nil && v.Replicas == nil, "inputs without a block")
	default:
		want(false, "mode "+string(v.Mode))
	}
	want(v.Enable == nil || v.Enable.On != "" && v.Enable.Default != "", "a switch without values")
	want(v.Key == nil || strings.Contains(v.Key.Type, "string"), "type of the key")
	want(v.Own == nil || v.Own.Rotation != nil, "an own key without rotation")
	want(v.Key != nil || v.Provider == Majors{}, "provider without a key")
	want(v.Provider.Max == 0 || v.Provider.Min <= v.Provider.Max, "provider")
	want(v.Key == nil || !slices.Contains(v.Moves, v.Key.Name), "the key moves the table")
	want(v.Key == nil || v.Enable == nil || !slices.Contains(v.Moves, v.Enable.Name), "switching on moves the table")
	want(slices.IsSorted(v.Moves) && !slices.Contains(v.Moves, ""), "moves")
	if v.Replicas != nil {
		out = append(out, v.Replicas.problems(v.Own)...)
	}
	for _, in := range v.inputs() {
		want(name.MatchString(in.Name) && in.Type != "", "input "+in.Name)
	}
	return out
}

var name = regexp.MustCompile(`^[a-z_]+$`)

func (r *Replicas) problems(own *OwnKey) []string {
	objects := r.Form == Objects || r.Form == Single
	known := objects || r.Form == ByRegion || r.Form == Names || r.Form == Flag
	if !known || objects != (r.Region != "") || r.Key != "" && !objects && r.Form != ByRegion || r.Key == "" && r.Consistency != "" {
		return []string{"replicas of form " + string(r.Form)}
	}
	if r.Form == Flag && own == nil {
		return []string{"a replica without a key"}
	}
	return nil
}

// inputs are all inputs that a range names.
func (v *Version) inputs() []*Input {
	all := []*Input{v.Key, v.Region}
	if v.Enable != nil {
		all = append(all, &v.Enable.Input)
	}
	if v.Own != nil {
		all = append(all, v.Own.Create, v.Own.Rotation)
	}
	if v.Replicas != nil {
		all = append(all, &v.Replicas.Input)
	}
	for i := range v.Create {
		all = append(all, &v.Create[i])
	}
	var out []*Input
	for _, in := range all {
		for ; in != nil; in = in.Else {
			out = append(out, in)
		}
	}
	return out
}
