package acceptance

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// An adaptation makes one directory of a tenant fit for the shared root.
type adaptation struct {
	*tenant
	dir       string
	root      bool // nothing in the case calls it
	sources   map[string]*source
	calls     map[string]bool             // directories of the case that it calls
	regionOf  map[string]string           // regions of provider configurations by alias, "" where it is not known
	declared  map[string]bool             // configuration_aliases
	variables map[string]*hclsyntax.Block // input variables
	given     map[string]string           // values of variables, as the files for them say
	locals    map[string]cty.Value        // that are literals
}

func newAdaptation(n *tenant, dir string, files map[string][]byte) *adaptation {
	a := &adaptation{tenant: n, dir: dir, sources: map[string]*source{}, calls: map[string]bool{}, regionOf: map[string]string{"": ""},
		declared: map[string]bool{}, variables: map[string]*hclsyntax.Block{}, given: map[string]string{}, locals: map[string]cty.Value{}}
	for _, name := range sortedKeys(files) {
		if path.Dir(name) == dir {
			a.read(path.Base(name), files[name])
		}
	}
	for _, name := range sortedKeys(a.sources) {
		for _, b := range a.sources[name].body.Blocks {
			a.note(b)
		}
	}
	return a
}

// read takes in a file of the directory.
func (a *adaptation) read(name string, text []byte) {
	switch {
	case name == "terraform.tfvars", strings.HasSuffix(name, ".auto.tfvars"):
		for _, value := range a.parse(name, text).Attributes {
			a.give(name, value.Name, string(value.Expr.Range().SliceBytes(text)))
		}
	case name == "terraform.tfvars.json", strings.HasSuffix(name, ".auto.tfvars.json"):
		var values map[string]json.RawMessage
		if err := json.Unmarshal(text, &values); err != nil {
			a.cannot("%s: %v", name, err)
		}
		for variable, value := range values {
			a.give(name, variable, string(value))
		}
	case strings.HasSuffix(name, ".tf.json"):
		a.json(name, text)
	case strings.HasSuffix(name, ".tofu"):
		a.cannot("it is for OpenTofu")
	case strings.HasSuffix(name, ".tf"):
		a.sources[name] = &source{text: text, body: a.parse(name, text)}
	}
}

// json takes in a file in JSON syntax, which stays as it is: it may have nothing
// that would need another name. A file of resources alone that the stand-in
// lacks is left out.
func (a *adaptation) json(name string, text []byte) {
	var file map[string]any
	if err := json.Unmarshal(text, &file); err != nil {
		a.cannot("%s: %v", name, err)
	}
	resources, _ := file["resource"].(map[string]any)
	lacking := 0
	for typ := range resources {
		if !slices.Contains(standInTypes, typ) {
			lacking++
		} else if typ != "aws_kms_key" {
			a.cannot("its %s is in JSON syntax", typ)
		}
	}
	for block := range file {
		if !slices.Contains([]string{"locals", "output", "resource"}, block) {
			a.cannot("its %s is in JSON syntax", block)
		}
	}
	switch {
	case lacking == 0:
		a.files[a.path(a.dir, name)] = text
	case lacking < len(resources) || len(file) > 1:
		a.cannot("what the stand-in lacks is in JSON syntax")
	}
}

// give notes the value of a variable. Files come in the order of their names,
// and a later one wins; only terraform.tfvars loses to all others.
func (a *adaptation) give(file, variable, value string) {
	if _, is := a.given[variable]; !is || !strings.HasPrefix(file, "terraform.tfvars") {
		a.given[variable] = value
	}
}

// note takes in what other blocks must know of this one.
func (a *adaptation) note(b *hclsyntax.Block) {
	a.blocks[a.dir+" "+addressOf(b)] = true
	switch {
	case b.Type == "variable" && len(b.Labels) == 1:
		a.variables[b.Labels[0]] = b
	case b.Type == "locals":
		for name, value := range b.Body.Attributes {
			if v, diags := value.Expr.Value(nil); !diags.HasErrors() {
				a.locals[name] = v
			}
		}
	case b.Type == "module":
		from := literal(b.Body.Attributes["source"])
		if !strings.HasPrefix(from, ".") {
			a.cannot("a module that it calls is not here")
		}
		a.calls[path.Join(a.dir, from)] = true
	}
}

// callVariable holds what tells the calls of a directory apart.
const callVariable = "call_of_the_test"

// adapt adds the files of the directory to the tenant.
func (a *adaptation) adapt() {
	a.prune()
	for _, name := range sortedKeys(a.sources) {
		src := a.sources[name]
		for _, b := range src.body.Blocks {
			a.block(src, b)
		}
		a.files[a.path(a.dir, name)] = src.edited()
	}
	const interior = `terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [%s]
    }
  }
}

variable %q {}
`
	a.files[a.path(a.dir, "of_the_test.tf")] = fmt.Appendf(nil, interior, strings.Join(a.passed(), ", "), callVariable)
}

// block makes a block fit.
func (a *adaptation) block(src *source, b *hclsyntax.Block) {
	attributes := b.Body.Attributes
	switch b.Type {
	case "terraform":
		a.configurationAliases(b)
		src.cut(b)
	case "provider":
		if a.root {
			a.regionOf[literal(attributes["alias"])] = a.region(attributes["region"])
			src.cut(b)
		}
	case "import": // only a root may have it
		src.cut(b)
	case "module":
		a.want(attributes["providers"])
		tells := fmt.Sprintf("${var.%s}-%s", callVariable, b.Labels[0])
		if each := instanceOf(b); each != "" {
			tells += "-${" + each + "}"
		}
		src.add(b, fmt.Sprintf("%s = \"%s\"", callVariable, tells))
	case "resource", "data":
		a.want(attributes["provider"])
		a.regional(src, attributes["region"], attributes["provider"])
		a.resource(src, b)
	}
}

// resource gives what has a name one of its own, and a table that no capacity
// is reserved for the billing mode that needs none. The policies of keys that
// the run has not made may lock out whom they want.
func (a *adaptation) resource(src *source, b *hclsyntax.Block) {
	attributes := b.Body.Attributes
	switch b.Type + "." + b.Labels[0] {
	case "resource.aws_dynamodb_table":
		src.own(b, "name", "")
		if attributes["name"] != nil && attributes["billing_mode"] == nil && attributes["read_capacity"] == nil {
			src.add(b, `billing_mode = "PAY_PER_REQUEST"`)
		}
	case "resource.aws_iam_role":
		src.own(b, "name", "")
	case "resource.aws_kms_alias":
		src.own(b, "name", "alias/")
		src.own(b, "name_prefix", "alias/")
	case "resource.aws_kms_key", "resource.aws_kms_replica_key", "resource.aws_kms_key_policy":
		if a.old[a.dir+" "+addressOf(b)] && attributes["policy"] != nil && attributes["bypass_policy_lockout_safety_check"] == nil {
			src.add(b, "bypass_policy_lockout_safety_check = true")
		}
	}
}
