package fix

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A jsonText is a JSON value as it is written, on one line.
type jsonText string

// A jsonObject is a JSON object to be written.
type jsonObject []jsonMember

// A jsonMember is one name and value of it: a jsonText or a jsonObject.
type jsonMember struct {
	name  string
	value any
}

// A jsonStyle is how an author writes JSON.
type jsonStyle struct {
	eol, unit string
	colon     string // between name and value, the colon included
	gap       string // behind a comma, on one line
	pad       string // inside braces, on one line
}

// member returns the text of a member that begins a line with the indentation
// base, or stands on one with others.
func (s jsonStyle) member(m jsonMember, base string, spread bool) string {
	return string(jsonString(m.name)) + s.colon + s.value(m.value, base, spread)
}

// value returns the text of a value: of an object on lines of its own, or on one.
func (s jsonStyle) value(v any, base string, spread bool) string {
	members, isObject := v.(jsonObject)
	switch {
	case !isObject:
		return string(v.(jsonText))
	case len(members) == 0:
		return "{}"
	}
	var texts []string
	for _, m := range members {
		texts = append(texts, s.member(m, base+s.unit, spread))
	}
	if !spread {
		return "{" + s.pad + strings.Join(texts, ","+s.gap) + s.pad + "}"
	}
	return "{" + s.eol + base + s.unit + strings.Join(texts, ","+s.eol+base+s.unit) + s.eol + base + "}"
}

// jsonString returns a text as a JSON string.
func jsonString(text string) jsonText {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		panic(err) // of a string there is none
	}
	return jsonText(strings.TrimSuffix(b.String(), "\n"))
}

// templateEscapes make a text a template that stands for it.
var templateEscapes = strings.NewReplacer("${", "$${", "%{", "%%{")

// jsonExpression returns the JSON value that stands for an expression in HCL: a
// template, which is nothing but the expression where that is not a literal.
// https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
func jsonExpression(source string) jsonText {
	e, err := terraform.ParseExpression(source, "")
	if err != nil {
		panic("an expression that does not parse: " + source)
	}
	v := terraform.Literal(e)
	switch _, literal := e.(*hclsyntax.LiteralValueExpr); {
	case literal:
		return jsonText(source)
	case terraform.IsString(v):
		return jsonString(templateEscapes.Replace(v.AsString()))
	}
	return jsonString("${" + source + "}")
}

// inOneLine returns an expression in HCL on one line, where newlines separate
// the items of its objects.
func inOneLine(source string) string {
	e, err := terraform.ParseExpression(source, "")
	if err != nil {
		panic("an expression that does not parse: " + source)
	}
	return oneLine(e, source)
}

func oneLine(e hclsyntax.Expression, source string) string {
	var items []string
	switch e := e.(type) {
	case *hclsyntax.FunctionCallExpr:
		for _, a := range e.Args {
			items = append(items, oneLine(a, source))
		}
		return e.Name + "(" + strings.Join(items, ", ") + ")"
	case *hclsyntax.TupleConsExpr:
		for _, item := range e.Exprs {
			items = append(items, oneLine(item, source))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			items = append(items, oneLine(item.KeyExpr, source)+" = "+oneLine(item.ValueExpr, source))
		}
		return "{ " + strings.Join(items, ", ") + " }"
	}
	return source[e.Range().Start.Byte:e.Range().End.Byte]
}
