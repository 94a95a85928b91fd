package detect

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"cmkify/internal/terraform"
)

// A policy is what an IAM or KMS policy says, as far as the code tells.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type policy struct {
	known      bool // false when it comes from elsewhere
	statements []statement
	roles      []string // addresses of roles and users that it refers to
}

// A statement is one of them; what is not known of it is unknownText.
type statement struct {
	allow      bool
	principals []string // of AWS; "*" for anyone; nil when none is given
	actions    []string
	conditions []condition
}

type condition struct {
	test, variable string
	values         []string
}

// unknownText stands for a string that is not known.
const unknownText = "\x00"

// readPolicy reads the expression of a policy: jsonencode, JSON in a template,
// or a data.aws_iam_policy_document of the directory.
func readPolicy(m *terraform.Module, e hclsyntax.Expression) policy {
	p := policy{}
	for _, r := range m.Results(e, nil) {
		p = readDocument(m, r)
	}
	p.roles = principalsIn(e)
	return p
}

func readDocument(m *terraform.Module, r terraform.Result) policy {
	if o := r.Origin; o != nil {
		if o.Data && o.Type == "aws_iam_policy_document" && o.Resource != nil {
			return readDataDocument(m, o.Resource)
		}
		return policy{}
	}
	switch e := r.Expr.(type) {
	case *hclsyntax.FunctionCallExpr:
		if e.Name == "jsonencode" && len(e.Args) == 1 {
			return fromValue(m.Value(e.Args[0], nil))
		}
	case *hclsyntax.TemplateExpr:
		return fromJSON(templateText(m, e))
	}
	if terraform.IsString(r.Value) {
		return fromJSON(r.Value.AsString())
	}
	return policy{}
}

// templateText returns what a template gives, unknownText in the place of
// what is not known.
func templateText(m *terraform.Module, e *hclsyntax.TemplateExpr) string {
	var b strings.Builder
	for _, part := range e.Parts {
		v, _ := m.Value(part, nil).Unmark()
		if terraform.IsString(v) {
			b.WriteString(v.AsString())
		} else {
			b.WriteString("\\u0000") // unknownText, in JSON
		}
	}
	return b.String()
}

func fromJSON(text string) policy {
	var document any
	if json.Unmarshal([]byte(text), &document) != nil {
		return policy{}
	}
	return fromAny(document)
}

func fromValue(v cty.Value) policy { return fromAny(plain(v)) }

// plain returns a value as encoding/json would have it, unknownText in the
// place of what is not known.
func plain(v cty.Value) any {
	v, _ = v.Unmark()
	switch {
	case !v.IsKnown():
		return unknownText
	case v.IsNull():
		return nil
	case terraform.IsString(v):
		return v.AsString()
	case v.Type().IsObjectType() || v.Type().IsMapType():
		out := map[string]any{}
		for it := v.ElementIterator(); it.Next(); {
			key, value := it.Element()
			out[key.AsString()] = plain(value)
		}
		return out
	case v.CanIterateElements():
		out := []any{}
		for it := v.ElementIterator(); it.Next(); {
			_, value := it.Element()
			out = append(out, plain(value))
		}
		return out
	}
	return unknownText
}

func fromAny(document any) policy {
	object, ok := document.(map[string]any)
	if !ok {
		return policy{}
	}
	p := policy{known: true}
	list, ok := object["Statement"].([]any)
	if !ok {
		list = []any{object["Statement"]}
	}
	for _, item := range list {
		fields, ok := item.(map[string]any)
		if !ok {
			return policy{}
		}
		p.statements = append(p.statements, fromFields(fields))
	}
	return p
}

func fromFields(fields map[string]any) statement {
	s := statement{allow: fields["Effect"] == "Allow", actions: texts(fields["Action"])}
	switch principal := fields["Principal"].(type) {
	case map[string]any:
		s.principals = texts(principal["AWS"])
	default:
		s.principals = texts(principal)
	}
	tests, _ := fields["Condition"].(map[string]any)
	for test, variables := range tests {
		byName, _ := variables.(map[string]any)
		for name, values := range byName {
			s.conditions = append(s.conditions, condition{test, strings.ToLower(name), texts(values)})
		}
	}
	return s
}

