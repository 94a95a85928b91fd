package terraform

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// encodingFunctions turn text into bytes, written in base64, and back.
func encodingFunctions() map[string]function.Function {
	encoding := param("encoding", cty.String)
	return map[string]function.Function{
		"base64decode":     strict(cty.String, base64Decode, param("str", cty.String)),
		"base64encode":     mapped(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }, param("str", cty.String)),
		"textdecodebase64": strict(cty.String, textDecode, param("source", cty.String), encoding),
		"textencodebase64": strict(cty.String, textEncode, param("string", cty.String), encoding),
	}
}

func base64Decode(args []cty.Value) (cty.Value, error) {
	b, err := base64.StdEncoding.DecodeString(args[0].AsString())
	if err != nil {
		return cty.NilVal, errors.New("failed to decode base64 data")
	}
	if !utf8.Valid(b) {
		return cty.NilVal, errors.New("the result of decoding the provided string is not valid UTF-8")
	}
	return cty.StringVal(string(b)), nil
}

// charset is a character encoding: encode fails on what it has no bytes for,
// decode gives U+FFFD for what is no character.
type charset struct {
	encode func(string) ([]byte, bool)
	decode func([]byte) string
}

// charsets are those that public configurations name (UTF-16LE, for
// PowerShell, nearly always) and their neighbours. Terraform knows the whole
// IANA registry, with aliases; a name that is not here gives an unknown.
var charsets = map[string]charset{
	"UTF-8": {
		encode: func(s string) ([]byte, bool) { return []byte(s), true },
		decode: func(b []byte) string { return strings.ToValidUTF8(string(b), "\uFFFD") },
	},
	"UTF-16LE":   utf16Charset(binary.LittleEndian.AppendUint16, binary.LittleEndian.Uint16),
	"UTF-16BE":   utf16Charset(binary.BigEndian.AppendUint16, binary.BigEndian.Uint16),
	"ISO-8859-1": {encode: latin1Encode, decode: latin1Decode},
}

func textEncode(args []cty.Value) (cty.Value, error) {
	set, ok := charsets[strings.ToUpper(args[1].AsString())]
	if !ok {
		return cty.UnknownVal(cty.String), nil
	}
	b, ok := set.encode(args[0].AsString())
	if !ok {
		return cty.NilVal, function.NewArgErrorf(0, "the given string contains characters that cannot be represented in this encoding")
	}
	return cty.StringVal(base64.StdEncoding.EncodeToString(b)), nil
}

func textDecode(args []cty.Value) (cty.Value, error) {
	set, ok := charsets[strings.ToUpper(args[1].AsString())]
	if !ok {
		return cty.UnknownVal(cty.String), nil
	}
	b, err := base64.StdEncoding.DecodeString(args[0].AsString())
	if err != nil {
		return cty.NilVal, function.NewArgErrorf(0, "the given value is not valid base64")
	}
	text := set.decode(b)
	if strings.ContainsRune(text, utf8.RuneError) {
		return cty.NilVal, function.NewArgErrorf(0, "the given string contains symbols that are not defined for this encoding")
	}
	return cty.StringVal(text), nil
}

// utf16Charset is UTF-16 with bytes in the order of add and first. It has no byte order mark: what would be one is a character.
func utf16Charset(add func([]byte, uint16) []byte, first func([]byte) uint16) charset {
	return charset{
		encode: func(s string) ([]byte, bool) {
			var b []byte
			for _, unit := range utf16.Encode([]rune(s)) {
				b = add(b, unit)
			}
			return b, true
		},
		decode: func(b []byte) string {
			var units []uint16
			for pair := range slices.Chunk(b, 2) {
				if len(pair) < 2 {
					return string(utf8.RuneError)
				}
				units = append(units, first(pair))
			}
			return string(utf16.Decode(units))
		},
	}
}

func latin1Encode(s string) ([]byte, bool) {
	var b []byte
	for _, r := range s {
		if r > 0xFF {
			return nil, false
		}
		b = append(b, byte(r))
	}
	return b, true
}

func latin1Decode(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}
