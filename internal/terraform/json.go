package terraform

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// parseJSON fills the body of a file in Terraform's JSON syntax with the
// blocks and expressions that it stands for, in hclsyntax's types, so that
// they are judged like any others. Their ranges are offsets in the JSON.
// https://developer.hashicorp.com/terraform/language/syntax/json
func (f *File) parseJSON() *Error {
	root, err := f.ReadJSON()
	if err != nil {
		return err
	}
	f.Body = &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: f.span(root)}
	for _, object := range root.List() {
		for _, m := range object.Members {
			if err := f.topLevel(m.Key.Text, m); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *File) span(n JSONValue) hcl.Range {
	return hcl.Range{Filename: f.Path, Start: hcl.Pos{Byte: n.Start}, End: hcl.Pos{Byte: n.End}}
}

// labelCounts says how many labels the top-level blocks have, those of tests
// among them; others do not bear on tables.
var labelCounts = map[string]int{
	"resource": 2, "data": 2, "variable": 1, "output": 1, "provider": 1, "module": 1, "locals": 0, "terraform": 0,
	"import": 0, "moved": 0, "removed": 0, "run": 1, "variables": 0, "mock_provider": 1,
}

// nestedLabels says the same of nested blocks; others have none.
var nestedLabels = map[string]int{"dynamic": 1, "backend": 1, "mock_resource": 1, "mock_data": 1}

func (f *File) topLevel(blockType string, m JSONMember) *Error {
	labels, known := labelCounts[blockType]
	if !known {
		return nil
	}
	return f.addBlocks(f.Body, blockType, labels, nil, m, 0)
}

// addBlocks adds the blocks that a member stands for: an object for each
// label, then an object, or a list of objects, for the content. A block is where
// its name is, one of several where its object begins.
func (f *File) addBlocks(in *hclsyntax.Body, blockType string, labels int, have []string, m JSONMember, depth int) *Error {
	for _, content := range m.Value.List() {
		if content.Kind != '{' {
			return f.errorAt(content.Start, fmt.Sprintf("%s: expected a JSON object", blockType))
		}
		if len(have) < labels {
			for _, inner := range content.Members {
				if inner.Key.Text == "//" {
					continue
				}
				if err := f.addBlocks(in, blockType, labels, append(slices.Clone(have), inner.Key.Text), inner, depth); err != nil {
					return err
				}
			}
			continue
		}
		body, err := f.body(content, depth)
		if err != nil {
			return err
		}
		at := f.span(m.Key)
		if len(m.Value.List()) > 1 {
			at = hcl.Range{Filename: f.Path, Start: hcl.Pos{Byte: content.Start}, End: hcl.Pos{Byte: content.Start + 1}}
		}
		in.Blocks = append(in.Blocks, &hclsyntax.Block{
			Type: blockType, Labels: have, Body: body, TypeRange: at,
			LabelRanges:     slices.Repeat([]hcl.Range{f.span(m.Key)}, len(have)),
			OpenBraceRange:  hcl.Range{Filename: f.Path, Start: hcl.Pos{Byte: content.Start}, End: hcl.Pos{Byte: content.Start + 1}},
			CloseBraceRange: hcl.Range{Filename: f.Path, Start: hcl.Pos{Byte: content.End - 1}, End: hcl.Pos{Byte: content.End}},
		})
	}
	return nil
}

// body returns what an object stands for. JSON alone does not tell arguments
// from nested blocks, which the provider's schema would: what may be either is
// both.
func (f *File) body(n JSONValue, depth int) (*hclsyntax.Body, *Error) {
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: f.span(n)}
	for _, m := range n.Members {
		name := m.Key.Text
		if name == "//" {
			continue
		}
		if depth < maxBlockDepth && m.Value.MayBeBlocks() {
			if err := f.addBlocks(body, name, nestedLabels[name], nil, m, depth+1); err != nil {
				return nil, err
			}
		}
		expr, err := f.expressionOf(m.Value)
		if err == nil && namesReferences(name) {
			expr = asReferences(expr)
		}
		if err != nil {
			return nil, err
		}
		body.Attributes[name] = &hclsyntax.Attribute{
			Name: name, Expr: expr, NameRange: f.span(m.Key), EqualsRange: f.span(m.Key),
			SrcRange: hcl.RangeBetween(f.span(m.Key), f.span(m.Value)),
		}
	}
	return body, nil
}
