package eval

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// An Index keeps what the bodies of files mention, and which modules have been
// prepared, so that evaluators that share it walk each body once. It is used by
// one goroutine.
type Index struct {
	bodies  map[*hclsyntax.Body]*mentioned
	modules map[*terraform.Module]*moduleNames
}

// NewIndex returns an empty index.
func NewIndex() *Index {
	return &Index{map[*hclsyntax.Body]*mentioned{}, map[*terraform.Module]*moduleNames{}}
}

// A mentioned is what a body mentions.
type mentioned struct {
	references []hcl.Traversal
	loose      []string    // names of attributes of any object
	elements   []cty.Value // keys and indexes of any collection, as literals
}

// A moduleNames is what the expressions of a module mention of each resource
// and call, by address, and of any object.
type moduleNames struct {
	of       map[string]*mentions
	loose    map[string]bool
	elements *mentions // of any collection
}

// learn returns what a module mentions, and puts hooks into its expressions.
func (x *Index) learn(m *terraform.Module) *moduleNames {
	if x.modules[m] == nil {
		r := &reader{m, map[string]bool{}, map[string]*mentions{}, newMentions()}
		for _, b := range bodies(m) {
			r.take(x.body(b))
		}
		for _, v := range m.Variables() {
			if v.Default != nil {
				_ = hclsyntax.VisitAll(v.Default, install)
			}
		}
		x.modules[m] = &moduleNames{r.of, r.loose, r.elements}
	}
	return x.modules[m]
}

// body returns what the body of a file mentions, and puts hooks into its
// expressions: but for the types of variables, which are no expressions, and are
// read again when the file is part of another module.
func (x *Index) body(b *hclsyntax.Body) *mentioned {
	if x.bodies[b] != nil {
		return x.bodies[b]
	}
	found := &mentioned{}
	for _, a := range b.Attributes {
		_ = hclsyntax.Walk(a, found)
	}
	for _, block := range b.Blocks {
		for name, a := range block.Body.Attributes {
			if block.Type != "variable" || name != "type" {
				_ = hclsyntax.Walk(a, found)
			}
		}
		for _, nested := range block.Body.Blocks {
			_ = hclsyntax.Walk(nested, found)
		}
	}
	x.bodies[b] = found
	return found
}

// Enter takes in what a node mentions.
func (f *mentioned) Enter(n hclsyntax.Node) hcl.Diagnostics {
	switch n := n.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		f.references = append(f.references, n.Traversal)
	case *hclsyntax.RelativeTraversalExpr:
		f.relative(n.Traversal)
	case *hclsyntax.FunctionCallExpr: // lookup(object, "name")
		if len(n.Args) < 2 || n.Name != "lookup" && n.Name != "element" {
			break
		}
		key := terraform.Literal(n.Args[1])
		f.elements = append(f.elements, key)
		if n.Name == "lookup" && terraform.IsString(key) {
			f.loose = append(f.loose, key.AsString())
		}
	case *hclsyntax.IndexExpr:
		key := terraform.Literal(n.Key)
		f.elements = append(f.elements, key)
		if terraform.IsString(key) {
			f.loose = append(f.loose, key.AsString())
		}
	}
	return nil
}

// Exit puts hooks into a node whose parts have been walked.
func (f *mentioned) Exit(n hclsyntax.Node) hcl.Diagnostics { return install(n) }

func (f *mentioned) relative(t hcl.Traversal) {
	for _, step := range t {
		if index, ok := step.(hcl.TraverseIndex); ok {
			f.elements = append(f.elements, index.Key)
		}
		if name := stepName(step); name != "" {
			f.loose = append(f.loose, name)
		}
	}
}
