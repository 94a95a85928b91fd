package registry

import (
	"strings"
	"testing"
)

const commit = "?ref=696ceabbfdd49f8246e3d401c035729d60ea6fab"

func TestVersions(t *testing.T) {
	const dynamodb, backend = "cloudposse/dynamodb/aws", "cloudposse/tfstate-backend/aws"
	for _, c := range []struct {
		source, constraint string
		from               string // "" if no range is admitted
		differs            string
	}{
		{table, "4.0.0", "4.0.0", ""},
		{table, "v4.4.0", "4.0.0", ""},
		{table, "= 0.8.0", "0.8.0", ""},
		{table, "~> 4.0", "4.0.0", ""},
		{table, "~> 5.6", "5.0.0", ""},
		{table, "~> 3.0", "3.3.0", "Moves"},
		{table, "~> 3.0, < 3.3.0", "3.0.0", ""},
		{table, "~> 3.0, != 3.3.0", "3.3.0", "Moves"},
		{table, ">= 1.1.2, < 1.2.0", "1.1.0", ""},
		{table, "> 1.1.1, < 1.3", "1.2.0", "Moves"},
		{table, "<= 1.1.0", "1.1.0", "Provider Replicas"},
		{table, "", "5.0.0", "Moves Provider Region Replicas"},
		{table, "nonsense", "5.0.0", "Moves Provider Region Replicas"},
		{table, "0.1.0", "", ""},
		{table, "6.0.0", "", ""},
		{table, ">= 5.0", "5.0.0", ""},
		{table, "5.5.0-rc1", "5.0.0", ""},
		{table + "//wrappers", "1.0.0", "", ""},

		{dynamodb, "0.22.0", "0.22.0", ""},
		{dynamodb, ">= 0.22", "0.32.0", "Create Provider Replicas"},
		{dynamodb, ">= 0.21", "0.32.0", "Create Key Provider Replicas"},
		{dynamodb, "~> 0.0", "0.32.0", "Create Enable Key Mode Provider Replicas"},
		{dynamodb, "~> 0.21.0", "0.10.0", ""},

		{"github.com/cloudposse/terraform-aws-tfstate-backend?ref=v1", "", "1.0.0", ""},
		{key + "?ref=v3", "", "3.3.0", "Moves"},
		{"github.com/cloudposse/terraform-aws-tfstate-backend?ref=0.40", "", "0.34.0", ""},
		{"github.com/cloudposse/terraform-aws-tfstate-backend?ref=0.9.0", "~> 1.0", "0.8.0", ""},
		{backend, "~> 0.33", "0.34.0", "Create"},

		{"github.com/rhythmictech/terraform-aws-backend" + commit, "", "4.1.0", "Enable Key Mode Provider"},
		{"github.com/rhythmictech/terraform-aws-backend?ref=72078cb", "", "4.1.0", "Enable Key Mode Provider"},
		{"github.com/rhythmictech/terraform-aws-backend?ref=1234567", "", "4.1.0", "Enable Key Mode Provider"},
		{"github.com/rhythmictech/terraform-aws-backend?ref=master", "", "4.1.0", "Enable Key Mode Provider"},
		{"github.com/rhythmictech/terraform-aws-backend", "~> 4.1", "4.1.0", ""},
		{"github.com/rhythmictech/terraform-aws-backend?ref=v4.0.0-rc2", "", "1.0.0", ""},
	} {
		m, ok := Lookup(c.source, c.constraint)
		if !ok {
			t.Errorf("%s is not found", c.source)
			continue
		}
		from := ""
		if m.Version != nil {
			from = m.Version.From
		}
		if differs := strings.Join(m.Differs, " "); from != c.from || differs != c.differs {
			t.Errorf("%s %q: from %q, differs in %q; want %q, %q", c.source, c.constraint, from, differs, c.from, c.differs)
		}
		sure := !strings.Contains(c.differs, "Mode") && !strings.Contains(c.differs, "Key")
		if m.Ambiguous() == sure {
			t.Errorf("%s %q: ambiguous is %v", c.source, c.constraint, m.Ambiguous())
		}
	}
}

// TestRanges finds each range of each module by its first release, through each
// of its addresses.
func TestRanges(t *testing.T) {
	for m := range All() {
		for _, source := range m.Sources {
			if m.Folder != "" {
				source += "//" + m.Folder
			}
			for i := range m.Versions {
				got, ok := Lookup(source, m.Versions[i].From)
				if !ok || got.Module != m || got.Version != &m.Versions[i] || len(got.Differs) > 0 {
					t.Errorf("%s %s: %+v", source, m.Versions[i].From, got)
				}
			}
		}
		if strings.HasSuffix(m.Doc, "/"+m.Name) && strings.Contains(m.Doc, "registry.terraform.io") {
			if got, _ := Lookup(m.Name, m.Read); got.Module != m || got.Version != &m.Versions[len(m.Versions)-1] {
				t.Errorf("%s %s: %+v", m.Name, m.Read, got)
			}
		}
	}
}
