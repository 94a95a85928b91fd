package acceptance

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
	"cmkify/internal/testkit/command"
)

// TestVerdicts holds the verdicts on the tables of testdata/verdicts, a root
// module of values in all their forms, to what a plan says of them: what is
// called null, false, absent or known must be so there. Then cmkify rewrites
// it, and what it calls fixed must be so in a further plan, and nothing else.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	files, module := verdictModule(t, "verdicts")
	aws := newStandIn(t)
	region := aws.in("us-east-1")
	region.aliases["alias/elsewhere"] = aws.newKey(region, &key{rotates: true}).id
	managed, err := aws.key(region, managedAlias)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorkspace(t, aws, files)
	for _, d := range w.init() {
		t.Fatalf("terraform init: %+v", d)
	}
	findings := judge(module)
	w.holdVerdicts(findings, managed.arn(), probes(t, files, module))
	t.Logf("%d verdicts are held to a plan", len(findings))
	if len(findings) < 30 {
		t.Error("too few")
	}
	exit, said := w.rewrite(command.Path())
	if exit != 1 { // some are left
		t.Fatalf("cmkify: exit %d\n%s", exit, said)
	}
	for name := range files {
		files[name] = []byte(w.read(name))
	}
	module = loadVerdicts(t, files)
	fixed := map[string]bool{}
	for _, f := range findings {
		if f.Status == detect.Fixable && isFixed(said, f.Address()) {
			fixed[f.Address()] = true
		}
	}
	findings = judge(module)
	for _, f := range findings {
		if fixed[f.Address()] && f.Status != detect.Compliant {
			t.Errorf("%s is %s after it was fixed", f.Address(), f.Status)
		}
	}
	w.holdVerdicts(findings, managed.arn(), probes(t, files, module))
	t.Logf("%d verdicts on fixed tables are held to a plan", len(fixed))
}

// isFixed reports whether a run said that a table is fixed.
func isFixed(said, address string) bool {
	for line := range strings.Lines(said) {
		if strings.Contains(line, ": "+address+": ") {
			return strings.Contains(line, "]; fixed")
		}
	}
	return false
}

// holdVerdicts plans the configuration with the probes in it, and holds the
// findings to that.
func (w *workspace) holdVerdicts(findings []*detect.Finding, managedARN string, probes []byte) {
	w.t.Helper()
	w.write(map[string][]byte{"probes.tf": probes})
	w.plan()
	w.remove("probes.tf")
	planned := w.plannedTables()
	held := map[string]bool{}
	for _, f := range findings {
		_, name, _ := strings.Cut(f.Address(), ".")
		held[name] = true
		instances := planned[name]
		if len(instances) == 0 {
			w.t.Errorf("%s has a verdict, and no instance", f.Address())
			continue
		}
		verdict, worst := verdictOf(w.t, f)
		for _, i := range instances {
			want := verdict
			if worst != nil && !slices.Contains(worst, i.address) {
				want = ""
			}
			got := i.verdict(managedARN)
			if got == detect.NoKey && !i.probed && want == "" {
				continue // the plan does not tell: null, too, is known after the apply
			}
			if got != want {
				w.t.Errorf("%s is %q, but planned as %q: %+v", i.address, want, got, i)
			}
		}
	}
	for name := range planned {
		if !held[name] {
			w.t.Errorf("%s has instances, and no verdict", name)
		}
	}
}

// verdictModule returns the files of a folder in testdata, and the module.
func verdictModule(t *testing.T, name string) (map[string][]byte, *terraform.Module) {
	t.Helper()
	folder := filepath.Join("testdata", name)
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = data
	}
	return files, loadVerdicts(t, files)
}

// judge returns the findings of a root module.
func judge(m *terraform.Module) []*detect.Finding {
	return detect.Check(func(seed int) []*eval.Instance {
		return []*eval.Instance{eval.New(eval.Options{Seed: seed}).Top(m)}
	}, detect.Options{}).Findings
}

func loadVerdicts(t *testing.T, files map[string][]byte) *terraform.Module {
	t.Helper()
	var sources []terraform.Source
	for _, name := range sortedKeys(files) {
		sources = append(sources, terraform.Source{Name: name, Path: name, Bytes: files[name]})
	}
	m := terraform.Load(".", sources)
	for _, e := range m.Errors {
		t.Fatal(e)
	}
	return m
}

