package fix

import (
	"slices"
	"strings"

	"cmkify/fix/keys"
	"cmkify/fix/splice"
	"cmkify/internal/terraform"
)

// jsonKeyEdits returns the insertions of new data sources and keys at a
// location in JSON.
func jsonKeyEdits(at keys.Location, identities []*keys.Identity, created []*keys.New) []splice.Edit {
	l := splice.NewJSONLayout(at.File)
	var accounts, made splice.JSONObject
	for _, i := range identities {
		accounts = accounts.With(i.Label, jsonIdentity(i))
	}
	for _, n := range created {
		made = made.With(n.Label, jsonKey(n))
	}
	var out []splice.Edit
	if len(accounts) > 0 {
		out = append(out, l.Declare([]string{"data", "aws_caller_identity"}, accounts, at.Like))
	}
	return append(out, l.Declare([]string{"resource", "aws_kms_key"}, made, at.Like))
}

func jsonIdentity(i *keys.Identity) splice.JSONObject {
	if i.Provider == "" {
		return splice.JSONObject{}
	}
	return splice.JSONObject{}.With("provider", splice.JSONString(i.Provider))
}

// jsonProviderEdits returns the insertions of provider configurations into the
// file of the one that they go beside or, where there is none, at a location.
func jsonProviderEdits(at keys.Location, beside *terraform.ProviderConfig, providers []*keys.NewProvider) []splice.Edit {
	var blocks splice.JSONList
	for _, n := range providers {
		block := splice.JSONObject{}.With("alias", splice.JSONString(n.Alias)).With("region", splice.JSONExpression(n.Region))
		if n.From != nil {
			block = append(block, splice.NewJSONLayout(n.From.File).Members(n.From.Block, "//", "alias", "region")...)
		}
		blocks = append(blocks, block)
	}
	if beside != nil {
		return splice.NewJSONLayout(beside.File).AddBlocks(beside.Block, blocks)
	}
	return []splice.Edit{splice.NewJSONLayout(at.File).Declare([]string{"provider"}, splice.JSONObject{{Name: providers[0].Name, Value: blocks.Value()}}, at.Like)}
}

// jsonKey returns what a new key says.
func jsonKey(n *keys.New) splice.JSONObject {
	out := splice.JSONObject{}.With("//", splice.JSONString(strings.Join(keyComments[n.Policy], " ")))
	if n.ForEach != "" {
		out = out.With("for_each", splice.JSONExpression(n.ForEach))
	}
	if n.Provider != "" {
		out = out.With("provider", splice.JSONString(n.Provider))
	}
	if n.At.Region != "" {
		out = out.With("region", splice.JSONExpression(n.At.Region))
	}
	out = out.With("description", splice.JSONExpression(keyDescription)).With("enable_key_rotation", splice.JSONText("true"))
	if policy := policyText(n); policy != "" {
		out = out.With("policy", splice.JSONExpression(splice.InOneLine(policy)))
	}
	switch merged := slices.ContainsFunc(n.Tags, func(t keys.Tag) bool { return t.Ref != "" }); {
	case merged:
		out = out.With("tags", splice.JSONExpression(splice.InOneLine(tagsText(n.Tags))))
	case len(n.Tags) > 0:
		out = out.With("tags", jsonTags(n.Tags))
	}
	return out
}

func jsonTags(tags []keys.Tag) splice.JSONObject {
	var out splice.JSONObject
	for _, t := range tags {
		name := t.Key
		if e, err := terraform.ParseExpression(name, ""); err == nil && terraform.IsString(terraform.Literal(e)) {
			name = terraform.Literal(e).AsString() // it is in quotes
		}
		out = out.With(splice.Template(name), splice.JSONExpression(t.Value))
	}
	return out
}

func jsonVariable() splice.JSONObject {
	return splice.JSONObject{}.With("description", splice.JSONExpression(keyVariableDescription)).With("type", splice.JSONString("string"))
}
