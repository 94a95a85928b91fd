package eval

import (
	"encoding/json"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// A document is the JSON that data.aws_iam_policy_document gives. A statement is
// an object, or a string where nothing of it is known.
type document struct {
	Version   string
	Statement []any
}

// unknownElement stands for an element of a statement, and for a statement, of
// which nothing is known: no other stand-in is the same.
const unknownElement = opaqueMark + "00" + opaqueMark

// policyDocument returns the JSON of a data.aws_iam_policy_document. Of what it
// consists of is not known, each part has a stand-in.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
func (i *Instance) policyDocument(r *terraform.Resource, e Expansion) cty.Value {
	d := document{Version: "2012-10-17"}
	for _, name := range []string{"source_policy_documents", "source_json"} {
		i.takeDocuments(&d, r, e, name)
	}
	for _, b := range i.bodiesOf(r.Merged.Body, "statement", e.Scope) {
		d.take(i.statement(b), b.perhaps)
	}
	for _, name := range []string{"override_policy_documents", "override_json"} {
		i.takeDocuments(&d, r, e, name)
	}
	text, err := json.Marshal(d)
	if err != nil {
		return unknownText
	}
	return cty.StringVal(string(text))
}

// take adds a statement, in the place of one with the same Sid; one that is there
// perhaps is there beside it.
func (d *document) take(statement map[string]any, perhaps bool) {
	sid, named := statement["Sid"]
	for n, have := range d.Statement {
		have, known := have.(map[string]any)
		switch {
		case !known || !named || have["Sid"] != sid:
		case perhaps:
			have["Condition"] = unknownElement
		default:
			d.Statement[n] = statement
			return
		}
	}
	d.Statement = append(d.Statement, statement)
}

// takeUnknown adds a statement of which nothing is known. It may stand in the
// place of any that has a Sid.
func (d *document) takeUnknown() {
	for _, have := range d.Statement {
		if have, known := have.(map[string]any); known && have["Sid"] != nil {
			have["Condition"] = unknownElement
		}
	}
	d.Statement = append(d.Statement, unknownElement)
}

// takeDocuments adds the statements of other documents.
func (i *Instance) takeDocuments(d *document, r *terraform.Resource, e Expansion, argument string) {
	a := r.Attribute(argument)
	if a == nil {
		return
	}
	texts, _, known := i.texts(body{Body: &hclsyntax.Body{Attributes: hclsyntax.Attributes{argument: a}}, scope: e.Scope}, argument)
	if !known {
		d.takeUnknown()
	}
	for _, text := range texts {
		statements, known := statementsOf(text)
		if !known && text != "" {
			d.takeUnknown()
		}
		for _, s := range statements {
			d.take(s, false)
		}
	}
}

// statementsOf returns the statements of a document, and whether they are known.
func statementsOf(text string) (list []map[string]any, known bool) {
	var d struct{ Statement json.RawMessage }
	if json.Unmarshal([]byte(text), &d) != nil {
		return nil, false
	}
	if json.Unmarshal(d.Statement, &list) == nil {
		return list, true
	}
	var one map[string]any
	if json.Unmarshal(d.Statement, &one) != nil {
		return nil, false
	}
	return []map[string]any{one}, true
}

// A body is that of a nested block, and the scope that it is evaluated in.
type body struct {
	*hclsyntax.Body
	scope   Scope
	perhaps bool // a dynamic block may generate it, or several like it
}

// bodiesOf returns the nested blocks of a type, dynamic ones expanded.
func (i *Instance) bodiesOf(in *hclsyntax.Body, blockType string, s Scope) (out []body) {
	for _, b := range in.Blocks {
		if b.Type == blockType {
			out = append(out, body{b.Body, s, false})
		}
		if !terraform.Generates(b, blockType) {
			continue
		}
		scopes, known := i.Elements(b, s)
		if !known {
			scopes = []Scope{s.With(Iterator(b), cty.DynamicVal)}
		}
		for _, content := range terraform.Contents(b) {
			for _, scope := range scopes {
				out = append(out, body{content.Body, scope, !known})
			}
		}
	}
	return out
}

// statement returns one statement as JSON has it.
func (i *Instance) statement(b body) map[string]any {
	out := map[string]any{"Effect": "Allow"}
	for name, key := range map[string]string{
		"sid": "Sid", "effect": "Effect", "actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource",
	} {
		texts, there, known := i.texts(b, name)
		switch {
		case !known:
			out[key] = unknownElement
		case there && len(texts) > 0:
			out[key] = oneOrAll(texts, name == "sid" || name == "effect")
		}
	}
	for blockType, key := range map[string]string{"principals": "Principal", "not_principals": "NotPrincipal"} {
		if principals := i.principals(b, blockType); principals != nil {
			out[key] = principals
		}
	}
	if conditions := i.conditions(b); conditions != nil {
		out["Condition"] = conditions
	}
	if b.perhaps {
		out["Condition"] = unknownElement
	}
	return out
}

func oneOrAll(texts []string, one bool) any {
	if one {
		return texts[0]
	}
	return texts
}

// principals returns the principals of a statement; "*" of the type "*" is
// everyone.
func (i *Instance) principals(b body, blockType string) any {
	blocks := i.bodiesOf(b.Body, blockType, b.scope)
	if len(blocks) == 0 {
		return nil
	}
	out := map[string][]string{}
	for _, p := range blocks {
		kind, _, known := i.texts(p, "type")
		identifiers, _, known2 := i.texts(p, "identifiers")
		if !known || !known2 || len(kind) != 1 || p.perhaps {
			return unknownElement
		}
		if kind[0] == "*" {
			return "*"
		}
		out[kind[0]] = append(out[kind[0]], identifiers...)
	}
	return out
}

// conditions returns the conditions of a statement, nil for none.
func (i *Instance) conditions(b body) any {
	blocks := i.bodiesOf(b.Body, "condition", b.scope)
	if len(blocks) == 0 {
		return nil
	}
	out := map[string]map[string][]string{}
	for _, c := range blocks {
		test, _, known1 := i.texts(c, "test")
		variable, _, known2 := i.texts(c, "variable")
		values, _, known3 := i.texts(c, "values")
		if !known1 || !known2 || !known3 || len(test) != 1 || len(variable) != 1 || c.perhaps {
			return unknownElement
		}
		if out[test[0]] == nil {
			out[test[0]] = map[string][]string{}
		}
		out[test[0]][variable[0]] = append(out[test[0]][variable[0]], values...)
	}
	return out
}
