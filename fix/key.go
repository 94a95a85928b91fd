package fix

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

const (
	keyType      = "aws_kms_key"
	identityType = "aws_caller_identity"
)

// keyComments stand above a new key. What they say is in the AWS
// documentation of DynamoDB, "Usage notes" of encryption at rest.
var keyComments = map[string][]string{
	PolicyDynamoDB: {
		"DynamoDB decrypts as its caller: this policy lets the account's callers use the key, through DynamoDB only.",
		"Before the key is removed, set enabled = false on its tables and apply: no table can be read without its key.",
	},
	PolicyNone: {
		"DynamoDB decrypts as its caller: roles that use the tables need kms:Decrypt on this key.",
		"Before the key is removed, set enabled = false on its tables and apply: no table can be read without its key.",
	},
}

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

// A newKey is a key to be written for a pair.
type newKey struct {
	pair     terraform.Pair
	label    string
	identity string // label of the data source that its policy refers to
	forEach  string // the expression of for_each, "" for none
	tags     string // reference to its tables' tags, "" for none
}

func (k newKey) address() string { return keyType + "." + k.label }

// lines returns the canonical text of the key.
func (k newKey) lines(policy string) []string {
	file := hclwrite.NewEmptyFile()
	body := file.Body().AppendNewBlock("resource", []string{keyType, k.label}).Body()
	if k.forEach != "" {
		body.SetAttributeRaw("for_each", expression(k.forEach))
	}
	if k.pair.Provider != "" {
		body.SetAttributeRaw("provider", expression(k.pair.Provider))
	}
	if k.pair.Region != "" {
		body.SetAttributeRaw("region", expression(k.pair.Region))
	}
	if k.pair != (terraform.Pair{}) {
		body.AppendNewline()
	}
	setAttributes(body, []attribute{
		{name: "description", expr: `"Encrypts DynamoDB tables"`},
		{name: "enable_key_rotation", expr: "true"},
	})
	if policy == PolicyDynamoDB {
		account := "data." + identityType + "." + k.identity + ".account_id"
		setAttributes(body, []attribute{{name: "policy", expr: strings.ReplaceAll(policyStatements, "%s", account)}})
	}
	if k.tags != "" {
		body.AppendNewline()
		body.SetAttributeRaw("tags", expression(k.tags))
	}
	out := make([]string, 0, 40)
	for _, c := range keyComments[policy] {
		out = append(out, "# "+c)
	}
	return append(out, linesOf(file)...)
}

// identityLines returns the canonical text of the data source of an account.
func identityLines(provider, label string) []string {
	file := hclwrite.NewEmptyFile()
	body := file.Body().AppendNewBlock("data", []string{identityType, label}).Body()
	if provider != "" {
		body.SetAttributeRaw("provider", expression(provider))
	}
	lines := linesOf(file)
	if provider == "" {
		return []string{strings.Join(lines, "")} // an empty block stands on one line
	}
	return lines
}

var notInLabel = regexp.MustCompile(`[^\p{L}\p{N}_-]+`)

// suffix returns what tells the labels of pairs apart: the provider's alias
// and the literal region.
func suffix(alias, region string) string {
	out := ""
	if alias != "" {
		out += "_" + strings.Trim(notInLabel.ReplaceAllString(alias, "_"), "_")
	}
	if strings.HasPrefix(region, `"`) && !strings.Contains(region, "$") {
		out += "_" + strings.Trim(notInLabel.ReplaceAllString(strings.ReplaceAll(region, "-", "_"), "_"), "_")
	}
	return out
}

// freeLabel returns the first of base, base_2, base_3, ... that no file of
// the directory uses for that type and that is not among taken.
func freeLabel(m *terraform.Module, prefix, base string, taken []string) string {
	label := base
	for n := 2; m.Resource(prefix+label) != nil || m.Mentions(prefix+label) || slices.Contains(taken, label); n++ {
		label = base + "_" + strconv.Itoa(n)
	}
	return label
}

// keyPlace is where new keys go: the file, the offset, and whether that is
// the end of a file with keys, or above a table.
type keyPlace struct {
	file   *terraform.File
	offset int
	atEnd  bool
	unit   string
}

// placeKeys finds where new keys go, given the tables that want one.
func placeKeys(m *terraform.Module, selection detect.Selection, tables []*terraform.Resource) keyPlace {
	var best *terraform.File
	counts := map[*terraform.File]int{}
	last := map[*terraform.File]*terraform.Resource{}
	for _, k := range m.OfType(keyType) {
		if k.File.Generated() || k.File.JSON() || !selection.File(m, k.File.Path) {
			continue
		}
		counts[k.File]++
		last[k.File] = k
		if best == nil || counts[k.File] > counts[best] || counts[k.File] == counts[best] && k.File.Name < best.Name {
			best = k.File
		}
	}
	if best != nil {
		content := strings.TrimRight(string(best.Bytes), " \t\r\n")
		return keyPlace{file: best, offset: len(content), atEnd: true, unit: unitOf(best, last[best].Block)}
	}
	first := tables[0]
	for _, t := range tables {
		if t.File.Name < first.File.Name || t.File == first.File && t.Block.Range().Start.Byte < first.Block.Range().Start.Byte {
			first = t
		}
	}
	return keyPlace{file: first.File, offset: aboveComments(first), unit: unitOf(first.File, first.Block)}
}

// aboveComments returns the start of the line of the resource, or of the
// first line of the comments that touch it from above.
func aboveComments(r *terraform.Resource) int {
	f := r.File
	at := f.LineStart(r.Block.TypeRange.Start.Byte)
	above := f.TokensIn(hcl.Range{End: hcl.Pos{Byte: at}})
	for _, t := range slices.Backward(above) {
		between := string(f.Bytes[t.Range.End.Byte:at])
		if t.Type == hclsyntax.TokenNewline && between == "" {
			continue // it ends the line of a comment between slashes, or is a blank line
		}
		newlines := 1
		if strings.HasSuffix(string(t.Bytes), "\n") {
			newlines = 0
		}
		if t.Type != hclsyntax.TokenComment || strings.Count(between, "\n") > newlines {
			return at
		}
		start := f.LineStart(t.Range.Start.Byte)
		if strings.TrimSpace(string(f.Bytes[start:t.Range.Start.Byte])) != "" {
			return at // it stands behind code
		}
		at = start
	}
	return at
}

// keyEdit returns the insertion of blocks, each canonical, at the place.
func keyEdit(p keyPlace, blocks [][]string) Edit {
	eol := p.file.LineEnding()
	var texts []string
	for _, b := range blocks {
		texts = append(texts, strings.Join(indent(b, "", p.unit), eol))
	}
	text := strings.Join(texts, eol+eol)
	if p.atEnd {
		text = eol + eol + text
	} else {
		text += eol + eol
		if before := p.lineBefore(); before != "" {
			text = eol + text
		}
	}
	return Edit{File: p.file.Path, Start: p.offset, End: p.offset, New: text}
}

// lineBefore returns what the line above the place holds, white space aside;
// "" when there is none.
func (p keyPlace) lineBefore() string {
	above := bytes.TrimPrefix(p.file.Bytes[:p.offset], []byte("\uFEFF"))
	above = bytes.TrimSuffix(above, []byte("\n"))
	return string(bytes.TrimSpace(above[bytes.LastIndexByte(above, '\n')+1:]))
}
