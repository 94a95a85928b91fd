package policy

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// A generator makes random statements of what matters to the package. An
// opaque string has the name of what can be put in its place.
type generator struct{ *rand.Rand }

func pick[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

func cmpOr(values ...string) string {
	return values[max(slices.IndexFunc(values, func(v string) bool { return v != "" }), 0)]
}

func (g generator) statements() []any {
	var out []any
	for range 1 + g.IntN(4) {
		out = append(out, g.statement())
	}
	if g.IntN(30) == 0 {
		out = append(out, "⟨statement⟩")
	}
	return out
}

func (g generator) statement() map[string]any {
	s := map[string]any{"Effect": pick(g.Rand, "Allow", "Allow", "Allow", "Allow", "Deny")}
	if g.IntN(30) == 0 {
		s["Effect"] = "⟨effect⟩"
	}
	s[pick(g.Rand, "Principal", "Principal", "Principal", "Principal", "Principal", "Principal", "NotPrincipal")] = g.principal()
	not := ""
	if g.IntN(6) == 0 {
		not = "Not"
	}
	s[not+"Action"] = g.some(0, "kms:*", "kms:*", "*", "kms:Decrypt", "KMS:decrypt", "kms:*crypt*", "kms:D*", "kms:G*", "kms:CreateGrant", "kms:ScheduleKeyDeletion", "kms:GenerateDataKeyPair", "s3:*", "⟨action⟩", "kms:⟨name⟩")
	s["Resource"] = g.some(0, "*", "*", "*", "*", "*", "*", keyARN, "arn:aws:kms:*:*:key/*", "⟨resource⟩")
	if g.IntN(2) == 0 {
		s["Condition"] = g.conditions()
	}
	return s
}

func (g generator) principal() any {
	accounts := []string{"111122223333", "arn:aws:iam::111122223333:root", "⟨account⟩", "arn:aws:iam::⟨account⟩:root"}
	switch g.IntN(8) {
	case 0:
		return "*"
	case 1, 2:
		return map[string]any{"AWS": "*"}
	case 3:
		return map[string]any{"Service": g.some(1, "s3.amazonaws.com", "dynamodb.amazonaws.com", "⟨service⟩")}
	case 4, 5:
		return map[string]any{"AWS": g.some(0, accounts...)}
	}
	return map[string]any{"AWS": g.some(0, append(accounts, roleA, roleA, roleA, roleB, "444455556666", "arn:aws:iam::444455556666:role/a", "⟨principal⟩")...)}
}

func (g generator) conditions() map[string]any {
	out := map[string]any{}
	for range 1 + g.IntN(2) {
		operator := pick(g.Rand, "StringEquals", "StringEquals", "StringLike", "StringLike", "StringEqualsIgnoreCase", "StringNotEquals", "StringNotLike", "StringNotEqualsIgnoreCase") + pick(g.Rand, "", "", "", "IfExists")
		switch g.IntN(4) {
		case 0:
			out[pick(g.Rand, "Bool", "BoolIfExists")] = map[string]any{pick(g.Rand, "kms:GrantIsForAWSResource", "aws:PrincipalIsAWSService"): g.some(1, "true", "false")}
		case 1:
			out[operator] = map[string]any{"kms:ViaService": g.some(0, "dynamodb.us-east-1.amazonaws.com", "dynamodb.*.amazonaws.com", "dynamodb.*-1.amazonaws.com", "DYNAMODB.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com", "⟨via⟩")}
		default:
			out[operator] = map[string]any{pick(g.Rand, "kms:CallerAccount", "aws:PrincipalAccount", "AWS:principalaccount", "aws:SourceAccount"): g.some(0, "111122223333", "111122223333", "⟨account⟩", "⟨account⟩", "444455556666", "1*", "*", "⟨via⟩")}
		}
	}
	return out
}

// some returns one of the values, or a list of a few.
func (g generator) some(fixed int, values ...string) any {
	if g.IntN(2) < fixed || g.IntN(2) == 0 {
		return pick(g.Rand, values...)
	}
	out := []any{}
	for range 1 + g.IntN(3) {
		out = append(out, pick(g.Rand, values...))
	}
	return out
}

// blur returns the value with one of its strings, keys aside, replaced by an
// opaque one.
func blur(r *rand.Rand, value any) any {
	switch v := value.(type) {
	case string:
		return fmt.Sprintf("⟨blurred %d⟩", r.IntN(1000))
	case []any:
		v = slices.Clone(v)
		i := r.IntN(len(v))
		v[i] = blur(r, v[i])
		return v
	case map[string]any:
		v = maps.Clone(v)
		key := pick(r, slices.Sorted(maps.Keys(v))...)
		if r.IntN(20) == 0 && key != "Effect" {
			v[key] = "⟨blurred⟩"
		} else {
			v[key] = blur(r, v[key])
		}
		return v
	}
	panic(fmt.Sprintf("%T in a policy", value))
}

// A substituted is a text without opaque strings, and their values.
type substituted struct {
	text   string
	values map[string]string
}

// substitute puts a value in the place of each opaque string.
func substitute(r *rand.Rand, text string) substituted {
	out := substituted{text, map[string]string{
		"⟨effect⟩": pick(r, "Allow", "Deny"), "⟨account⟩": pick(r, "111122223333", "444455556666"),
		"⟨action⟩": pick(r, "*", "kms:*", "kms:Decrypt", "s3:GetObject"), "⟨name⟩": pick(r, "*", "Decrypt", "Sign"),
		"⟨resource⟩": pick(r, "*", keyARN, "arn:aws:s3:::b"), "⟨service⟩": pick(r, "dynamodb.amazonaws.com", "s3.amazonaws.com"),
		"⟨principal⟩": pick(r, "*", roleA, "111122223333", "444455556666"),
		"⟨via⟩":       pick(r, "dynamodb.us-east-1.amazonaws.com", "dynamodb.*", "s3.us-east-1.amazonaws.com", "111122223333", "*"),
	}}
	for name, value := range out.values {
		out.text = strings.ReplaceAll(out.text, name, value)
	}
	effect := pick(r, "Allow", "Deny")
	out.text = strings.ReplaceAll(out.text, `"⟨statement⟩"`, `{"Effect":"`+effect+`","Principal":"*","Action":"*","Resource":"*"}`)
	return out
}
