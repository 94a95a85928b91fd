package golden

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"cmkify/detect"
)

// replicaComment is the comment above the key of a replica, as JSON has it.
var replicaComment = fmt.Sprintf("%q", strings.TrimPrefix(detect.ReplicaComment, "# "))

// A jsonToken is one name, value or bracket of a JSON text.
type jsonToken struct {
	path string // the names that lead to it, joined by dots: lists do not count
	text string // as written
	gap  string // what is written before it, commas and colons included
	leaf bool   // a value that is no object and no list
}

// jsonTokens takes a JSON text apart. What stands behind the last token is the
// gap of an empty one.
func jsonTokens(src []byte) ([]jsonToken, error) {
	s := &jsonScanner{src: src, decoder: json.NewDecoder(bytes.NewReader(src))}
	s.decoder.UseNumber()
	if err := s.value(""); err != nil {
		return nil, err
	}
	if _, err := s.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("more than one JSON value: %w", err)
	}
	return append(s.out, jsonToken{gap: string(src[s.end:])}), nil
}

type jsonScanner struct {
	src     []byte
	decoder *json.Decoder
	end     int // of the last token
	out     []jsonToken
}

func (s *jsonScanner) token(path string, leaf bool) (json.Token, error) {
	t, err := s.decoder.Token()
	if err != nil {
		return nil, err
	}
	end := int(s.decoder.InputOffset())
	gap := len(s.src[s.end:end]) - len(bytes.TrimLeft(s.src[s.end:end], " \t\r\n,:"))
	_, bracket := t.(json.Delim)
	s.out = append(s.out, jsonToken{path, string(s.src[s.end+gap : end]), string(s.src[s.end : s.end+gap]), leaf && !bracket})
	s.end = end
	return t, nil
}

func (s *jsonScanner) value(path string) error {
	t, err := s.token(path, true)
	bracket, opens := t.(json.Delim)
	for opens && err == nil && s.decoder.More() {
		inner := path
		if bracket == '{' {
			var name json.Token
			at := len(s.out)
			if name, err = s.token("", false); err != nil {
				return err
			}
			inner = strings.TrimPrefix(fmt.Sprintf("%s.%v", path, name), ".")
			s.out[at].path = inner
		}
		err = s.value(inner)
	}
	if opens && err == nil {
		_, err = s.token(path, true)
	}
	return err
}

// keptCode holds a file of Terraform's JSON syntax to what may change in it:
// without that, the same tokens stand there in the same order, and between them
// what stood there, but for where something is new.
func (f *folder) keptCode(was, now []byte) error {
	old, err := jsonTokens(was)
	if err != nil {
		return err
	}
	changed, err := jsonTokens(now)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, t := range old {
		known[t.path] = true
	}
	aliases := aliasesOf(old)
	before, values, _ := f.rest(old, known, aliases)
	after, news, beside := f.rest(changed, known, aliases)
	for i, t := range after {
		switch {
		case i >= len(before):
			return fmt.Errorf("%s %s is new", t.path, t.text)
		case t.path != before[i].path || t.text != before[i].text:
			return fmt.Errorf("%s %s stands where %s %s did", t.path, t.text, before[i].path, before[i].text)
		case t.gap != before[i].gap && !beside[i] && !indentedInList(t.path, before[i].gap, t.gap):
			return fmt.Errorf("before %s %s, %q has become %q", t.path, t.text, before[i].gap, t.gap)
		}
	}
	if len(after) < len(before) {
		return fmt.Errorf("%s %s is gone", before[len(after)].path, before[len(after)].text)
	}
	for _, t := range news {
		same := func(v jsonToken) bool { return v.path == t.path && v.text == t.text }
		if !slices.ContainsFunc(values, same) && !f.writes(t.text) && t.text != replicaComment && !passesKey(t.text) {
			return fmt.Errorf("%s is now %s", t.path, t.text)
		}
	}
	return nil
}

