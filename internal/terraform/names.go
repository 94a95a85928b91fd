package terraform

import (
	"slices"
	"strings"
)

const (
	lockFile       = ".terraform.lock.hcl"
	terragruntFile = "terragrunt.hcl"
)

// configSuffixes end the names of the files that make up a module, those of
// OpenTofu included.
var configSuffixes = []string{".tf", ".tf.json", ".tofu", ".tofu.json"}

// IsConfig reports whether Terraform or OpenTofu reads a file of this name as
// part of the module in its directory. Editors' leftovers are not read.
func IsConfig(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") {
		return false
	}
	return slices.ContainsFunc(configSuffixes, func(s string) bool { return strings.HasSuffix(name, s) })
}

// IsContext reports whether a file of this name, though no configuration,
// bears on the module in its directory. So do files of variable values, tests and
// mocks in folders below, whose names hold slashes.
func IsContext(name string) bool {
	return name == lockFile || name == terragruntFile || IsInputs(name) || isTest(name) || isMock(name)
}

// testSuffixes end the names of files of tests.
// https://opentofu.org/docs/cli/commands/test/#the-tofutesthcl-file-structure
var testSuffixes = []string{".tftest.hcl", ".tftest.json", ".tofutest.hcl", ".tofutest.json"}

// IsTest reports whether a file of this name holds tests.
func IsTest(name string) bool {
	return slices.ContainsFunc(testSuffixes, func(s string) bool { return strings.HasSuffix(name, s) })
}

// stackSuffixes end the names of files of stacks, of earlier versions, too.
// https://developer.hashicorp.com/terraform/language/stacks/component/config
var stackSuffixes = []string{".tfcomponent.hcl", ".tfcomponent.json", ".tfstack.hcl", ".tfstack.json"}

// IsStack reports whether a file of this name holds components of a stack, which
// run modules.
func IsStack(name string) bool {
	return slices.ContainsFunc(stackSuffixes, func(s string) bool { return strings.HasSuffix(name, s) })
}

// IsTerragruntPart reports whether a file of this name may be one that Terragrunt
// includes, such as root.hcl or _envcommon/orders.hcl.
func IsTerragruntPart(name string) bool {
	return strings.HasSuffix(name, ".hcl") && !strings.HasPrefix(name, ".") && name != terragruntFile && !IsTest(name) && !IsStack(name)
}

// isTest reports whether terraform test reads a file of this name: one of
// the directory, or of its folder tests.
func isTest(name string) bool {
	name = strings.TrimPrefix(name, "tests/")
	return !strings.Contains(name, "/") && IsTest(name)
}

// isMock reports whether a file of this name holds mocks for tests.
// https://developer.hashicorp.com/terraform/language/tests/mocking#mock-provider-data
func isMock(name string) bool {
	return strings.HasSuffix(name, ".tfmock.hcl") || strings.HasSuffix(name, ".tfmock.json")
}

// IsInputs reports whether a file of this name holds values of variables.
func IsInputs(name string) bool {
	return strings.HasSuffix(name, ".tfvars") || strings.HasSuffix(name, ".tfvars.json")
}

func isJSON(name string) bool { return strings.HasSuffix(name, ".json") }

// isOverride reports whether Terraform merges the file over the others.
func isOverride(name string) bool {
	base, _, _ := strings.Cut(name, ".")
	for _, s := range configSuffixes {
		if b, ok := strings.CutSuffix(name, s); ok {
			base = b
		}
	}
	return base == "override" || strings.HasSuffix(base, "_override")
}

// hiddenBy returns the name of the OpenTofu file that hides a Terraform file
// of this name, "" for none.
// https://opentofu.org/docs/language/files/#opentofu-and-terraform-files
func hiddenBy(name string) string {
	if base, ok := strings.CutSuffix(name, ".tf"); ok {
		return base + ".tofu"
	}
	if base, ok := strings.CutSuffix(name, ".tf.json"); ok {
		return base + ".tofu.json"
	}
	return ""
}
