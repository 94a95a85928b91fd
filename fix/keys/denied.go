package keys

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"cmkify/internal/lazyregexp"
	"cmkify/internal/policy"
	"cmkify/internal/terraform"
)

// denied returns the users of a table whose own policies surely deny them its key:
// that counts whatever the key's policy allows.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func (c *Chooser) denied(table *terraform.Resource, arn string) Locked {
	var out Locked
	if !c.mayDeny() {
		return out
	}
	t := c.target(table)
	for _, u := range c.usersOf(table).list {
		if at := u.denying(t, arn); len(at) > 0 {
			out.Places = append(out.Places, u.at...)
			out.Denying = append(out.Denying, at...)
			out.Certain = out.Certain || u.certain
		}
	}
	return out
}

// mayDeny reports whether a policy of the module may deny the use of keys, as far
// as the bytes of its blocks tell. Few do: the others need not be read.
func (c *Chooser) mayDeny() bool {
	if c.denies == nil {
		may := slices.ContainsFunc(c.In.AllFiles(), fileMayDeny)
		c.denies = &may
	}
	return *c.denies
}

// keyAction is an action that may be one on keys: a pattern that begins as those
// do, one that is not written out, or all but some.
var keyAction = lazyregexp.New(`(?i)\bnot_?actions?\b|\bactions?\\?"?\s*[=:]\s*([a-z]|\\?"[*?k$]|\[([^\]]*[\[,\s])?(\\?"[*?k$]|[a-z][\w-]*\.))`)

var (
	statementBlock = lazyregexp.New(`\bstatement"?\s*\{`)
	effect         = lazyregexp.New(`(?i)\beffect\\?"?\s*[=:]\s*\\?"`)
)

func fileMayDeny(f *terraform.File) bool {
	switch {
	case f.Body == nil || f.JSON():
		return bytes.Contains(f.Bytes, []byte("Deny")) && textMayDeny(string(f.Bytes))
	case !bytes.Contains(f.Bytes, []byte("Deny")) && !bytes.Contains(f.Bytes, []byte("file(")):
		return false
	}
	return slices.ContainsFunc(f.Body.Blocks, func(b *hclsyntax.Block) bool {
		text := f.Bytes[b.TypeRange.Start.Byte:b.CloseBraceRange.End.Byte]
		reads := bytes.Contains(text, []byte("file(")) && mayHoldPolicy(b)
		return reads || bytes.Contains(text, []byte("Deny")) && textMayDeny(string(text))
	})
}

// mayHoldPolicy reports whether the policy of an identity may be written in a block.
func mayHoldPolicy(b *hclsyntax.Block) bool {
	kind := strings.Join(b.Labels[:min(1, len(b.Labels))], "")
	return b.Type == "locals" || strings.HasPrefix(kind, "aws_iam_") || strings.HasPrefix(kind, "aws_ssoadmin_")
}

// textMayDeny looks for an effect of Deny, and for the action around it: in the
// same block, or else in the text up to the effects of the statements beside it.
func textMayDeny(text string) bool {
	for _, s := range statementBlock.Split(text, -1) {
		parts := effect.Split(s, -1)
		for n, part := range parts[1:] {
			if strings.HasPrefix(part, "Deny") && keyAction.MatchString(parts[n]+part) {
				return true
			}
		}
	}
	return false
}

// denying returns where the policies of a user, or its boundary, surely deny it to
// decrypt with a key.
func (u user) denying(t policy.Target, arn string) []terraform.Place {
	var out []terraform.Place
	all := u.policies
	if u.boundary != nil {
		all = append(slices.Clone(all), *u.boundary)
	}
	for _, p := range all {
		if p.known && p.Denies(t, "kms:Decrypt", arn) == policy.Yes {
			out = append(out, p.at)
		}
	}
	return out
}
