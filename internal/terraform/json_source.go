package terraform

import (
	"encoding/json"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// jsonSource returns what an expression of a JSON file reads as in HCL.
func (f *File) jsonSource(e hclsyntax.Expression) string {
	var parts []string
	switch e := hcl.UnwrapExpression(e).(type) {
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
