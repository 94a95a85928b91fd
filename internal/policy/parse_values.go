package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// conditions reads a block of conditions, or what stands for one.
func (r reader) conditions(value any) ([]condition, error) {
	if r.unknown(value) {
		return []condition{{operator: text{unknown: true}}}, nil
	}
	operators, ok := value.(map[string]any)
	if !ok {
		return nil, errNoObject
	}
	var out []condition
	for _, operator := range slices.Sorted(maps.Keys(operators)) {
		keys, err := r.keys(r.text(operator), operators[operator])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", operator, err)
		}
		out = append(out, keys...)
	}
	return out, nil
}

// keys reads the keys and values of an operator.
func (r reader) keys(operator text, value any) ([]condition, error) {
	if r.unknown(value) {
		return []condition{{operator: operator, key: text{unknown: true}}}, nil
	}
	keys, ok := value.(map[string]any)
	if !ok {
		return nil, errNoObject
	}
	var out []condition
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		values, err := r.scalars(keys[key])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		out = append(out, condition{operator, key, text{value: lower(key), unknown: r.text(key).unknown}, values})
	}
	return out, nil
}

// texts reads a string or a list of strings.
func (r reader) texts(value any) ([]text, error) {
	return list(value, func(v any) (text, bool) {
		s, ok := v.(string)
		return r.text(s), ok
	})
}

// scalars reads a value or a list of values of a condition: strings, numbers
// and booleans. A number that AWS might write in another way is unknown.
func (r reader) scalars(value any) ([]text, error) {
	return list(value, func(v any) (text, bool) {
		switch v := v.(type) {
		case string:
			return r.text(v), true
		case bool:
			return text{value: fmt.Sprint(v)}, true
		case json.Number:
			return text{value: v.String(), unknown: strings.Trim(v.String(), "0123456789") != ""}, true
		}
		return text{}, false
	})
}

func list(value any, read func(any) (text, bool)) ([]text, error) {
	values, ok := value.([]any)
	if !ok {
		values = []any{value}
	}
	var out []text
	for _, v := range values {
		t, ok := read(v)
		if !ok {
			return nil, errors.New("expected a string or a list of strings")
		}
		out = append(out, t)
	}
	if out == nil {
		return nil, errors.New("the list is empty")
	}
	return out, nil
}
