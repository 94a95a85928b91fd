package testkit

import (
	"bytes"
	"regexp"
	"unicode/utf8"
)

// A Twin changes a Terraform file in a way that must not matter.
type Twin func(src []byte) []byte

var leadingSpaces = regexp.MustCompile(`(?m)^ +`)

// Twins are all of them, by name.
var Twins = map[string]Twin{
	"crlf": func(src []byte) []byte {
		return bytes.ReplaceAll(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	},
	"no-final-newline": func(src []byte) []byte { return bytes.TrimRight(src, "\r\n") },
	"bom": func(src []byte) []byte {
		if len(src) == 0 || !utf8.Valid(src) || bytes.HasPrefix(src, []byte("\uFEFF")) {
			return src
		}
		return append([]byte("\uFEFF"), src...)
	},
	"tabs": func(src []byte) []byte {
		return leadingSpaces.ReplaceAllFunc(src, func(s []byte) []byte {
			return append(bytes.Repeat([]byte("\t"), len(s)/2), s[len(s)/2*2:]...)
		})
	},
	"ill-formatted": func(src []byte) []byte {
		if bytes.HasPrefix(src, []byte("\uFEFF")) {
			return src
		}
		return append([]byte("locals{\n a=1\n      bb   = [1,2 ]\n}\n\n"), src...)
	},
}
