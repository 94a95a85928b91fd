package splice

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/terraform"
)

// A JSONText is a JSON value as it is written, on one line.
type JSONText string

// A JSONObject is a JSON object to be written.
type JSONObject []JSONMember

// A JSONList is a list of JSON objects to be written.
type JSONList []JSONObject

// A JSONMember is one name and value of it: a JSONText, a JSONObject or a
// JSONList.
type JSONMember struct {
	Name  string
	Value any
}

// With returns the object with one more member.
func (o JSONObject) With(name string, value any) JSONObject {
	return append(o, JSONMember{name, value})
}

// Value returns what stands for blocks: the object, or a list of several.
func (l JSONList) Value() any {
	if len(l) == 1 {
		return l[0]
	}
	return l
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
func (s jsonStyle) member(m JSONMember, base string, spread bool) string {
	return string(JSONString(m.Name)) + s.colon + s.value(m.Value, base, spread)
}

// value returns the text of a value: of an object or list on lines of its own,
// or on one.
func (s jsonStyle) value(v any, base string, spread bool) string {
	var parts []string
	switch v := v.(type) {
	case JSONText:
		return string(v)
	case JSONObject:
		for _, m := range v {
			parts = append(parts, s.member(m, base+s.unit, spread))
		}
		return s.enclose("{"+s.pad, parts, s.pad+"}", base, spread)
	}
	for _, o := range v.(JSONList) {
		parts = append(parts, s.value(o, base+s.unit, spread))
	}
	return s.enclose("[", parts, "]", base, spread)
}

// enclose returns the text of an object or list by its members or elements.
func (s jsonStyle) enclose(begin string, parts []string, end, base string, spread bool) string {
	switch {
	case len(parts) == 0:
		return strings.TrimSpace(begin) + strings.TrimSpace(end)
	case !spread:
		return begin + strings.Join(parts, ","+s.gap) + end
	}
	line := s.eol + base
	return strings.TrimSpace(begin) + line + s.unit + strings.Join(parts, ","+line+s.unit) + line + strings.TrimSpace(end)
}

// JSONString returns a text as a JSON string.
func JSONString(text string) JSONText {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		panic(err) // of a string there is none
	}
	return JSONText(strings.TrimSuffix(b.String(), "\n"))
}

var templateEscapes = strings.NewReplacer("${", "$${", "%{", "%%{")

// Template returns the template that stands for a text.
func Template(text string) string { return templateEscapes.Replace(text) }

// JSONExpression returns the JSON value that stands for an expression in HCL: a
// template, which is nothing but the expression where that is not a literal.
// https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
func JSONExpression(source string) JSONText {
	e, err := terraform.ParseExpression(source, "")
	if err != nil {
		panic("an expression that does not parse: " + source)
	}
	v := terraform.Literal(e)
	switch _, literal := e.(*hclsyntax.LiteralValueExpr); {
	case literal:
		return JSONText(source)
	case terraform.IsString(v):
		return JSONString(Template(v.AsString()))
	}
	return JSONString("${" + source + "}")
}

// InOneLine returns an expression in HCL on one line, where newlines separate
// the items of its objects.
func InOneLine(source string) string {
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
