package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// parseJSON fills the body of a file in Terraform's JSON syntax with the
// blocks and expressions that it stands for, in hclsyntax's types, so that
// they are judged like any others. Their ranges are offsets in the JSON.
// https://developer.hashicorp.com/terraform/language/syntax/json
func (f *File) parseJSON() *Error {
	if reason, at := guardJSON(f.Bytes); reason != "" {
		return f.errorAt(at, reason)
	}
	r := &jsonReader{file: f, src: bytes.TrimPrefix(f.Bytes, byteOrderMark)}
	r.skipped = len(f.Bytes) - len(r.src)
	r.decoder = json.NewDecoder(bytes.NewReader(r.src))
	r.decoder.UseNumber()
	root, err := r.node()
	if err == nil && root.kind != '{' {
		err = errors.New("expected a JSON object")
	}
	if err == nil {
		if _, end := r.token(); end != io.EOF {
			err = errors.New("unexpected data after JSON object")
		}
	}
	if err != nil {
		return f.errorAt(min(r.skipped+int(r.decoder.InputOffset()), len(f.Bytes)), err.Error())
	}
	f.Body = &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: f.span(root)}
	for _, m := range root.members {
		if err := f.topLevel(m.key.text, m); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) span(n jsonNode) hcl.Range {
	return hcl.Range{Filename: f.Path, Start: hcl.Pos{Byte: n.start}, End: hcl.Pos{Byte: n.end}}
}

// labelCounts says how many labels the top-level blocks have; others do not
// bear on tables.
var labelCounts = map[string]int{
	"resource": 2, "data": 2, "variable": 1, "output": 1, "provider": 1, "module": 1, "locals": 0, "terraform": 0,
	"import": 0, "moved": 0, "removed": 0,
}

func (f *File) topLevel(blockType string, m jsonMember) *Error {
	labels, known := labelCounts[blockType]
	if !known {
		return nil
	}
	return f.addBlocks(f.Body, blockType, labels, nil, m, 0)
}

// addBlocks adds the blocks that a member stands for: an object for each
// label, then an object, or a list of objects, for the content.
func (f *File) addBlocks(in *hclsyntax.Body, blockType string, labels int, have []string, m jsonMember, depth int) *Error {
	for _, content := range m.value.list() {
		if content.kind != '{' {
			return f.errorAt(content.start, fmt.Sprintf("%s: expected a JSON object", blockType))
		}
		if len(have) < labels {
			for _, inner := range content.members {
				if inner.key.text == "//" {
					continue
				}
				if err := f.addBlocks(in, blockType, labels, append(slices.Clone(have), inner.key.text), inner, depth); err != nil {
					return err
				}
			}
			continue
		}
		body, err := f.body(content, depth)
		if err != nil {
			return err
		}
		in.Blocks = append(in.Blocks, &hclsyntax.Block{
			Type: blockType, Labels: have, Body: body, TypeRange: f.span(m.key),
			LabelRanges:     slices.Repeat([]hcl.Range{f.span(m.key)}, len(have)),
			OpenBraceRange:  hcl.Range{Filename: f.Path, Start: hcl.Pos{Byte: content.start}, End: hcl.Pos{Byte: content.start + 1}},
			CloseBraceRange: hcl.Range{Filename: f.Path, Start: hcl.Pos{Byte: content.end - 1}, End: hcl.Pos{Byte: content.end}},
		})
	}
	return nil
}

// body returns what an object stands for. JSON alone does not tell arguments
// from nested blocks, which the provider's schema would: what may be either is
// both.
func (f *File) body(n jsonNode, depth int) (*hclsyntax.Body, *Error) {
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: f.span(n)}
	for _, m := range n.members {
		name := m.key.text
		if name == "//" {
			continue
		}
		if depth < maxBlockDepth && m.value.mayBeBlocks() {
			labels := 0
			if name == "dynamic" || name == "backend" {
				labels = 1
			}
			if err := f.addBlocks(body, name, labels, nil, m, depth+1); err != nil {
				return nil, err
			}
		}
		expr, err := f.expressionOf(m.value)
		if err != nil {
			return nil, err
		}
		body.Attributes[name] = &hclsyntax.Attribute{
			Name: name, Expr: expr, NameRange: f.span(m.key), EqualsRange: f.span(m.key),
			SrcRange: hcl.RangeBetween(f.span(m.key), f.span(m.value)),
		}
	}
	return body, nil
}

// expressionOf returns the expression that a JSON value stands for: strings
// are templates.
func (f *File) expressionOf(n jsonNode) (hclsyntax.Expression, *Error) {
	switch n.kind {
	case 's':
		start := hcl.Pos{Line: 1, Column: 1, Byte: n.start + 1}
		if tokens, _ := hclsyntax.LexTemplate([]byte(n.text), f.Path, start); len(tokens) > 0 {
			if reason, _ := guardTokens(tokens); reason != "" {
				return nil, f.errorAt(n.start, reason)
			}
		}
		expr, diags := hclsyntax.ParseTemplate([]byte(n.text), f.Path, start)
		return expr, f.firstError(diags)
	case '[':
		tuple := &hclsyntax.TupleConsExpr{SrcRange: f.span(n), OpenRange: f.span(n)}
		for _, element := range n.elements {
			expr, err := f.expressionOf(element)
			if err != nil {
				return nil, err
			}
			tuple.Exprs = append(tuple.Exprs, expr)
		}
		return tuple, nil
	case '{':
		object := &hclsyntax.ObjectConsExpr{SrcRange: f.span(n), OpenRange: f.span(n)}
		for _, m := range n.members {
			key, err := f.expressionOf(m.key)
			if err != nil {
				return nil, err
			}
			value, err := f.expressionOf(m.value)
			if err != nil {
				return nil, err
			}
			object.Items = append(object.Items, hclsyntax.ObjectConsItem{KeyExpr: &hclsyntax.ObjectConsKeyExpr{Wrapped: key}, ValueExpr: value})
		}
		return object, nil
	}
	return &hclsyntax.LiteralValueExpr{Val: n.value, SrcRange: f.span(n)}, nil
}
