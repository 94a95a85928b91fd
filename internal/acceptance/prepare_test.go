package acceptance

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A preparation makes the files of one directory fit for a child module and
// for provider 5.100.0, and finds what its caller must know. Lines stay.
type preparation struct {
	required map[string]bool // variables without a default
	wanted   map[string]bool // aliases of aws that something refers to
	declared map[string]bool // those of configuration_aliases
	defined  map[string]bool // those of provider blocks; "" is the default one
	requires bool            // there is a required_providers block
	foreign  string          // a provider that is not AWS's, if any

	edits edits // of the file at hand
}

type edit struct {
	start, end int
	text       []byte
}

// edits are those of one file. Of those at the same place the first stands
// behind the others.
type edits []edit

// apply returns the text with the edits made.
func (e edits) apply(text []byte) []byte {
	slices.SortStableFunc(e, func(a, b edit) int { return b.start - a.start })
	for _, e := range e {
		text = slices.Concat(text[:e.start], e.text, text[e.end:])
	}
	return text
}

func newPreparation() *preparation {
	return &preparation{required: map[string]bool{}, wanted: map[string]bool{}, declared: map[string]bool{}, defined: map[string]bool{}}
}

// file returns the changed file, or what keeps it from being parsed.
func (p *preparation) file(name string, src []byte) ([]byte, hcl.Diagnostics) {
	file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	p.edits = nil
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		p.block(b, src)
	}
	return p.edits.apply(src), nil
}

func (p *preparation) block(b *hclsyntax.Block, src []byte) {
	attributes := b.Body.Attributes
	switch b.Type {
	case "terraform":
		p.terraform(b.Body, src)
	case "import": // only a root may have it
		p.blank(hcl.RangeBetween(b.TypeRange, b.CloseBraceRange), src)
	case "variable":
		if attributes["default"] == nil && len(b.Labels) == 1 {
			p.required[b.Labels[0]] = true
		}
	case "provider":
		if len(b.Labels) == 1 && b.Labels[0] == "aws" {
			p.defined[literal(attributes["alias"])] = true
		}
		p.anyVersion(attributes["version"])
	case "module":
		addAliases(p.wanted, attributes["providers"])
	case "resource", "data":
		addAliases(p.wanted, attributes["provider"])
		if len(b.Labels) > 0 {
			p.resource(b.Labels[0], attributes["region"], src)
		}
	}
}

func (p *preparation) resource(typ string, region *hclsyntax.Attribute, src []byte) {
	owner, _, _ := strings.Cut(typ, "_")
	if owner != "aws" && owner != "terraform" {
		p.foreign = owner
	}
	if region != nil && owner == "aws" {
		p.blank(region.SrcRange, src) // an argument of provider 6
	}
}

// terraform takes out where state is kept, and which versions are wanted.
func (p *preparation) terraform(body *hclsyntax.Body, src []byte) {
	p.anyVersion(body.Attributes["required_version"])
	for _, b := range body.Blocks {
		switch b.Type {
		case "backend", "cloud":
			p.blank(hcl.RangeBetween(b.TypeRange, b.CloseBraceRange), src)
		case "required_providers":
			p.requires = true
			for _, a := range b.Body.Attributes {
				p.requirement(a)
			}
		}
	}
}

// requirement looks at one provider of required_providers: an object, or a
// version alone, as Terraform 0.12 had it.
func (p *preparation) requirement(a *hclsyntax.Attribute) {
	if a.Name != "aws" {
		p.foreign = a.Name
	}
	object, ok := a.Expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		p.anyVersion(a)
		return
	}
	for _, item := range object.Items {
		switch hcl.ExprAsKeyword(item.KeyExpr) {
		case "version":
			p.replace(item.ValueExpr.Range(), []byte(anyVersion))
		case "configuration_aliases":
			addAliases(p.declared, &hclsyntax.Attribute{Expr: item.ValueExpr})
		}
	}
}

const anyVersion = `">= 0"`

func (p *preparation) anyVersion(a *hclsyntax.Attribute) {
	if a != nil {
		p.replace(a.Expr.Range(), []byte(anyVersion))
	}
}

// blank overwrites a range with spaces.
func (p *preparation) blank(r hcl.Range, src []byte) {
	p.replace(r, bytes.Map(func(c rune) rune {
		if c == '\n' {
			return c
		}
		return ' '
	}, r.SliceBytes(src)))
}

func (p *preparation) replace(r hcl.Range, text []byte) {
	p.edits = append(p.edits, edit{r.Start.Byte, r.End.Byte, text})
}

// addAliases adds the aliases of aws that the attribute names, if it is there.
func addAliases(to map[string]bool, a *hclsyntax.Attribute) {
	if a == nil {
		return
	}
	for _, traversal := range a.Expr.Variables() {
		if len(traversal) == 2 && traversal.RootName() == "aws" {
			if alias, ok := traversal[1].(hcl.TraverseAttr); ok {
				to[alias.Name] = true
			}
		}
	}
}

// literal returns the string that the attribute is; "" if it is none.
func literal(a *hclsyntax.Attribute) string {
	if a == nil {
		return ""
	}
	v, diags := a.Expr.Value(nil)
	if diags.HasErrors() || v.IsNull() || !v.Type().Equals(cty.String) {
		return ""
	}
	return v.AsString()
}