// rest returns the tokens that must not change, and the values that may; and of
// which of the first something that is new stands before.
func (f *folder) rest(tokens []jsonToken, known, aliases map[string]bool) (kept, values []jsonToken, beside map[int]bool) {
	beside = map[int]bool{}
	added := f.addedProviders(tokens, aliases)
	for i, t := range tokens {
		switch part := f.jsonPart(tokens, i); {
		case added[i], !known[t.path] && f.createdJSON(t.path):
		case part == all || part == frame || part == value && t.leaf:
			if t.leaf {
				values = append(values, t)
			}
		default:
			kept = append(kept, t)
			continue
		}
		beside[len(kept)] = true
	}
	return kept, values, beside
}

// createdJSON reports whether a path may be one that a fix adds: of a key, an
// account or a variable, or of what holds these.
func (f *folder) createdJSON(path string) bool {
	if len(f.keys) == 0 {
		return false
	}
	names := append(strings.Split(path, "."), "", "")
	if names[0] == "provider" {
		return len(f.made) > 0
	}
	switch names[0] + "." + names[1] {
	case "resource.aws_kms_key":
		return names[2] == "" || f.made["aws_kms_key."+names[2]]
	case "data.aws_caller_identity", "resource.", "data.":
		return len(f.made) > 0
	case "variable.":
		return true
	}
	return names[0] == "variable" && keyVariable.MatchString(names[1])
}

// jsonPart returns how much of what a token is part of a fix may change.
func (f *folder) jsonPart(tokens []jsonToken, i int) part {
	names := strings.Split(tokens[i].path, ".")
	switch {
	case tokens[i].text == "":
		return nothing // the end
	case len(names) > 3 && names[0] == "resource" && (f.tables[names[1]+"."+names[2]] || f.keys[names[1]+"."+names[2]]):
		return encryptsJSON(names[3:])
	case len(names) == 3 && names[0] == "module":
		if text := valueOf(tokens, i); f.writes(text) || passesKey(text) {
			return all
		}
	case len(names) > 1 && names[0] == "locals" && f.reads["local."+names[1]],
		len(names) > 2 && names[0] == "variable" && names[2] == "default" && f.reads["var."+names[1]]:
		return value
	}
	return nothing
}

// passesKey reports whether a JSON string is, or names, a variable by which calls
// pass a key.
func passesKey(text string) bool {
	return keyVariable.MatchString(strings.TrimPrefix(strings.Trim(text, `"${}`), "var."))
}

// valueOf returns the value that a token is, or the first token of that which it
// is the name of; of a bracket that bracket.
func valueOf(tokens []jsonToken, i int) string {
	if t := tokens[i]; t.leaf || strings.ContainsAny(t.text[:1], "{}[]") {
		return t.text
	}
	return tokens[i+1].text
}

// encryptsJSON is the mask of what encrypts a table, and of what rotates a key,
// by the names in its block.
func encryptsJSON(names []string) part {
	if len(names) > 2 && names[0] == "dynamic" {
		names = slices.Delete(slices.Clone(names), 1, 2) // the label
	}
	path := strings.Join(names, ".")
	switch {
	case path == "server_side_encryption":
		return frame
	case path == "replica.//" || path == "dynamic.content.//":
		return all
	}
	return encrypts(path)
}

var jsonReference = regexp.MustCompile(`\b(local|var)\.([\w-]+)`)

// readJSON is read for a file in JSON.
func (f *folder) readJSON(src []byte) bool {
	tokens, err := jsonTokens(src)
	if err != nil {
		return false
	}
	before := len(f.reads)
	for _, t := range tokens {
		names := append(strings.Split(t.path, "."), "", "")
		address := names[1] + "." + names[2]
		reads := names[0] == "module" || names[0] == "resource" && (f.tables[address] || f.keys[address]) || names[0] == "locals" && f.reads["local."+names[1]]
		for _, m := range jsonReference.FindAllStringSubmatch(t.text, -1) {
			if reads {
				f.reads[m[0]] = true
			}
		}
	}
	return len(f.reads) > before
}
