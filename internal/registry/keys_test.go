package registry

import (
	"testing"

	"cmkify/internal/terraform"
)

func TestKeyModels(t *testing.T) {
	for k := range Keys() {
		m := terraform.Load("", []terraform.Source{{Name: "main.tf", Bytes: []byte(k.Model)}})
		if len(m.Errors) > 0 || m.Output("key_arn") == nil || m.Output("key_id") == nil {
			t.Errorf("%s: the model has errors, or lacks an output: %v", k.Name, m.Errors)
		}
	}
}

func TestLookupKey(t *testing.T) {
	for _, test := range []struct {
		source, constraint string
		found              bool
	}{
		{"terraform-aws-modules/kms/aws", "", true},
		{"terraform-aws-modules/kms/aws", "1.0.0", true},
		{"terraform-aws-modules/kms/aws", "~> 5.0", false},
		{"terraform-aws-modules/kms/aws", "0.9.0", false},
		{"terraform-aws-modules/kms/aws//wrappers", "", false},
		{"terraform-aws-modules/vpc/aws", "", false},
		{"git::https://github.com/cloudposse/terraform-aws-kms-key.git?ref=tags/0.12.1", "", true},
		{"./kms", "", false},
	} {
		if got := LookupKey(test.source, test.constraint) != nil; got != test.found {
			t.Errorf("LookupKey(%q, %q) finds a module: %t, want %t", test.source, test.constraint, got, test.found)
		}
	}
}
