package terraform

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// hashFunctions are digests of a string's UTF-8 bytes. Names and buckets are
// made of them, and for_each keys of those.
func hashFunctions() map[string]function.Function {
	hexadecimal, base := hex.EncodeToString, base64.StdEncoding.EncodeToString
	return map[string]function.Function{
		"base64sha256": digest(sha256.New, base),
		"base64sha512": digest(sha512.New, base),
		"md5":          digest(md5.New, hexadecimal),
		"sha1":         digest(sha1.New, hexadecimal),
		"sha256":       digest(sha256.New, hexadecimal),
		"sha512":       digest(sha512.New, hexadecimal),
		"uuidv5":       strict(cty.String, uuidV5, param("namespace", cty.String), param("name", cty.String)),
	}
}

func digest(algorithm func() hash.Hash, written func([]byte) string) function.Function {
	return mapped(func(s string) string {
		h := algorithm()
		h.Write([]byte(s))
		return written(h.Sum(nil))
	}, param("str", cty.String))
}

// namespaces are those that RFC 4122, appendix C, gives names to.
var namespaces = map[string]string{
	"dns":  "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
	"url":  "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
	"oid":  "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
	"x500": "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
}

// uuidV5 is RFC 4122's name-based UUID (section 4.3, with SHA-1).
func uuidV5(args []cty.Value) (cty.Value, error) {
	namespace := args[0].AsString()
	if known, ok := namespaces[namespace]; ok {
		namespace = known
	}
	id, err := hex.DecodeString(uuidDigits(namespace))
	if err != nil || len(id) != 16 {
		return cty.NilVal, function.NewArgErrorf(0, "uuidv5() doesn't support namespace %s", namespace)
	}
	sum := sha1.Sum(append(id, args[1].AsString()...))
	u := sum[:16]
	u[6] = u[6]&0x0f | 0x50 // version 5
	u[8] = u[8]&0x3f | 0x80 // the RFC's variant
	return cty.StringVal(fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])), nil
}

// uuidDigits returns the hexadecimal digits of a UUID in one of the four
// forms that google/uuid reads: plain, urn:uuid:, in braces, without hyphens.
// Of anything else it returns something that is not 32 digits.
func uuidDigits(s string) string {
	const urn = "urn:uuid:"
	switch {
	case len(s) == 32:
		return s
	case len(s) == 36+len(urn) && strings.EqualFold(s[:len(urn)], urn):
		s = s[len(urn):]
	case len(s) == 38 && s[0] == '{' && s[37] == '}':
		s = s[1:37]
	}
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return ""
	}
	return strings.ReplaceAll(s, "-", "")
}
