package golden

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// jsonForm returns what a file says in Terraform's JSON syntax, in the order of
// the file, but for its comments; an error for what JSON cannot say.
// https://developer.hashicorp.com/terraform/language/syntax/json
func jsonForm(src []byte) ([]byte, error) {
	file, diags := hclsyntax.ParseConfig(src, "", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	w := formWriter{src}
	var compact, out bytes.Buffer
	e := json.NewEncoder(&compact)
	e.SetEscapeHTML(false)
	if err := e.Encode(w.body(file.Body.(*hclsyntax.Body), "")); err != nil {
		return nil, err
	}
	err := json.Indent(&out, compact.Bytes(), "", "  ")
	return out.Bytes(), err
}

// A form is a JSON object in the making, in its order.
type form struct {
	names  []string
	values map[string]any
}

func (f *form) set(name string, value any) {
	if f.values == nil {
		f.values = map[string]any{}
	}
	if _, there := f.values[name]; !there {
		f.names = append(f.names, name)
	}
	f.values[name] = value
}

// MarshalJSON writes the object.
func (f *form) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, name := range f.names {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := e.Encode(name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := e.Encode(f.values[name]); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

type formWriter struct{ src []byte }

// body returns the object of a block, which is in top-level ones of a type.
func (w formWriter) body(b *hclsyntax.Body, top string) *form {
	out := &form{}
	type part struct {
		at  int
		add func()
	}
	var parts []part
	for name, a := range b.Attributes {
		parts = append(parts, part{a.NameRange.Start.Byte, func() { out.set(name, w.attribute(name, a.Expr, top)) }})
	}
	for _, nested := range b.Blocks {
		parts = append(parts, part{nested.TypeRange.Start.Byte, func() { w.block(out, nested, cmp.Or(top, nested.Type)) }})
	}
	slices.SortFunc(parts, func(a, b part) int { return a.at - b.at })
	for _, p := range parts {
		p.add()
	}
	return out
}

// block adds a block to an object: an object for each label, then what it holds,
// or a list of that which several hold.
func (w formWriter) block(in *form, b *hclsyntax.Block, top string) {
	name := b.Type
	for _, label := range b.Labels {
		inner, is := in.values[name].(*form)
		if !is {
			inner = &form{}
			in.set(name, inner)
		}
		in, name = inner, label
	}
	body := w.body(b.Body, top)
	switch have := in.values[name].(type) {
	case []any:
		in.set(name, append(have, body))
	case *form:
		in.set(name, []any{have, body})
	default:
		in.set(name, body)
	}
}

// attribute returns the value of an argument. Some are references, or types, in
// strings.
func (w formWriter) attribute(name string, e hclsyntax.Expression, top string) any {
	switch {
	case name == "provider", top == "variable" && name == "type", top == "moved", top == "import" && name == "to", top == "removed" && name == "from":
		return w.bare(e)
	case slices.Contains([]string{"providers", "depends_on", "ignore_changes", "replace_triggered_by", "configuration_aliases"}, name):
		return w.references(e)
	}
	return w.value(e)
}

// bare returns a string, or the source of anything else.
func (w formWriter) bare(e hclsyntax.Expression) string {
	if v, diags := e.Value(nil); !diags.HasErrors() && v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
		return v.AsString()
	}
	return string(e.Range().SliceBytes(w.src))
}

func (w formWriter) references(e hclsyntax.Expression) any {
	switch e := e.(type) {
	case *hclsyntax.TupleConsExpr:
		out := []any{}
		for _, item := range e.Exprs {
			out = append(out, w.bare(item))
		}
		return out
	case *hclsyntax.ObjectConsExpr:
		out := &form{}
		for _, item := range e.Items {
			out.set(string(item.KeyExpr.Range().SliceBytes(w.src)), w.bare(item.ValueExpr))
		}
		return out
	}
	return w.bare(e)
}

var formEscapes = strings.NewReplacer("${", "$${", "%{", "%%{")

func (w formWriter) value(e hclsyntax.Expression) any {
	source := string(e.Range().SliceBytes(w.src))
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return json.RawMessage(source)
	case *hclsyntax.TupleConsExpr:
		out := []any{}
		for _, item := range e.Exprs {
			out = append(out, w.value(item))
		}
		return out
	case *hclsyntax.ObjectConsExpr:
		out := &form{}
		for _, item := range e.Items {
			key, diags := item.KeyExpr.Value(nil)
			if diags.HasErrors() || key.Type() != cty.String {
				return "${" + source + "}"
			}
			out.set(formEscapes.Replace(key.AsString()), w.value(item.ValueExpr))
		}
		return out
	case *hclsyntax.TemplateExpr:
		return w.template(e, source)
	}
	return "${" + source + "}"
}

// template returns a template as a JSON string: literals as they are read, all
// else as it is written.
func (w formWriter) template(e *hclsyntax.TemplateExpr, source string) any {
	out := ""
	for _, part := range e.Parts {
		switch v, diags := part.Value(nil); {
		case !diags.HasErrors() && v.Type() == cty.String && v.IsKnown():
			out += formEscapes.Replace(v.AsString())
		case strings.HasPrefix(source, "<<"):
			out += fmt.Sprintf("${%s}", part.Range().SliceBytes(w.src))
		default:
			return "${" + source + "}"
		}
	}
	return out
}
