package fix

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"cmkify/fix/keys"
	"cmkify/fix/splice"
	"cmkify/internal/terraform"
)

// keyComments stand above a new key. What they say is in the AWS
// documentation of DynamoDB, "Usage notes" of encryption at rest.
var keyComments = map[string][]string{
	keys.PolicyDynamoDB: {
		"DynamoDB decrypts as its caller: this policy lets the account's callers use the key, through DynamoDB only.",
		"Before you remove the key, set enabled = false on its tables and apply: no table can be read without its key.",
	},
	keys.PolicyNone: {
		"DynamoDB decrypts as its caller: roles that use the tables need kms:Decrypt on this key.",
		"Before you remove the key, set enabled = false on its tables and apply: no table can be read without its key.",
	},
}

const keyDescription = `"Encrypts DynamoDB tables"`

// policyStatements is the policy of the AWS managed key alias/aws/dynamodb,
// for the account's own callers, beside the statement without which KMS
// refuses a policy that nobody could change. The bare account id stands for
// the account's root in every partition, and %s for it here.
const policyStatements = `jsonencode({
  Version = "2012-10-17"
  Statement = [
    {
      Sid       = "AccountManagesKey"
      Effect    = "Allow"
      Principal = { AWS = %s }
      Action    = "kms:*"
      Resource  = "*"
    },
    {
      Sid       = "AccountUsesKeyThroughDynamoDB"
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action = [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:CreateGrant",
        "kms:DescribeKey",
      ]
      Resource = "*"
      Condition = {
        StringEquals = { "kms:CallerAccount" = %s }
        StringLike   = { "kms:ViaService" = "dynamodb.*.amazonaws.com" }
      }
    },
  ]
})`

// keyLines returns the canonical text of a new key.
func keyLines(n *keys.New) []string {
	file := hclwrite.NewEmptyFile()
	body := file.Body().AppendNewBlock("resource", []string{"aws_kms_key", n.Label}).Body()
	for _, a := range []splice.Attribute{{Name: "for_each", Expr: n.ForEach}, {Name: "provider", Expr: n.Provider}, {Name: "region", Expr: n.At.Region}} {
		if a.Expr != "" {
			body.SetAttributeRaw(a.Name, splice.Expression(a.Expr))
		}
	}
	if n.Provider != "" || n.At.Region != "" {
		body.AppendNewline()
	}
	splice.SetAttributes(body, []splice.Attribute{
		{Name: "description", Expr: keyDescription},
		{Name: "enable_key_rotation", Expr: "true"},
	})
	if policy := policyText(n); policy != "" {
		splice.SetAttributes(body, []splice.Attribute{{Name: "policy", Expr: policy}})
	}
	if text := tagsText(n.Tags); text != "" {
		body.AppendNewline()
		body.SetAttributeRaw("tags", splice.Expression(text))
	}
	out := make([]string, 0, 40)
	for _, c := range keyComments[n.Policy] {
		out = append(out, "# "+c)
	}
	return append(out, splice.Lines(file)...)
}

// policyText returns the expression of a new key's policy, "" for none.
func policyText(n *keys.New) string {
	switch {
	case n.SameAs != "":
		return n.SameAs + ".policy"
	case n.Policy == keys.PolicyDynamoDB:
		return strings.ReplaceAll(policyStatements, "%s", "data.aws_caller_identity."+n.Identity+".account_id")
	}
	return ""
}

// tagsText returns the expression of tags, "" for none.
func tagsText(tags []keys.Tag) string {
	var parts, items []string
	for _, t := range tags {
		if t.Ref != "" {
			parts = append(parts, t.Ref)
		} else {
			items = append(items, "\n  "+t.Key+" = "+t.Value)
		}
	}
	if len(items) > 0 {
		parts = append(parts, "{"+strings.Join(items, "")+"\n}")
	}
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return parts[0]
	}
	return "merge(" + strings.Join(parts, ", ") + ")"
}

