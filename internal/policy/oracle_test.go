package policy

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A concrete request is one call with everything known. The oracle below
// decides it as AWS documents it, in two values and without the package: what
// the package proves of a policy with unknown parts must hold for every
// concrete one that the parts can make of it.
type concrete struct {
	arn      string // of the caller; "" for a service
	service  string
	action   string
	resource string
	context  map[string]string // keys in lower case
}

type document struct{ Statement []map[string]any }

func readDocument(text string) document {
	var d document
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		panic(err)
	}
	return d
}

// allows returns whether the policy allows the request. With iam, an IAM
// policy of the account allows it too, which counts where the account is.
func (d document) allows(c concrete, iam bool) bool {
	allowed := false
	for _, s := range d.Statement {
		allowed = allowed || s["Effect"] == "Allow" && applies(s, c, iam)
	}
	return allowed && !d.denies(c)
}

func (d document) denies(c concrete) bool {
	return slices.ContainsFunc(d.Statement, func(s map[string]any) bool { return s["Effect"] == "Deny" && applies(s, c, true) })
}

// withoutPrincipals returns the policy as one of an identity.
func (d document) withoutPrincipals() document {
	var out document
	for _, s := range d.Statement {
		s = maps.Clone(s)
		delete(s, "Principal")
		delete(s, "NotPrincipal")
		out.Statement = append(out.Statement, s)
	}
	return out
}

func applies(s map[string]any, c concrete, accounts bool) bool {
	return matches(s, "Action", c.action) && resourceMatches(s, c.resource) && conditionsHold(s, c.context) && principalMatches(s, c, accounts)
}

func matches(s map[string]any, name, subject string) bool {
	pattern := func(p string) bool { return wildcard("(?i)", p, subject) }
	if v, ok := s[name]; ok {
		return slices.ContainsFunc(stringsOf(v), pattern)
	}
	return !slices.ContainsFunc(stringsOf(s["Not"+name]), pattern)
}

func resourceMatches(s map[string]any, resource string) bool {
	if s["Resource"] == nil && s["NotResource"] == nil {
		return false
	}
	in := func(v any) bool {
		return slices.ContainsFunc(stringsOf(v), func(p string) bool { return wildcard("", p, resource) })
	}
	return s["Resource"] != nil && in(s["Resource"]) || s["NotResource"] != nil && !in(s["NotResource"])
}

// principalMatches takes an account for all of its principals, or for none.
func principalMatches(s map[string]any, c concrete, accounts bool) bool {
	if s["Principal"] == nil && s["NotPrincipal"] == nil {
		return true // an identity policy
	}
	in := func(v any) bool {
		if v == "*" {
			return true
		}
		kinds, _ := v.(map[string]any)
		for _, p := range stringsOf(kinds["AWS"]) {
			account := strings.TrimSuffix(strings.TrimPrefix(p, "arn:aws:iam::"), ":root")
			if p == "*" || c.arn != "" && (p == c.arn || accounts && strings.Split(c.arn, ":")[4] == account) {
				return true
			}
		}
		return c.service != "" && slices.Contains(stringsOf(kinds["Service"]), c.service)
	}
	if s["NotPrincipal"] != nil {
		return !in(s["NotPrincipal"])
	}
	return in(s["Principal"])
}

func conditionsHold(s map[string]any, context map[string]string) bool {
	operators, _ := s["Condition"].(map[string]any)
	for operator, keys := range operators {
		for key, values := range keys.(map[string]any) {
			value, ok := context[strings.ToLower(key)]
			if !conditionHolds(operator, stringsOf(values), value, ok) {
				return false
			}
		}
	}
	return true
}

func conditionHolds(operator string, values []string, value string, present bool) bool {
	operator, optional := strings.CutSuffix(operator, "IfExists")
	negated := strings.Contains(operator, "Not")
	if !present {
		return optional || negated
	}
	return negated != slices.ContainsFunc(values, func(v string) bool {
		switch strings.Replace(operator, "Not", "", 1) {
		case "StringEqualsIgnoreCase":
			return strings.EqualFold(v, value)
		case "StringLike":
			return wildcard("", v, value)
		}
		return v == value
	})
}

func wildcard(flags, pattern, subject string) bool {
	quoted := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile("^" + flags + "(?s:" + quoted + ")$").MatchString(subject)
}

func stringsOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, item := range v {
			out = append(out, stringsOf(item)...)
		}
		return out
	}
	return nil
}