var instanceNames = regexp.MustCompile(`aws_dynamodb_table\.\w+\[[^\]]*\]`)

// verdictOf returns the problem of a finding, "" when it is compliant, and
// which instances have it, nil for all.
func verdictOf(t *testing.T, f *detect.Finding) (detect.ProblemID, []string) {
	t.Helper()
	if f.Status == detect.Compliant {
		return "", nil
	}
	if len(f.Problems) == 0 {
		t.Fatalf("%s is %s: only what is known can be held to a plan", f.Address(), f.Status)
	}
	return f.Problems[0].ID, instanceNames.FindAllString(f.Problems[0].Message(), -1)
}

// probes returns resources that show in a plan what a table's key is before
// the provider puts an unknown value in the place of null.
func probes(t *testing.T, files map[string][]byte, m *terraform.Module) []byte {
	t.Helper()
	source := func(r hcl.Range) string { return string(files[r.Filename][r.Start.Byte:r.End.Byte]) }
	var out strings.Builder
	for _, table := range m.Resources {
		if table.Type != "aws_dynamodb_table" {
			continue
		}
		static, _ := table.Nested("server_side_encryption")
		if len(static) == 0 {
			continue
		}
		a := static[len(static)-1].Body.Attributes["kms_key_arn"]
		if a == nil {
			continue
		}
		fmt.Fprintf(&out, "resource \"terraform_data\" %q {\n", table.Name)
		for _, name := range []string{"count", "for_each"} {
			if a := table.Attribute(name); a != nil {
				fmt.Fprintf(&out, "  %s = %s\n", name, source(a.Expr.Range()))
			}
		}
		key := source(a.Expr.Range())
		if strings.HasPrefix(key, "${") { // from JSON, where it stands in quotes
			key = `"` + key + `"`
		}
		fmt.Fprintf(&out, "  input = { key = %s }\n}\n", key)
	}
	return []byte(out.String())
}

// A plannedTable is what a plan says of an instance of a table.
type plannedTable struct {
	address  string
	block    bool
	enabled  any    // nil when it is known only after the apply
	key      string // "" for null, too
	keyLater bool   // the key is known only after the apply; a probe says so
	probed   bool   // there is one
}

// verdict returns what is wrong with the instance, as far as a plan tells.
func (p *plannedTable) verdict(managedARN string) detect.ProblemID {
	switch {
	case !p.block:
		return detect.NoEncryptionBlock
	case p.enabled == false:
		return detect.EncryptionDisabled
	case p.key == "" && !p.keyLater:
		return detect.NoKey
	case p.key == managedARN, strings.Contains(p.key, ":alias/aws/"):
		return detect.AWSManagedKey
	}
	return ""
}

// plannedTables returns what the last plan says of the tables, by name.
func (w *workspace) plannedTables() map[string][]*plannedTable {
	w.t.Helper()
	out, _ := w.terraform("show", "-json", "next.tfplan")
	type encryption struct {
		Enabled any    `json:"enabled"`
		Key     string `json:"kms_key_arn"`
	}
	var shown struct {
		Changes []struct {
			Address, Type, Name string
			Change              struct {
				After struct {
					Input      map[string]*string
					Encryption []encryption `json:"server_side_encryption"`
				}
				Unknown struct {
					Input json.RawMessage
				} `json:"after_unknown"`
			}
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal(out, &shown); err != nil {
		w.t.Fatalf("terraform show: %v: %s", err, out)
	}
	tables := map[string][]*plannedTable{}
	byAddress := map[string]*plannedTable{}
	for _, c := range shown.Changes {
		if c.Type != "aws_dynamodb_table" {
			continue
		}
		p := &plannedTable{address: c.Address, block: len(c.Change.After.Encryption) > 0}
		if p.block {
			p.enabled, p.key = c.Change.After.Encryption[0].Enabled, c.Change.After.Encryption[0].Key
		}
		byAddress[c.Address] = p
		tables[c.Name] = append(tables[c.Name], p)
	}
	for _, c := range shown.Changes {
		if p := byAddress["aws_dynamodb_table"+strings.TrimPrefix(c.Address, "terraform_data")]; c.Type == "terraform_data" && p != nil {
			p.probed, p.keyLater = true, strings.Contains(string(c.Change.Unknown.Input), "true")
			if key := c.Change.After.Input["key"]; key != nil {
				p.key = *key
			}
		}
	}
	return tables
}
