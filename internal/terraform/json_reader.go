package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// A jsonNode is one JSON value: '{', '[', 's'tring, or 'l'iteral.
type jsonNode struct {
	kind       byte
	text       string    // of a string
	value      cty.Value // of a literal
	members    []jsonMember
	elements   []jsonNode
	start, end int
}

type jsonMember struct{ key, value jsonNode }

type jsonReader struct {
	file    *File
	src     []byte
	skipped int // bytes before src
	decoder *json.Decoder
	start   int // of the last token
}

func (r *jsonReader) token() (json.Token, error) {
	at := int(r.decoder.InputOffset())
	for at < len(r.src) && bytes.IndexByte([]byte(" \t\r\n,:"), r.src[at]) >= 0 {
		at++
	}
	r.start = r.skipped + at
	return r.decoder.Token()
}

func (r *jsonReader) node() (jsonNode, error) {
	t, err := r.token()
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("unexpected end of JSON")
		}
		return jsonNode{}, err
	}
	n := jsonNode{start: r.start}
	switch t := t.(type) {
	case json.Delim:
		n.kind = byte(t)
		for r.decoder.More() && err == nil {
			err = r.child(&n)
		}
		if err == nil {
			_, err = r.token() // the closing bracket
		}
	case string:
		n.kind, n.text = 's', t
	case json.Number:
		n.kind = 'l'
		n.value, err = cty.ParseNumberVal(t.String())
	case bool:
		n.kind, n.value = 'l', cty.BoolVal(t)
	default:
		n.kind, n.value = 'l', cty.NullVal(cty.DynamicPseudoType)
	}
	n.end = r.skipped + int(r.decoder.InputOffset())
	return n, err
}

func (r *jsonReader) child(n *jsonNode) error {
	if n.kind == '[' {
		element, err := r.node()
		n.elements = append(n.elements, element)
		return err
	}
	key, err := r.node()
	if err != nil {
		return err
	}
	value, err := r.node()
	n.members = append(n.members, jsonMember{key, value})
	return err
}

// list returns the elements of a list, or the node as the only one.
func (n jsonNode) list() []jsonNode {
	if n.kind == '[' {
		return n.elements
	}
	return []jsonNode{n}
}

// maxBlockDepth is how deep blocks nest in a block that bears on tables: the
// content of a dynamic block in one of a provider.
const maxBlockDepth = 5

// mayBeBlocks reports whether a value may stand for nested blocks: an object,
// or a list of objects.
func (n jsonNode) mayBeBlocks() bool {
	return len(n.list()) > 0 && !slices.ContainsFunc(n.list(), func(e jsonNode) bool { return e.kind != '{' })
}
