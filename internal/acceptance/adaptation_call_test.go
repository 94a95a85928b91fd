package acceptance

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// want takes in the provider configurations that an argument refers to.
func (a *adaptation) want(argument *hclsyntax.Attribute) {
	wanted := map[string]bool{}
	addAliases(wanted, argument)
	for alias := range wanted {
		if _, known := a.regionOf[alias]; !known {
			a.regionOf[alias] = ""
		}
	}
}

func (a *adaptation) configurationAliases(b *hclsyntax.Block) {
	for _, nested := range b.Body.Blocks {
		for _, requirement := range nested.Body.Attributes {
			addAliases(a.declared, requirement)
			a.want(requirement)
		}
	}
}

// regional makes an argument of provider 6, the region of a resource, a
// provider configuration of that region, which only a root can be given.
func (a *adaptation) regional(src *source, region, provider *hclsyntax.Attribute) {
	name := literal(region)
	switch {
	case region == nil:
	case name == "", provider != nil, !a.root:
		a.cannot(provider6)
	default:
		src.replace(region.SrcRange, "provider = aws."+regionAlias(name))
		a.regionOf[regionAlias(name)] = name
	}
}

// provider6 is why a tenant is not applied whose resources have regions that
// no provider configuration can take the place of.
const provider6 = "it is for provider 6"

// passed returns the provider configurations that the directory is passed, but
// for the default one.
func (a *adaptation) passed() []string {
	var out []string
	for _, alias := range sortedKeys(a.regionOf) {
		if alias != "" && (a.root || a.declared[alias]) {
			out = append(out, "aws."+alias)
		}
	}
	return out
}

// region returns the region that an argument says, itself or by variables and
// locals; "" where it is not known.
func (a *adaptation) region(argument *hclsyntax.Attribute) string {
	if argument == nil {
		return ""
	}
	known := map[string]cty.Value{}
	for name, block := range a.variables {
		value := block.Body.Attributes["default"]
		if text, is := a.value(name); is {
			known[name] = cty.StringVal(strings.Trim(text, `"`))
		} else if value != nil {
			known[name], _ = value.Expr.Value(nil)
		}
	}
	context := &hcl.EvalContext{Variables: map[string]cty.Value{"var": cty.ObjectVal(known), "local": cty.ObjectVal(a.locals)}}
	v, diags := argument.Expr.Value(context)
	if diags.HasErrors() || !v.IsKnown() || v.IsNull() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

var regionLike = regexp.MustCompile(`^[a-z]{2}-[a-z]+-\d$`)

// call returns the block that calls the directory from the shared root.
func (a *adaptation) call(name string) []byte {
	var providers strings.Builder
	for _, alias := range sortedKeys(a.regionOf) {
		region, reference := a.regionOf[alias], "aws"
		if guess := strings.ReplaceAll(alias, "_", "-"); region == "" && regionLike.MatchString(guess) {
			region = guess
		}
		if alias != "" {
			region, reference = cmp.Or(region, otherRegion), "aws."+alias
		}
		region = cmp.Or(region, a.homes[a.dir])
		a.regions[region] = true
		fmt.Fprintf(&providers, "    %s = aws.%s\n", reference, regionAlias(region))
	}
	var arguments strings.Builder
	for _, variable := range sortedKeys(a.variables) {
		if value, is := a.value(variable); is {
			fmt.Fprintf(&arguments, "  %s = %s\n", variable, value)
		}
	}
	return fmt.Appendf(nil, "module %q {\n  source = \"./%s\"\n  %s = %q\n%s  providers = {\n%s  }\n}\n",
		name, a.path(a.dir), callVariable, name, &arguments, &providers)
}

func regionAlias(region string) string { return strings.ReplaceAll(region, "-", "_") }

// otherRegion is the one of what is of another region than most, if nothing
// says which.
const otherRegion = "us-west-2"

// value returns what a variable is given: what the files for that say, else,
// if it has no default, a value of its type that we invent. Of a text its name
// tells what it is of.
func (a *adaptation) value(name string) (string, bool) {
	attributes := a.variables[name].Body.Attributes
	if value, is := a.given[name]; is || attributes["default"] != nil {
		return value, is
	}
	kind := "string"
	if typ := attributes["type"]; typ != nil {
		kind = hcl.ExprAsKeyword(typ.Expr)
		if call, diags := hcl.ExprCall(typ.Expr); !diags.HasErrors() {
			kind = call.Name
		}
	}
	text := "given"
	switch {
	case kind == "number":
		return "1", true
	case kind == "bool":
		return "true", true
	case kind == "list", kind == "set", kind == "tuple":
		return "[]", true
	case kind == "map", kind == "object":
		return "{}", true
	case strings.Contains(name, "key"), strings.Contains(name, "arn"), strings.Contains(name, "kms"):
		text = "arn:aws:kms:" + a.homes[a.dir] + ":" + account + ":key/" + givenKey
	case strings.Contains(name, "account"):
		text = account
	case strings.Contains(name, "policy"):
		text = defaultPolicy
	case name == "region":
		text = a.homes[a.dir]
	case strings.Contains(name, "region"):
		text = otherRegion
	}
	return fmt.Sprintf("%q", text), true
}
