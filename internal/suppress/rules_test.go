package suppress

import (
	"strconv"
	"strings"
	"testing"

	"cmkify/internal/terraform"
)

// TestReadConfig holds which lines of scanners' files are rules, where they
// stand, and that what is hostile has none.
func TestReadConfig(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want string // "line:column id" of each rule
	}{
		".trivyignore":      {"# AVD-AWS-0025\n\n  AVD-AWS-0025 exp:2030-01-01 # why\nX exp:never\n", "3:1 AVD-AWS-0025"},
		".trivyignore.yaml": {"misconfigurations:\n  - id: A\n  - paths: [x]\n  - id: B\n    expired_at: soon\n", "2:5 A"},
		".checkov.yaml":     {"skip-check:\n  - A\n  - B, C\n", "2:5 A|3:5 B|3:5 C"},
		".checkov.yml":      {"skip-check: {A: B}\n", ""},
		".checkov.baseline": {`{"failed_checks":[{"findings":[{"resource":"t","check_ids":["A"]},{"check_ids":["B"]}]}]}`, "1:61 A"},
		".tfsec/config.yml": {"exclude: A\n", "1:10 A"},
		"kics.config":       {"exclude-queries = [ \"A\", 1, file(\"b\") ]\n", "1:21 A"},
	} {
		var got []string
		for _, r := range ReadConfig(name, &terraform.File{Name: name, Path: name, Bytes: []byte(c.text)}) {
			got = append(got, strings.TrimPrefix(r.Place.Line(), name+":")+":"+column(r)+" "+r.ID)
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for _, text := range []string{
		"", "\x00", "[", strings.Repeat("[", 100000), strings.Repeat("- ", 100000), "a: &a [*a]\nskip-check: *a\n", "skip-check: !!binary x\n",
		"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]\n",
		"misconfigurations: [{id: [A]}, 1, {paths: {}}]\n", "failed_checks: [1, {findings: [2, {resource: [], check_ids: A}]}]\n",
	} {
		for _, name := range ConfigNames {
			for _, r := range ReadConfig(name, &terraform.File{Name: name, Path: name, Bytes: []byte(text)}) {
				if r.names(&CustomerKey) {
					t.Errorf("%s: %.40q switches the check off", name, text)
				}
			}
		}
	}
}

func column(r Rule) string {
	_, column := r.Place.Position()
	return strconv.Itoa(column)
}
