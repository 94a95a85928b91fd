package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// A JSONValue is one value of a JSON text, and where it is written.
type JSONValue struct {
	Kind       byte   // '{', '[', 's'tring, or 'l'iteral
	Text       string // of a string
	Members    []JSONMember
	Elements   []JSONValue
	Start, End int // offsets in the file

	value cty.Value // of a literal
}

// A JSONMember is one name and value of an object.
type JSONMember struct{ Key, Value JSONValue }

// ReadJSON returns the JSON of a file in that syntax, or why it is none.
func (f *File) ReadJSON() (JSONValue, *Error) {
	if f.json != nil {
		return *f.json, nil
	}
	if reason, at := guardJSON(f.Bytes); reason != "" {
		return JSONValue{}, f.errorAt(at, reason)
	}
	r := &jsonReader{src: bytes.TrimPrefix(f.Bytes, byteOrderMark)}
	r.skipped = len(f.Bytes) - len(r.src)
	r.decoder = json.NewDecoder(bytes.NewReader(r.src))
	r.decoder.UseNumber()
	root, err := r.node()
	if err == nil && root.Kind != '{' && !root.MayBeBlocks() {
		err = errors.New("expected a JSON object")
	}
	if err == nil {
		if _, end := r.token(); end != errEnd {
			err = errors.New("unexpected data after JSON object")
		}
	}
	if err != nil {
		return JSONValue{}, f.errorAt(min(r.skipped+int(r.decoder.InputOffset()), len(f.Bytes)), err.Error())
	}
	f.json = &root
	return root, nil
}

type jsonReader struct {
	src     []byte
	skipped int // bytes before src
	decoder *json.Decoder
	start   int // of the last token
}

var errEnd = errors.New("unexpected end of JSON")

func (r *jsonReader) token() (json.Token, error) {
	at := int(r.decoder.InputOffset())
	for at < len(r.src) && bytes.IndexByte([]byte(" \t\r\n,:"), r.src[at]) >= 0 {
		at++
	}
	r.start = r.skipped + at
	t, err := r.decoder.Token()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errEnd
	}
	return t, err
}

func (r *jsonReader) node() (JSONValue, error) {
	t, err := r.token()
	if err != nil {
		return JSONValue{}, err
	}
	n := JSONValue{Start: r.start}
	switch t := t.(type) {
	case json.Delim:
		n.Kind = byte(t)
		for r.decoder.More() && err == nil {
			err = r.child(&n)
		}
		if err == nil {
			_, err = r.token() // the closing bracket
		}
	case string:
		n.Kind, n.Text = 's', t
	case json.Number:
		n.Kind = 'l'
		n.value, err = cty.ParseNumberVal(t.String())
	case bool:
		n.Kind, n.value = 'l', cty.BoolVal(t)
	default:
		n.Kind, n.value = 'l', cty.NullVal(cty.DynamicPseudoType)
	}
	n.End = r.skipped + int(r.decoder.InputOffset())
	return n, err
}

func (r *jsonReader) child(n *JSONValue) error {
	if n.Kind == '[' {
		element, err := r.node()
		n.Elements = append(n.Elements, element)
		return err
	}
	key, err := r.node()
	if err != nil {
		return err
	}
	value, err := r.node()
	n.Members = append(n.Members, JSONMember{key, value})
	return err
}

// List returns the elements of a list, or the value as the only one: what
// stands for blocks may be either.
func (n JSONValue) List() []JSONValue {
	if n.Kind == '[' {
		return n.Elements
	}
	return []JSONValue{n}
}

// Lead returns the values that the names of members lead to, through lists; ""
// leads to all members.
func (v JSONValue) Lead(names ...string) []JSONValue {
	at := v.List()
	for _, name := range names {
		var next []JSONValue
		for _, v := range at {
			for _, m := range v.Members {
				if name == "" || m.Key.Text == name {
					next = append(next, m.Value.List()...)
				}
			}
		}
		at = next
	}
	return at
}

// maxBlockDepth is how deep blocks nest in a block that bears on tables: the
// content of a dynamic block in one of a provider.
const maxBlockDepth = 5

// MayBeBlocks reports whether a value may stand for nested blocks: an object,
// or a list of objects.
func (n JSONValue) MayBeBlocks() bool {
	return len(n.List()) > 0 && !slices.ContainsFunc(n.List(), func(e JSONValue) bool { return e.Kind != '{' })
}
