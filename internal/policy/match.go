package policy

import "strings"

// hole is the rune of a subject that stands for something unknown. It is no
// rune of any string, so only a * can take it in, whatever it stands for.
const hole = rune(-1)

// glob reports whether a pattern with * and ? matches all of a subject.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String
func glob(pattern string, subject []rune) bool {
	p := []rune(pattern)
	i, star, resume := 0, -1, 0
	for j := 0; j < len(subject); {
		switch {
		case i < len(p) && p[i] == '*':
			star, resume = i, j
			i++
		case i < len(p) && subject[j] != hole && (p[i] == '?' || p[i] == subject[j]):
			i++
			j++
		case star >= 0:
			resume++
			i, j = star+1, resume
		default:
			return false
		}
	}
	return strings.Trim(string(p[i:]), "*") == ""
}

// lower returns the string with the letters A to Z in lower case: no letter
// of another alphabet becomes one of an action or a condition key.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// anyOf returns the verdict on a list of which one value is enough.
func anyOf(values []text, judge func(text) Verdict) Verdict {
	out := No
	for _, v := range values {
		out = max(out, judge(v))
	}
	return out
}

// covers returns whether the statement is about an action. Actions are
// matched in any case.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
func (s statement) covers(action string) Verdict {
	subject := []rune(lower(action))
	v := anyOf(s.actions, func(a text) Verdict {
		switch {
		case a.unknown:
			return Maybe
		case glob(lower(a.value), subject):
			return Yes
		}
		return No
	})
	if s.notAction {
		return not(v)
	}
	return v
}

// concernsKey returns whether a statement of a key policy is about the key
// that has the policy. Only * is sure to be it, or the key's own ARN; a
// statement without Resource has no effect, which is not relied on.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html#key-policy-elements
func (s statement) concernsKey(key string) Verdict {
	if s.notResource {
		return Maybe
	}
	return max(Maybe, anyOf(s.resources, func(r text) Verdict {
		if r.value == "*" || r.value == key && key != "" {
			return Yes
		}
		return Maybe
	}))
}

// concerns returns whether a statement of an identity policy is about a
// resource, which is known in full or not.
func (s statement) concerns(resource text) Verdict {
	if s.resources == nil {
		return Maybe
	}
	v := anyOf(s.resources, func(r text) Verdict {
		switch {
		case r.value == "*" || r.value == resource.value && resource.value != "":
			return Yes
		case !r.unknown && !resource.unknown:
			return matchARN(r.value, resource.value)
		case r.contradicts(resource):
			return No
		}
		return Maybe
	})
	if s.notResource {
		return not(v)
	}
	return v
}

// contradicts reports whether a pattern and a resource cannot be the same, by what
// is known of each: of ARNs, part by part, which no * reaches beyond when both have
// all of them.
func (t text) contradicts(resource text) bool {
	if t.known == "" || resource.known == "" {
		return false
	}
	one, other := strings.Split(t.known, ":"), strings.Split(resource.known, ":")
	if len(one) != len(other) {
		one, other = []string{t.known}, []string{resource.known}
	}
	for i := range one {
		if endsApart(one[i], other[i]) {
			return true
		}
	}
	return false
}

// endsApart reports whether two patterns begin or end with different text.
func endsApart(a, b string) bool {
	const wild = "*?"
	if !strings.ContainsAny(a+b, wild) {
		return a != b
	}
	begin := func(s string) string { return s[:strings.IndexAny(s+wild, wild)] }
	end := func(s string) string { return s[strings.LastIndexAny(s, wild)+1:] }
	shorter := func(x, y string) int { return min(len(x), len(y)) }
	n, m := shorter(begin(a), begin(b)), shorter(end(a), end(b))
	return begin(a)[:n] != begin(b)[:n] || end(a)[len(end(a))-m:] != end(b)[len(end(b))-m:]
}

// matchARN returns whether a pattern matches an ARN. AWS documents wildcards
// within the parts between colons; one that has to reach over a colon is
// neither sure to match nor sure not to.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
func matchARN(pattern, arn string) Verdict {
	if !glob(pattern, []rune(arn)) {
		return No
	}
	patterns, parts := strings.SplitN(pattern, ":", 6), strings.SplitN(arn, ":", 6)
	if len(patterns) != len(parts) {
		return Maybe
	}
	for i := range parts {
		if !glob(patterns[i], []rune(parts[i])) {
			return Maybe
		}
	}
	return Yes
}
