package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep a policy nests: document, list of statements,
// statement, Condition, operator, list of values.
const maxDepth = 6

// readJSON returns the value of a JSON text as encoding/json does, numbers as
// they are written. It refuses what encoding/json lets pass and AWS does not:
// a key that an object has twice, and bytes that are no UTF-8. Keys that
// differ only in case count as the same, since those of conditions are.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html#policies-grammar-notes
func readJSON(source string) (any, error) {
	if !utf8.ValidString(source) {
		return nil, errors.New("the text is not valid UTF-8")
	}
	var valid json.RawMessage
	if err := json.Unmarshal([]byte(source), &valid); err != nil {
		return nil, err
	}
	d := json.NewDecoder(strings.NewReader(source))
	d.UseNumber()
	return readValue(d, 0)
}

// readValue reads the next value of a valid JSON text, in which no token is an
// error. The value lies within depth others.
func readValue(d *json.Decoder, depth int) (any, error) {
	token, _ := d.Token()
	delim, nested := token.(json.Delim)
	switch {
	case !nested:
		return token, nil
	case depth == maxDepth:
		return nil, fmt.Errorf("more than %d levels of nesting", maxDepth)
	case delim == '[':
		return readArray(d, depth+1)
	}
	return readObject(d, depth+1)
}

// readArray reads what follows the opening bracket, with the closing one.
func readArray(d *json.Decoder, depth int) (out []any, err error) {
	for d.More() {
		v, err := readValue(d, depth)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	_, err = d.Token()
	return out, err
}

// readObject reads what follows the opening brace, with the closing one.
func readObject(d *json.Decoder, depth int) (map[string]any, error) {
	out, seen := map[string]any{}, map[string]bool{}
	for d.More() {
		token, _ := d.Token()
		key := token.(string)
		if seen[lower(key)] {
			return nil, fmt.Errorf("the key %q is given twice", key)
		}
		v, err := readValue(d, depth)
		if err != nil {
			return nil, err
		}
		out[key], seen[lower(key)] = v, true
	}
	_, err := d.Token()
	return out, err
}
