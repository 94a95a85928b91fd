package acceptance

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// chosen says which cases TestApplyGolden applies.
var chosen = flag.String("cases", "", "apply the golden cases whose names match, such as '.'; else some of each theme")

// sampled is how many cases of a theme there are for each that is applied
// unless others are chosen.
const sampled = 20

// An application is a golden case on its way through two applies: of its
// input, and of what is written for it.
type application struct {
	goldenCase
	folder        string
	input, result *tenant
	refused       []string // what Terraform says against the input
	idle          string   // why the result is not applied, or ""
	fixed         int      // tables that the run calls fixed, and that are
}

// TestApplyGolden applies the inputs of golden cases and then, on the same
// state, what is written for them: nothing is replaced or deleted, no value
// changes but the tables' encryption and the rotation of keys, what is called
// fixed is encrypted with a customer key, and a further plan is empty. Where
// Terraform refuses the input, as it does with a key that it cannot use, the
// result is applied as something new. What is not applied is told, with the
// reason.
func TestApplyGolden(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	cases := applications(t)
	ofProvider6(t, cases)
	leaveOut(t, cases)
	shared := installedFor(t, cases)
	t.Run("batch", func(t *testing.T) {
		for i, batch := range batches(cases) {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				newApplyBatch(t, shared, batch).hold()
			})
		}
	})
	idle, applied, alone, fixed := map[string][]string{}, 0, 0, 0
	for _, c := range cases {
		if c.idle != "" {
			idle[c.idle] = append(idle[c.idle], c.name)
			continue
		}
		applied++
		fixed += c.fixed
		if c.refused != nil {
			alone++
		}
	}
	for _, why := range sortedKeys(idle) {
		t.Logf("%d are not applied: %s: %s", len(idle[why]), why, strings.Join(idle[why], ", "))
	}
	t.Logf("%d of %d cases are applied, %d of them without their inputs, which Terraform refuses; %d tables are fixed", applied, len(cases), alone, fixed)
	if applied == 0 || fixed == 0 {
		t.Error("nothing is held")
	}
}

// otherPartition is a region of China or GovCloud.
var otherPartition = regexp.MustCompile(`"(us-gov|cn)-[a-z]+-\d"`)

// applications returns all cases, with a reason where they are not applied.
func applications(t *testing.T) []*application {
	t.Helper()
	var out []*application
	for i, c := range goldenCases(t) {
		a := &application{goldenCase: c, folder: fmt.Sprintf("case_%d", i)}
		switch {
		case c.never || c.exempt != "":
			a.idle = "it is not valid" // TestValidateGolden holds that
		case maps.EqualFunc(c.before, c.after, bytes.Equal):
			a.idle = "nothing is written"
		case slices.ContainsFunc(slices.Collect(maps.Values(c.before)), otherPartition.Match):
			a.idle = "the stand-in has no partition but aws"
		default:
			a.input, a.result = newTenants(c, a.folder)
			a.idle = a.result.unfit
		}
		out = append(out, a)
	}
	return out
}

// ofProvider6 holds that Terraform refuses the cases that are left out because
// they are for provider 6.
func ofProvider6(t *testing.T, cases []*application) {
	t.Helper()
	w := newWorkspace(t, nil, nil)
	b := &applyBatch{workspace: w, cases: map[string]*application{}}
	var tenants []*tenant
	for _, c := range cases {
		if c.idle == provider6 {
			b.cases[c.folder] = c
			tenants = append(tenants, c.result)
		}
	}
	w.write(sharedRoot(tenants))
	if failed := w.init(); len(failed) > 0 {
		t.Fatalf("terraform init: %+v", failed)
	}
	refused := b.byCase(w.validate())
	for _, c := range b.cases {
		const why = `Unsupported argument: An argument named "region" is not expected here.`
		if r := refused[c]; r == nil || !slices.Contains(r.why, why) {
			t.Errorf("%s is left out, but not refused: %+v", c.name, r)
		}
	}
}

// leaveOut gives the cases that are not chosen that for a reason.
func leaveOut(t *testing.T, cases []*application) {
	t.Helper()
	names, err := regexp.Compile(*chosen)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{} // by theme
	for _, c := range cases {
		if c.idle != "" {
			continue
		}
		theme := path.Dir(c.name)
		if *chosen == "" && seen[theme]%sampled != 0 || !names.MatchString(c.name) {
			c.idle = "it is not chosen"
		}
		seen[theme]++
	}
}

// installedFor returns a workspace in which the modules of all cases are
// installed.
func installedFor(t *testing.T, cases []*application) *workspace {
	t.Helper()
	var all []*tenant
	for _, c := range cases {
		if c.idle == "" {
			all = append(all, c.result)
		}
	}
	w := newWorkspace(t, nil, sharedRoot(all))
	if failed := w.init(); len(failed) > 0 {
		t.Fatalf("terraform init: %+v", failed)
	}
	return w
}

// batchSize is how many cases share a root. Terraform copies all of the state
// whenever a resource is done.
const batchSize = 80

// batches returns the cases that are to be applied, those of the same regions
// together.
func batches(cases []*application) [][]*application {
	rest := slices.DeleteFunc(slices.Clone(cases), func(c *application) bool { return c.idle != "" })
	slices.SortStableFunc(rest, func(a, b *application) int {
		return slices.Compare(sortedKeys(a.result.regions), sortedKeys(b.result.regions))
	})
	return slices.Collect(slices.Chunk(rest, batchSize))
}
