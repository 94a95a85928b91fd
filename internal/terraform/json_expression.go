package terraform

import (
	"encoding/json"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// expressionOf returns the expression that a JSON value stands for: strings
// are templates.
func (f *File) expressionOf(n JSONValue) (hclsyntax.Expression, *Error) {
	switch n.Kind {
	case 's':
		return f.template(n)
	case '[':
		tuple := &hclsyntax.TupleConsExpr{SrcRange: f.span(n), OpenRange: f.span(n)}
		for _, element := range n.Elements {
			expr, err := f.expressionOf(element)
			if err != nil {
				return nil, err
			}
			tuple.Exprs = append(tuple.Exprs, expr)
		}
		return tuple, nil
	case '{':
		object := &hclsyntax.ObjectConsExpr{SrcRange: f.span(n), OpenRange: f.span(n)}
		for _, m := range n.Members {
			key, err := f.expressionOf(m.Key)
			if err != nil {
				return nil, err
			}
			value, err := f.expressionOf(m.Value)
			if err != nil {
				return nil, err
			}
			object.Items = append(object.Items, hclsyntax.ObjectConsItem{KeyExpr: &hclsyntax.ObjectConsKeyExpr{Wrapped: key}, ValueExpr: value})
		}
		return object, nil
	}
	return &hclsyntax.LiteralValueExpr{Val: n.value, SrcRange: f.span(n)}, nil
}

func (f *File) template(n JSONValue) (hclsyntax.Expression, *Error) {
	start := hcl.Pos{Line: 1, Column: 1, Byte: n.Start + 1}
	if tokens, _ := hclsyntax.LexTemplate([]byte(n.Text), f.Path, start); len(tokens) > 0 {
		if reason, _ := guardTokens(tokens); reason != "" {
			return nil, f.errorAt(n.Start, reason)
		}
	}
	expr, diags := hclsyntax.ParseTemplate([]byte(n.Text), f.Path, start)
	if err := f.firstError(diags); err != nil {
		return nil, err
	}
	if raw := f.Bytes[n.Start+1 : n.End-1]; n.Text != string(raw) {
		relocate(expr, n.Start+1, unescapedOffsets(raw))
	}
	return expr, nil
}

// unescapedOffsets returns, for each byte of what a JSON string without its
// quotes stands for, and for its end, where that is written in the string.
func unescapedOffsets(raw []byte) []int {
	var out []int
	for at := 0; at < len(raw); {
		n := escapeLength(raw[at:])
		var text string
		if json.Unmarshal([]byte(`"`+string(raw[at:at+n])+`"`), &text) != nil {
			text = string(raw[at : at+n])
		}
		for range len(text) {
			out = append(out, at)
		}
		at += n
	}
	return append(out, len(raw))
}

// escapeLength returns how many bytes of a JSON string belong together: a
// character, an escape, or two that are one character
// (https://www.rfc-editor.org/rfc/rfc8259#section-7).
func escapeLength(raw []byte) int {
	switch {
	case raw[0] != '\\' || len(raw) < 2:
		_, size := utf8.DecodeRune(raw)
		return size
	case raw[1] != 'u' || len(raw) < 6:
		return 2
	}
	high := strings.ToLower(string(raw[2:4]))
	if len(raw) >= 12 && high >= "d8" && high <= "db" && strings.HasPrefix(strings.ToLower(string(raw[6:])), `\ud`) && strings.ContainsAny(string(raw[9]), "cdefCDEF") {
		return 12
	}
	return 6
}

// relocate moves the ranges of a template, which is parsed from what a JSON
// string stands for, to where its parts are written.
func relocate(template hclsyntax.Expression, start int, offsets []int) {
	done := map[hclsyntax.Node]bool{}
	move := func(r *hcl.Range) {
		for _, p := range []*hcl.Pos{&r.Start, &r.End} {
			p.Byte = start + offsets[max(0, min(p.Byte-start, len(offsets)-1))]
		}
	}
	hclsyntax.VisitAll(template, func(n hclsyntax.Node) hcl.Diagnostics {
		v := reflect.ValueOf(n)
		if v.Kind() != reflect.Pointer || done[n] {
			return nil // a scope of a for expression, which is no node of its own
		}
		done[n] = true
		for i := range v.Elem().NumField() {
			if !v.Elem().Type().Field(i).IsExported() {
				continue
			}
			switch field := v.Elem().Field(i).Addr().Interface().(type) {
			case *hcl.Range:
				move(field)
			case *hcl.Traversal:
				moveSteps(*field, move)
			}
		}
		return nil
	})
}

func moveSteps(steps hcl.Traversal, move func(*hcl.Range)) {
	for i, step := range steps {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			move(&step.SrcRange)
			steps[i] = step
		case hcl.TraverseAttr:
			move(&step.SrcRange)
			steps[i] = step
		case hcl.TraverseIndex:
			move(&step.SrcRange)
			steps[i] = step
		}
	}
}

