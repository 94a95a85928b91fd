package eval

import (
	"encoding/json"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// A document is the JSON that data.aws_iam_policy_document gives.
type document struct {
	Version   string
	Statement []map[string]any
}

// policyDocument returns the JSON of a data.aws_iam_policy_document; unknown
// when its statements are not known.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
func (i *Instance) policyDocument(r *terraform.Resource, e Expansion) cty.Value {
	d := document{Version: "2012-10-17"}
	if !i.takeDocuments(&d, r, e, "source_policy_documents", "source_json") {
		return unknownText
	}
	bodies, known := i.bodiesOf(r.Merged.Body, "statement", e.Scope)
	if !known {
		return unknownText
	}
	for _, b := range bodies {
		statement, known := i.statement(b)
		if !known {
			return unknownText
		}
		d.take(statement)
	}
	if !i.takeDocuments(&d, r, e, "override_policy_documents", "override_json") {
		return unknownText
	}
	text, err := json.Marshal(d)
	if err != nil {
		return unknownText
	}
	return cty.StringVal(string(text))
}

// take adds a statement, in the place of one with the same Sid.
func (d *document) take(statement map[string]any) {
	for n, have := range d.Statement {
		if sid, named := statement["Sid"]; named && have["Sid"] == sid {
			d.Statement[n] = statement
			return
		}
	}
	d.Statement = append(d.Statement, statement)
}

// takeDocuments adds the statements of other documents. It returns false when
// they are not known.
func (i *Instance) takeDocuments(d *document, r *terraform.Resource, e Expansion, names ...string) bool {
	for _, name := range names {
		a := r.Attribute(name)
		if a == nil {
			continue
		}
		texts, known := textsOf(i.Value(a.Expr, e.Scope))
		if !known {
			return false
		}
		for _, text := range texts {
			var other struct{ Statement json.RawMessage }
			if json.Unmarshal([]byte(text), &other) != nil {
				return false
			}
			var list []map[string]any
			if json.Unmarshal(other.Statement, &list) != nil {
				var one map[string]any
				if json.Unmarshal(other.Statement, &one) != nil {
					return false
				}
				list = append(list, one)
			}
			for _, s := range list {
				d.take(s)
			}
		}
	}
	return true
}

// A body is that of a nested block, and the scope that it is evaluated in.
type body struct {
	*hclsyntax.Body
	scope Scope
}

// bodiesOf returns the nested blocks of a type, dynamic ones expanded, and
// whether they are known.
func (i *Instance) bodiesOf(in *hclsyntax.Body, blockType string, s Scope) (out []body, known bool) {
	for _, b := range in.Blocks {
		switch {
		case b.Type == blockType:
			out = append(out, body{b.Body, s})
		case terraform.Generates(b, blockType):
			scopes, known := i.Elements(b, s)
			contents := terraform.Contents(b)
			if !known || len(contents) == 0 {
				return nil, false
			}
			for _, scope := range scopes {
				out = append(out, body{contents[0].Body, scope})
			}
		}
	}
	return out, true
}

// statement returns one statement as JSON has it.
func (i *Instance) statement(b body) (map[string]any, bool) {
	out := map[string]any{"Effect": "Allow"}
	for name, key := range map[string]string{
		"sid": "Sid", "effect": "Effect", "actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource",
	} {
		texts, there, known := i.texts(b, name)
		if !known {
			return nil, false
		}
		if there && len(texts) > 0 {
			out[key] = oneOrAll(texts, name == "sid" || name == "effect")
		}
	}
	for blockType, key := range map[string]string{"principals": "Principal", "not_principals": "NotPrincipal"} {
		principals, known := i.principals(b, blockType)
		if !known {
			return nil, false
		}
		if principals != nil {
			out[key] = principals
		}
	}
	conditions, known := i.conditions(b)
	if len(conditions) > 0 {
		out["Condition"] = conditions
	}
	return out, known
}

func oneOrAll(texts []string, one bool) any {
	if one {
		return texts[0]
	}
	return texts
}

// principals returns the principals of a statement; "*" of the type "*" is
// everyone.
func (i *Instance) principals(b body, blockType string) (any, bool) {
	blocks, known := i.bodiesOf(b.Body, blockType, b.scope)
	if !known || len(blocks) == 0 {
		return nil, known
	}
	out := map[string][]string{}
	for _, p := range blocks {
		kind, _, known := i.texts(p, "type")
		identifiers, _, known2 := i.texts(p, "identifiers")
		if !known || !known2 || len(kind) != 1 {
			return nil, false
		}
		if kind[0] == "*" {
			return "*", true
		}
		out[kind[0]] = append(out[kind[0]], identifiers...)
	}
	return out, true
}

func (i *Instance) conditions(b body) (map[string]map[string][]string, bool) {
	blocks, known := i.bodiesOf(b.Body, "condition", b.scope)
	out := map[string]map[string][]string{}
	for _, c := range blocks {
		test, _, known1 := i.texts(c, "test")
		variable, _, known2 := i.texts(c, "variable")
		values, _, known3 := i.texts(c, "values")
		if !known1 || !known2 || !known3 || len(test) != 1 || len(variable) != 1 {
			return nil, false
		}
		if out[test[0]] == nil {
			out[test[0]] = map[string][]string{}
		}
		out[test[0]][variable[0]] = append(out[test[0]][variable[0]], values...)
	}
	return out, known
}