// references returns the addresses that the source of an expression mentions.
func references(source string) []string {
	tokens, _ := hclsyntax.LexExpression([]byte(source), "", hcl.InitialPos)
	var out []string
	for i, t := range tokens {
		if t.Type != hclsyntax.TokenIdent || i+2 >= len(tokens) || tokens[i+1].Type != hclsyntax.TokenDot {
			continue
		}
		if root := string(t.Bytes); (root == "var" || root == "local") && (i == 0 || tokens[i-1].Type != hclsyntax.TokenDot) {
			out = append(out, root+"."+string(tokens[i+2].Bytes))
		}
	}
	return out
}

// identityLines returns the canonical text of the data source of an account.
func identityLines(i *keys.Identity) []string {
	file := hclwrite.NewEmptyFile()
	body := file.Body().AppendNewBlock("data", []string{"aws_caller_identity", i.Label}).Body()
	if i.Provider != "" {
		body.SetAttributeRaw("provider", splice.Expression(i.Provider))
	}
	lines := splice.Lines(file)
	if i.Provider == "" {
		return []string{strings.Join(lines, "")} // an empty block is written on one line
	}
	return lines
}

// reads reports whether a resource reads as a new key would, tags aside.
func (p *planner) reads(n *keys.New, r *terraform.Resource) bool {
	if r.File.JSON() {
		return splice.NewJSONLayout(r.File).Says(r.Block, jsonKey(n), "tags")
	}
	if a := r.Attribute("description"); a == nil || r.File.Text(a.Expr.Range()) != keyDescription {
		return false
	}
	at := r.Block.Range()
	text := strings.Fields(string(r.File.Bytes[at.Start.Byte:r.Block.CloseBraceRange.End.Byte]))
	lines := slices.DeleteFunc(keyLines(n), func(line string) bool { return strings.HasPrefix(line, "# ") })
	want := strings.Fields(strings.Join(lines, "\n"))
	if a := r.Attribute("tags"); a != nil { // before the closing brace
		tags := strings.Fields(r.File.Text(a.SrcRange))
		if len(text) > len(tags) && slices.Equal(text[len(text)-1-len(tags):len(text)-1], tags) {
			text = append(text[:len(text)-1-len(tags)], "}")
		}
	}
	return slices.Equal(text, want)
}

// keyEdits returns the insertions of all that is new in a module: provider
// configurations beside those that they copy, then data sources and keys in one
// place.
func (p *planner) keyEdits(h *home) []splice.Edit {
	at := h.chooser.Locate(p.writable)
	edits, blocks := p.providerEdits(h, at)
	identities := slices.DeleteFunc(slices.Clone(h.chooser.Identity), func(i *keys.Identity) bool { return i.Declared })
	if at.File.JSON() {
		return append(edits, jsonKeyEdits(at, identities, h.chooser.Created)...)
	}
	for _, i := range identities {
		blocks = append(blocks, identityLines(i))
	}
	for _, n := range h.chooser.Created {
		blocks = append(blocks, keyLines(n))
	}
	return append(edits, keyEdit(at, blocks))
}

// keyEdit returns the insertion of blocks, each canonical, at a location.
func keyEdit(at keys.Location, blocks [][]string) splice.Edit {
	eol, unit := at.File.LineEnding(), splice.Unit(at.File, at.Like)
	if at.AtEnd {
		eol = at.File.LineEndingAt(at.Offset)
	}
	var texts []string
	for _, b := range blocks {
		texts = append(texts, strings.Join(splice.Indent(b, "", unit), eol))
	}
	text := strings.Join(texts, eol+eol)
	if at.AtEnd {
		text = eol + eol + text
	} else {
		text += eol + eol
		if lineBefore(at) != "" {
			text = eol + text
		}
	}
	return splice.Edit{File: at.File.Path, Start: at.Offset, End: at.Offset, New: text}
}

// lineBefore returns what the line above a location holds, white space aside;
// "" when there is none.
func lineBefore(at keys.Location) string {
	above := bytes.TrimPrefix(at.File.Bytes[:at.Offset], []byte("\uFEFF"))
	above = bytes.TrimSuffix(above, []byte("\n"))
	return string(bytes.TrimSpace(above[bytes.LastIndexByte(above, '\n')+1:]))
}