// namesReferences reports whether the strings of an argument are references:
// https://developer.hashicorp.com/terraform/language/syntax/json#metadata-arguments
func namesReferences(name string) bool { return name == "depends_on" || name == "replace_triggered_by" }

// references returns a list with its strings as the references that they name.
func references(e hclsyntax.Expression) hclsyntax.Expression {
	tuple, ok := e.(*hclsyntax.TupleConsExpr)
	if !ok {
		return e
	}
	for i, element := range tuple.Exprs {
		v := Literal(element)
		if !IsString(v) {
			continue
		}
		named, diags := hclsyntax.ParseTraversalAbs([]byte(v.AsString()), element.Range().Filename, element.Range().Start)
		if !diags.HasErrors() {
			tuple.Exprs[i] = &hclsyntax.ScopeTraversalExpr{Traversal: named, SrcRange: element.Range()}
		}
	}
	return tuple
}

// jsonSource returns what an expression of a JSON file reads as in HCL.
func (f *File) jsonSource(e hclsyntax.Expression) string {
	var parts []string
	switch e := e.(type) {
	case *hclsyntax.TemplateWrapExpr:
		return f.jsonSource(e.Wrapped)
	case *hclsyntax.TemplateExpr:
		if at := e.Range().Start.Byte; at > 0 && f.Bytes[at-1] == '"' {
			return quotedTemplate(f.unescaped(e))
		}
	case *hclsyntax.TupleConsExpr:
		if e.OpenRange == e.SrcRange {
			for _, element := range e.Exprs {
				parts = append(parts, f.jsonSource(element))
			}
			return "[" + strings.Join(parts, ", ") + "]"
		}
	case *hclsyntax.ObjectConsExpr:
		if e.OpenRange == e.SrcRange {
			for _, item := range e.Items {
				parts = append(parts, f.jsonSource(item.KeyExpr)+" = "+f.jsonSource(item.ValueExpr))
			}
			return "{" + strings.Join(parts, ", ") + "}"
		}
	case *hclsyntax.ObjectConsKeyExpr:
		return f.jsonSource(e.Wrapped)
	}
	text := f.unescaped(e)
	tokens, _ := hclsyntax.LexExpression([]byte(text), f.Path, hcl.InitialPos)
	return onOneLine(tokens)
}

// unescaped returns the source of a part of a JSON string, or of a literal.
func (f *File) unescaped(e hclsyntax.Expression) string {
	raw := f.Text(e.Range())
	var text string
	if json.Unmarshal([]byte(`"`+raw+`"`), &text) != nil {
		return raw
	}
	return text
}

// quotedTemplate returns a template as HCL writes it between quotes.
func quotedTemplate(template string) string {
	if !strings.ContainsAny(template, "\"\\\n\r\t") {
		return `"` + template + `"`
	}
	tokens, _ := hclsyntax.LexTemplate([]byte(template), "", hcl.Pos{})
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
	var b strings.Builder
	end := 0
	for _, t := range tokens {
		b.WriteString(template[end:t.Range.Start.Byte])
		if end = t.Range.End.Byte; t.Type == hclsyntax.TokenStringLit {
			b.WriteString(escape.Replace(string(t.Bytes)))
		} else {
			b.Write(t.Bytes)
		}
	}
	return `"` + b.String() + `"`
}
