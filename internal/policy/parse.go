package policy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cmkify/internal/lazyregexp"
)

// Parse reads the JSON text of a policy. blank returns a string with * in the
// place of each part that is not known, and a string itself that is known in
// full; nil means that all are. One that is not, which is called opaque, may be
// at the place of any value: a statement, a list, a block of conditions.
// The error says why the text is not a policy document: it is not JSON, has a
// key twice, or is not built as the grammar wants it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func Parse(source string, blank func(string) string) (Policy, error) {
	if blank == nil {
		blank = func(s string) string { return s }
	}
	value, err := readJSON(source)
	if err != nil {
		return Policy{}, fmt.Errorf("reading a policy: %w", err)
	}
	r := reader{blank}
	statements, err := r.document(value)
	if err != nil {
		return Policy{}, fmt.Errorf("reading a policy: %w", err)
	}
	return Policy{statements, blank}, nil
}

// A reader makes statements out of JSON values.
type reader struct{ blank func(string) string }

func (r reader) opaque(s string) bool { return r.blank(s) != s }

// variable is a policy variable.
var variable = lazyregexp.New(`\$\{[^}]*\}?`)

func (r reader) text(s string) text {
	known := r.blank(s)
	if strings.Contains(known, "${") {
		known = variable.ReplaceAllString(known, "*")
	}
	return text{s, known != s, known}
}

// unknown reports whether a value is an opaque string, one that may be
// anything.
func (r reader) unknown(value any) bool {
	s, ok := value.(string)
	return ok && r.opaque(s)
}

func (r reader) document(value any) ([]statement, error) {
	fields, err := object(value, "Version", "Id", "Statement")
	if err != nil {
		return nil, err
	}
	if v, ok := fields["Version"]; ok && v != "2012-10-17" && v != "2008-10-17" && !r.unknown(v) {
		return nil, fmt.Errorf("version %v is not a version of the policy language", v)
	}
	list, ok := fields["Statement"].([]any)
	if !ok {
		list = []any{fields["Statement"]}
	}
	var out []statement
	for i, v := range list {
		s, err := r.statement(v)
		if err != nil {
			return nil, fmt.Errorf("statement %d: %w", i+1, err)
		}
		s.number = i + 1
		out = append(out, s)
	}
	return out, nil
}

func (r reader) statement(value any) (statement, error) {
	if r.unknown(value) {
		return statement{unknown: true}, nil
	}
	fields, err := object(value, "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
	if err != nil {
		return statement{}, err
	}
	s := statement{}
	if sid, ok := fields["Sid"].(string); ok && !r.opaque(sid) {
		s.sid = sid
	}
	effect, _ := fields["Effect"].(string)
	s.effect = r.text(effect)
	if effect != "Allow" && effect != "Deny" && !s.effect.unknown {
		return statement{}, errors.New("effect is neither Allow nor Deny")
	}
	if s.entries, s.except, err = oneOf(fields, "Principal", r.principals); err != nil {
		return statement{}, err
	}
	if s.actions, s.notAction, err = oneOf(fields, "Action", r.texts); err != nil {
		return statement{}, err
	}
	if s.actions == nil {
		return statement{}, errors.New("no Action")
	}
	if s.resources, s.notResource, err = oneOf(fields, "Resource", r.texts); err != nil {
		return statement{}, err
	}
	if s.conditions, _, err = oneOf(fields, "Condition", r.conditions); err != nil {
		return statement{}, err
	}
	return s, nil
}

// oneOf reads the element of that name, or the one with Not before its name,
// where there is such a one; an object has one of the two, or neither.
func oneOf[T any](fields map[string]any, name string, read func(any) ([]T, error)) (out []T, negated bool, err error) {
	negated = has(fields, "Not"+name)
	switch {
	case negated && has(fields, name):
		return nil, false, fmt.Errorf("both %s and Not%s", name, name)
	case negated:
		out, err = read(fields["Not"+name])
	case has(fields, name):
		out, err = read(fields[name])
	}
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", name, err)
	}
	return out, negated, nil
}

func (r reader) principals(value any) ([]entry, error) {
	if value == "*" {
		return []entry{{text{value: "AWS"}, text{value: "*"}}}, nil
	}
	if r.unknown(value) {
		return []entry{{text{unknown: true}, r.text(value.(string))}}, nil
	}
	fields, err := object(value, "AWS", "Service", "Federated", "CanonicalUser")
	if err == nil && len(fields) == 0 {
		err = errors.New("it is empty")
	}
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, kind := range slices.Sorted(maps.Keys(fields)) {
		values, err := r.texts(fields[kind])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
		for _, v := range values {
			out = append(out, entry{text{value: kind}, v})
		}
	}
	return out, nil
}

var errNoObject = errors.New("expected an object")

// object returns the fields of an object that has no others than those named.
func object(value any, names ...string) (map[string]any, error) {
	fields, ok := value.(map[string]any)
	if !ok {
		return nil, errNoObject
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("unexpected key %q", name)
		}
	}
	return fields, nil
}

func has(fields map[string]any, name string) bool {
	_, ok := fields[name]
	return ok
}
