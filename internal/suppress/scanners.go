package suppress

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// ConfigNames are the configuration files of scanners that may switch a check
// off, relative to the folder that the scanner is run in.
var ConfigNames = []string{
	".trivyignore", ".trivyignore.yaml", ".trivyignore.yml", ".checkov.yaml", ".checkov.yml", ".checkov.baseline",
	".tfsec/config.json", ".tfsec/config.yml", ".tfsec/config.yaml", "kics.config",
}

// ReadConfig returns the rules of a scanner's configuration file, which is one
// of ConfigNames. What the scanner could not read has none.
func ReadConfig(name string, f *terraform.File) []Rule {
	switch {
	case name == ".trivyignore":
		return trivyLines(f)
	case strings.HasPrefix(name, ".trivyignore."):
		return trivyYAML(f)
	case name == ".checkov.baseline":
		return checkovBaseline(f)
	case strings.HasPrefix(name, ".checkov."):
		return listed(f, "skip-check", byCheckov)
	case strings.HasPrefix(name, ".tfsec/"):
		return listed(f, "exclude", func(id string, c *Check) bool { return slices.Contains(c.Tfsec, id) })
	}
	rules := listed(f, "exclude-queries", byKICS)
	if rules == nil {
		rules = kicsHCL(f)
	}
	return rules
}

// byTrivy reports whether an ID is one that Trivy reports for a check. Unlike in
// comments its other names do not count, and the case of letters does.
func byTrivy(id string, c *Check) bool {
	return (strings.HasPrefix(id, "AVD-AWS-") || strings.HasPrefix(id, "AWS-")) && slices.Contains(c.Trivy, id)
}

// byCheckov reports whether an ID, in which * stands for anything, means a check.
func byCheckov(id string, c *Check) bool {
	return slices.ContainsFunc(c.Checkov, func(of string) bool {
		matched, err := path.Match(id, of)
		return err == nil && matched
	})
}

func byKICS(id string, c *Check) bool { return strings.EqualFold(id, c.KICS) }

func (f ruleFile) rule(start int, id string, names func(string, *Check) bool) Rule {
	return Rule{Place: terraform.Place{File: f.File, Start: start, End: start}, ID: id, names: func(c *Check) bool { return names(id, c) }}
}

type ruleFile struct{ *terraform.File }

// trivyLines reads .trivyignore: an ID a line, and until when it holds.
// https://github.com/aquasecurity/trivy/blob/main/pkg/result/ignore.go
func trivyLines(f *terraform.File) []Rule {
	var out []Rule
	start := 0
	for line := range bytes.Lines(f.Bytes) {
		fields := strings.Fields(string(line))
		if len(fields) > 0 && !strings.HasPrefix(fields[0], "#") {
			rule := ruleFile{f}.rule(start, fields[0], byTrivy)
			if dated(&rule, fields[1:]) {
				out = append(out, rule)
			}
		}
		start += len(line)
	}
	return out
}

// dated sets until when a rule holds. It returns false for what is no date.
func dated(r *Rule, fields []string) bool {
	for _, field := range fields {
		if day, ok := strings.CutPrefix(field, "exp:"); ok {
			var err error
			r.expires, err = time.Parse(time.DateOnly, day)
			return err == nil
		}
	}
	return true
}

// kicsHCL reads KICS's configuration in HCL.
// https://github.com/Checkmarx/kics/blob/master/docs/configuration-file.md
func kicsHCL(f *terraform.File) []Rule {
	parsed, err := terraform.ParseFile(f.Name, f.Path, f.Bytes)
	if err != nil {
		return nil
	}
	a := parsed.Body.Attributes["exclude-queries"]
	if a == nil {
		return nil
	}
	list, ok := a.Expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		return nil
	}
	var out []Rule
	for _, e := range list.Exprs {
		if v := terraform.Literal(e); terraform.IsString(v) {
			out = append(out, ruleFile{parsed}.rule(e.Range().Start.Byte, v.AsString(), byKICS))
		}
	}
	return out
}
