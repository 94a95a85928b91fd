package suppress

import (
	"bytes"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"cmkify/internal/terraform"
)

// document returns the root of a file in YAML, or JSON, which is YAML too; nil
// for one that is neither. Aliases are not followed.
func document(f *terraform.File) *yaml.Node {
	var root yaml.Node
	if err := yaml.Unmarshal(f.Bytes, &root); err != nil || len(root.Content) != 1 {
		return nil
	}
	return root.Content[0]
}

// member returns the value of a key of a mapping, nil for none.
func member(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// elements returns those of a list, or a single value as one.
func elements(n *yaml.Node) []*yaml.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.SequenceNode:
		return n.Content
	case n.Kind == yaml.ScalarNode:
		return []*yaml.Node{n}
	}
	return nil
}

// offset returns where a node begins, which YAML tells by line and column.
func offset(f *terraform.File, n *yaml.Node) int {
	at := 0
	for line := 1; line < n.Line; line++ {
		next := bytes.IndexByte(f.Bytes[at:], '\n')
		if next < 0 {
			return at
		}
		at += next + 1
	}
	return min(at+n.Column-1, len(f.Bytes))
}

// listed returns a rule for each ID that a key lists: as a list, or in one text
// with commas.
func listed(f *terraform.File, key string, names func(string, *Check) bool) []Rule {
	var out []Rule
	for _, n := range elements(member(document(f), key)) {
		for id := range strings.SplitSeq(n.Value, ",") {
			out = append(out, ruleFile{f}.rule(offset(f, n), strings.TrimSpace(id), names))
		}
	}
	return out
}

// trivyYAML reads .trivyignore.yaml.
// https://github.com/aquasecurity/trivy/blob/main/pkg/result/ignore.go
func trivyYAML(f *terraform.File) []Rule {
	var out []Rule
	for _, n := range elements(member(document(f), "misconfigurations")) {
		id := member(n, "id")
		if id == nil {
			continue
		}
		rule := ruleFile{f}.rule(offset(f, n), id.Value, byTrivy)
		if s := member(n, "statement"); s != nil {
			rule.Reason = strings.Join(strings.Fields(s.Value), " ")
		}
		for _, p := range elements(member(n, "paths")) {
			rule.paths = append(rule.paths, p.Value)
		}
		if day := member(n, "expired_at"); day != nil {
			var err error
			if rule.expires, err = time.Parse(time.DateOnly, day.Value); err != nil {
				continue
			}
		}
		out = append(out, rule)
	}
	return out
}

// checkovBaseline reads what failed when a baseline was made: by resource and
// check, whatever the file.
// https://github.com/bridgecrewio/checkov/blob/main/checkov/common/output/baseline.py
func checkovBaseline(f *terraform.File) []Rule {
	var out []Rule
	for _, file := range elements(member(document(f), "failed_checks")) {
		for _, found := range elements(member(file, "findings")) {
			resource := member(found, "resource")
			if resource == nil || resource.Value == "" {
				continue
			}
			for _, id := range elements(member(found, "check_ids")) {
				rule := ruleFile{f}.rule(offset(f, id), id.Value, byCheckov)
				rule.resource = resource.Value
				out = append(out, rule)
			}
		}
	}
	return out
}