func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		out := []string{}
		for _, item := range v {
			out = append(out, texts(item)...)
		}
		return out
	}
	return nil
}

// readDataDocument reads the statement blocks of a data source.
func readDataDocument(m *terraform.Module, d *terraform.Resource) policy {
	p := policy{known: true}
	for _, name := range []string{"source_policy_documents", "override_policy_documents", "source_json", "override_json"} {
		if d.Attribute(name) != nil {
			return policy{}
		}
	}
	static, dynamic := d.Nested("statement")
	if len(dynamic) > 0 {
		return policy{}
	}
	for _, b := range static {
		s := statement{allow: true, actions: valuesOf(m, b, "actions")}
		if effect := valuesOf(m, b, "effect"); len(effect) == 1 {
			s.allow = effect[0] == "Allow"
		}
		for _, nested := range b.Body.Blocks {
			switch nested.Type {
			case "principals":
				if kind := valuesOf(m, nested, "type"); len(kind) == 1 && (kind[0] == "AWS" || kind[0] == "*") {
					s.principals = append(s.principals, valuesOf(m, nested, "identifiers")...)
				}
			case "condition":
				test, variable := valuesOf(m, nested, "test"), valuesOf(m, nested, "variable")
				if len(test) == 1 && len(variable) == 1 {
					s.conditions = append(s.conditions, condition{test[0], strings.ToLower(variable[0]), valuesOf(m, nested, "values")})
				}
			}
		}
		p.statements = append(p.statements, s)
	}
	return p
}

func valuesOf(m *terraform.Module, b *hclsyntax.Block, name string) []string {
	a := b.Body.Attributes[name]
	if a == nil {
		return nil
	}
	return texts(plain(m.Value(a.Expr, nil)))
}

// principalsIn returns the addresses of the roles and users that an
// expression refers to.
func principalsIn(e hclsyntax.Expression) []string {
	var out []string
	for _, t := range e.Variables() {
		if root := t.RootName(); (root == "aws_iam_role" || root == "aws_iam_user") && len(t) > 1 {
			out = append(out, terraform.AddressOf(t))
		}
	}
	return out
}

// allows reports whether a statement allows one of the actions.
func (s statement) allows(actions ...string) bool {
	return s.allow && slices.ContainsFunc(s.actions, func(pattern string) bool {
		return slices.ContainsFunc(actions, func(action string) bool { return matchesAction(pattern, action) })
	})
}

// matchesAction matches as IAM does: in any case, with * and ?.
func matchesAction(pattern, action string) bool {
	quoted := regexp.QuoteMeta(strings.ToLower(pattern))
	quoted = strings.ReplaceAll(strings.ReplaceAll(quoted, `\*`, ".*"), `\?`, ".")
	ok, err := regexp.MatchString("^"+quoted+"$", strings.ToLower(action))
	return ok && err == nil
}

// viaDynamoDB reports whether the statement is about calls through DynamoDB.
func (s statement) viaDynamoDB() bool {
	return slices.ContainsFunc(s.conditions, func(c condition) bool {
		return c.variable == "kms:viaservice" && slices.ContainsFunc(c.values, func(v string) bool { return strings.HasPrefix(v, "dynamodb.") })
	})
}

// coversCallers reports whether the policy lets the account's own callers
// decrypt through DynamoDB, without permissions of their own.
func (p policy) coversCallers() bool {
	return slices.ContainsFunc(p.statements, func(s statement) bool {
		if !s.allows("kms:Decrypt") || !slices.Contains(s.principals, "*") {
			return false
		}
		return !slices.ContainsFunc(s.conditions, func(c condition) bool {
			switch c.variable {
			case "kms:calleraccount", "aws:principalaccount", "aws:sourceaccount":
				return false
			case "kms:viaservice":
				return !s.viaDynamoDB()
			}
			return true
		})
	})
}

// coversRoles reports whether the policy lets all of the roles decrypt by
// name.
func (p policy) coversRoles(roles []string) bool {
	named := slices.ContainsFunc(p.statements, func(s statement) bool {
		return s.allows("kms:Decrypt") && slices.Contains(s.principals, unknownText)
	})
	return named && len(roles) > 0 && !slices.ContainsFunc(roles, func(r string) bool { return !slices.Contains(p.roles, r) })
}
