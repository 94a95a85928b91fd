package registry

import (
	"slices"
	"strings"
	"testing"
)

// TestFacts holds the table to what the modules say.
func TestFacts(t *testing.T) {
	read := map[*Version]int{}
	for _, f := range facts {
		for release := range strings.FieldsSeq(f.releases) {
			m, ok := Lookup(sourceOf(t, f.module), release)
			if !ok || m.Version == nil {
				t.Errorf("%s %s is not found", f.module, release)
				continue
			}
			read[m.Version]++
			for _, problem := range slices.Concat(f.encryption(m.Version), f.replicas(m.Version.Replicas), f.variables(m.Version)) {
				t.Errorf("%s %s: %s", f.module, release, problem)
			}
		}
	}
	for m := range All() {
		for i := range m.Versions {
			if read[&m.Versions[i]] == 0 && m.Folder == "" {
				t.Errorf("%s: no release from %s on was read", m.Name, m.Versions[i].From)
			}
		}
	}
}

func sourceOf(t *testing.T, module string) string {
	t.Helper()
	for m := range All() {
		if m.Name == module {
			return m.Sources[0]
		}
	}
	t.Fatalf("no module %s", module)
	return ""
}

// mode is what the expressions of the resources come to.
func (f fact) mode(v *Version) Mode {
	twins := slices.Contains(f.enabled, "") && slices.Contains(f.enabled, "true")
	switch {
	case f.resources == 0:
		return NoTable
	case len(f.enabled) == 0, twins && f.neverEqual():
		return Never
	case twins && v.Enable != nil && strings.Contains(strings.Join(f.count, ";"), v.Enable.Name):
		return BySwitch
	case slices.Equal(f.enabled, []string{"true"}):
		return Always
	case v.Enable != nil && slices.Equal(f.enabled, []string{"var." + v.Enable.Name}):
		return BySwitch
	case v.Enable != nil && v.Enable.Path != nil && strings.HasSuffix(f.enabled[0], "."+v.Enable.Path[0]):
		return BySwitch
	case v.Key != nil && (strings.HasPrefix(f.enabled[0], "var."+v.Key.Name+" != null") || f.enabled[0] == "local.sse.enabled"):
		return ByKey
	}
	return ""
}

// neverEqual reports whether the count compares a bool with a string: such
// values are never equal (developer.hashicorp.com/terraform/language/expressions/operators).
func (f fact) neverEqual() bool {
	return strings.Contains(strings.Join(f.count, ";"), `== "true"`) &&
		slices.ContainsFunc(f.inputs, func(in string) bool { return strings.Contains(in, " bool ") })
}

func (f fact) encryption(v *Version) []string {
	var out []string
	if got := f.mode(v); got != v.Mode {
		out = append(out, "mode "+string(got)+", the table has "+string(v.Mode))
	}
	takes := strings.Contains(f.key, "var.") || strings.Contains(f.key, "local.sse.") || strings.Contains(f.key, ".value,")
	if takes != (v.Key != nil) {
		out = append(out, "key "+f.key)
	}
	if strings.Contains(f.key, "aws_kms_key.") != (v.Own != nil) {
		out = append(out, "own key "+f.key)
	}
	count := strings.Join(f.count, ";")
	for _, input := range v.Moves {
		if strings.Count(count, "var."+input) < 2 {
			out = append(out, input+" does not choose between resources")
		}
	}
	for _, in := range v.Create {
		if !strings.Contains(count, "var."+in.Name) && !strings.Contains(count, "local.") {
			out = append(out, in.Name+" does not decide on the table")
		}
	}
	if v.Tables > f.resources || f.resources > 1 && v.Tables < f.resources && len(f.count) < 2 {
		out = append(out, "number of tables")
	}
	return out
}

func (f fact) replicas(r *Replicas) []string {
	if (r == nil) != (f.replica == nil) {
		return []string{"replicas"}
	}
	if r == nil {
		return nil
	}
	region, key := f.replica[1], f.replica[2]
	given := strings.Contains(key, "replica.value")
	names := map[Form]string{Names: "replica.value", ByRegion: "replica.key", Flag: "data.aws_region.replica[0].name"}
	if f.module == "mineiros-io/dynamodb/aws" {
		names[Names] = "replica.key" // of a set, the same
	}
	if r.Region != "" {
		names[r.Form] = "replica.value." + r.Region
	}
	var out []string
	if !strings.Contains(f.replica[0], "var."+r.Name) || region != names[r.Form] {
		out = append(out, "replicas of "+f.replica[0]+" in "+region)
	}
	if given != (r.Key != "") || given && !strings.Contains(key, `"`+r.Key+`"`) && key != "replica.value."+r.Key {
		out = append(out, "key of a replica "+key)
	}
	if (r.Consistency != "") != (len(f.replica) > 3) {
		out = append(out, "consistency of a replica")
	}
	return out
}

// variables compares the inputs with the variables; a path's only by name.
func (f fact) variables(v *Version) []string {
	var out []string
	for _, in := range v.inputs() {
		want := strings.TrimSpace(in.Name + " " + in.Type + " " + in.Default)
		if !slices.ContainsFunc(f.inputs, func(got string) bool {
			return got == want || in.Path != nil && strings.HasPrefix(got, in.Name+" ")
		}) {
			out = append(out, "no variable "+want)
		}
	}
	return out
}

// TestWrappers holds the ranges of the wrappers to those of what they wrap.
func TestWrappers(t *testing.T) {
	wrapper, _ := Lookup(table+"//wrappers", "")
	for i := range wrapper.Module.Versions {
		v := &wrapper.Module.Versions[i]
		inner, _ := Lookup(table, v.From)
		if got := differences(v, inner.Version); !slices.Equal(got, []string{"Tables"}) {
			t.Errorf("%s: differs from what it wraps in %v", v.From, got)
		}
	}
}
