package terraform

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// AWSName is the usual local name of the AWS provider. References to its
// configurations are compared by it, whatever a directory calls the provider:
// "aws.west" is what amazon.west means there, and a call passes the default
// configuration to a module that calls it something else.
// https://developer.hashicorp.com/terraform/language/providers/requirements#local-names
const AWSName = "aws"

// awsSource ends the source address of the AWS provider, whatever registry it is of.
const awsSource = "hashicorp/aws"

// requirements returns the entries of required_providers, in the order of files and
// blocks. One of an override file is in the place of those before it.
// https://developer.hashicorp.com/terraform/language/files/override#merging-terraform-blocks
func (m *Module) requirements() []*hclsyntax.Attribute {
	var out []*hclsyntax.Attribute
	for _, b := range m.blocks("terraform", 0) {
		overrides := slices.Contains(m.Overrides, m.byPath[b.TypeRange.Filename])
		for _, required := range b.Body.Blocks {
			if required.Type != "required_providers" {
				continue
			}
			for _, name := range slices.Sorted(maps.Keys(required.Body.Attributes)) {
				if overrides {
					out = slices.DeleteFunc(out, func(a *hclsyntax.Attribute) bool { return a.Name == name })
				}
				out = append(out, required.Body.Attributes[name])
			}
		}
	}
	return out
}

// readAWSNames returns what required_providers calls the AWS provider, in order; the
// usual name where it says nothing of it.
func (m *Module) readAWSNames() []string {
	var out []string
	for _, a := range m.requirements() {
		if source := sourceOf(a.Expr); a.Name == AWSName || source == awsSource || strings.HasSuffix(source, "/"+awsSource) {
			out = append(out, a.Name)
		}
	}
	if len(out) == 0 {
		return []string{AWSName}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// IsAWS reports whether a local name is one of the AWS provider's. The usual one is
// also where the directory calls it something else: types of resources imply it.
func (m *Module) IsAWS(name string) bool { return name == AWSName || slices.Contains(m.awsNames, name) }

// SharedProvider returns a reference to a provider configuration, as the directory
// writes it, by the name that all directories share.
func (m *Module) SharedProvider(reference string) string {
	if name, alias, aliased := strings.Cut(reference, "."); m.IsAWS(name) {
		reference = AWSName
		if aliased {
			reference += "." + alias
		}
	}
	return reference
}

// LocalProvider returns what a provider argument of the directory says for a shared
// reference to a configuration of the AWS provider, "" for none. The default one is
// implied by the types of resources, but Terraform warns of that where the directory
// calls the provider something else.
func (m *Module) LocalProvider(reference string) string {
	switch {
	case slices.Contains(m.awsNames, AWSName):
		return reference
	case reference == "":
		return m.awsNames[0]
	}
	return m.awsNames[0] + strings.TrimPrefix(reference, AWSName)
}

// PassedAliases returns the aliases of the AWS provider's configurations that
// callers pass to the directory, as required_providers says.
// https://developer.hashicorp.com/terraform/language/modules/develop/providers#provider-aliases-within-modules
func (m *Module) PassedAliases() []string {
	var out []string
	for _, a := range m.requirements() {
		if passed := required(a.Expr, "configuration_aliases"); passed != nil && m.IsAWS(a.Name) {
			out = append(out, aliasesIn(passed)...)
		}
	}
	return out
}

// aliasesIn returns the aliases in a list of references to configurations, which
// are texts in JSON.
func aliasesIn(e hclsyntax.Expression) []string {
	list, _ := hcl.ExprList(e)
	var out []string
	for _, item := range list {
		for _, t := range item.Variables() {
			if a, ok := t[len(t)-1].(hcl.TraverseAttr); ok {
				out = append(out, a.Name)
			}
		}
		if v, diags := item.Value(nil); !diags.HasErrors() && IsString(v) {
			_, alias, _ := strings.Cut(v.AsString(), ".")
			out = append(out, alias)
		}
	}
	return out
}

// sourceOf returns the source address that an entry of required_providers says.
func sourceOf(e hclsyntax.Expression) string {
	if source := required(e, "source"); source != nil && IsString(Literal(source)) {
		return Literal(source).AsString()
	}
	return ""
}
