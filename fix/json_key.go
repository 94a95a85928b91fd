package fix

import (
	"slices"
	"strings"

	"cmkify/fix/keys"
	"cmkify/internal/terraform"
)

// jsonKeyEdits returns the insertions of new data sources and keys at a
// location in JSON.
func jsonKeyEdits(at keys.Location, identities []*keys.Identity, created []*keys.New) []Edit {
	l := newJSONLayout(at.File)
	var accounts, made []jsonMember
	for _, i := range identities {
		accounts = append(accounts, jsonIdentity(i))
	}
	for _, n := range created {
		made = append(made, jsonMember{n.Label, jsonKey(n)})
	}
	var out []Edit
	if len(accounts) > 0 {
		out = append(out, l.declare([]string{"data", "aws_caller_identity"}, accounts, at.Like))
	}
	return append(out, l.declare([]string{"resource", "aws_kms_key"}, made, at.Like))
}

func jsonIdentity(i *keys.Identity) jsonMember {
	body := jsonObject{}
	if i.Provider != "" {
		body = append(body, jsonMember{"provider", jsonString(i.Provider)})
	}
	return jsonMember{i.Label, body}
}

// jsonKey returns what a new key says.
func jsonKey(n *keys.New) jsonObject {
	out := jsonObject{{"//", jsonString(strings.Join(keyComments[n.Policy], " "))}}
	if n.ForEach != "" {
		out = append(out, jsonMember{"for_each", jsonExpression(n.ForEach)})
	}
	if n.At.Provider != "" {
		out = append(out, jsonMember{"provider", jsonString(n.At.Provider)})
	}
	if n.At.Region != "" {
		out = append(out, jsonMember{"region", jsonExpression(n.At.Region)})
	}
	out = append(out, jsonMember{"description", jsonExpression(keyDescription)}, jsonMember{"enable_key_rotation", jsonText("true")})
	if policy := policyText(n); policy != "" {
		out = append(out, jsonMember{"policy", jsonExpression(inOneLine(policy))})
	}
	switch merged := slices.ContainsFunc(n.Tags, func(t keys.Tag) bool { return t.Ref != "" }); {
	case merged:
		out = append(out, jsonMember{"tags", jsonExpression(inOneLine(tagsText(n.Tags)))})
	case len(n.Tags) > 0:
		out = append(out, jsonMember{"tags", jsonTags(n.Tags)})
	}
	return out
}

func jsonTags(tags []keys.Tag) jsonObject {
	var out jsonObject
	for _, t := range tags {
		name := t.Key
		if e, err := terraform.ParseExpression(name, ""); err == nil && terraform.IsString(terraform.Literal(e)) {
			name = terraform.Literal(e).AsString() // it is in quotes
		}
		out = append(out, jsonMember{templateEscapes.Replace(name), jsonExpression(t.Value)})
	}
	return out
}

func jsonVariable() jsonObject {
	return jsonObject{{"description", jsonExpression(keyVariableDescription)}, {"type", jsonString("string")}}
}
