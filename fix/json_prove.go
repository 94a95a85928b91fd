package fix

import (
	"bytes"
	"encoding/json"

	"cmkify/detect"
	"cmkify/internal/terraform"
)

// slotsAround returns the slots of what, in JSON, is the block of an argument
// as one value: whether that is a block or a value only the provider's schema
// tells. Its parts have slots of their own.
func slotsAround(a detect.Argument) []slot {
	if a.Nested == "" { // of a resource or call itself
		return nil
	}
	files := []string{a.Resource.File.Path}
	if a.Block != nil {
		files = append(files, a.Block.TypeRange.Filename)
	}
	for _, path := range files {
		if f := a.In.File(path); f != nil && f.JSON() {
			at := slot{dir: a.In.Dir, block: a.Resource.Address()}
			block, dynamic := at, at
			block.path, dynamic.path = a.Nested, "dynamic"
			return []slot{block, dynamic}
		}
	}
	return nil
}

// proveJSONLayout holds that a file in JSON which is indented evenly, or has no
// space at all, still is.
func proveJSONLayout(was, now *terraform.File) *Refusal {
	if even := evenly(was.Bytes); even != nil && !bytes.Equal(even(now.Bytes), bytes.TrimSpace(now.Bytes)) {
		return refusal(nil, "%s: the JSON was indented evenly", now.Path)
	}
	return nil
}

// evenly returns what indents JSON as a file is indented, nil where that is not
// even.
func evenly(src []byte) func([]byte) []byte {
	for _, unit := range []string{"", "  ", "    ", "\t"} {
		indent := func(src []byte) []byte {
			var b bytes.Buffer
			err := json.Compact(&b, bytes.TrimPrefix(src, []byte("\uFEFF")))
			if err == nil && unit != "" {
				compact := bytes.Clone(b.Bytes())
				b.Reset()
				err = json.Indent(&b, compact, "", unit)
			}
			if err != nil {
				return nil
			}
			out := b.Bytes()
			if bytes.Contains(src, []byte("\r\n")) {
				out = bytes.ReplaceAll(out, []byte("\n"), []byte("\r\n"))
			}
			return bytes.TrimSpace(append([]byte(bomOf(src)), out...))
		}
		if bytes.Equal(indent(src), bytes.TrimSpace(src)) {
			return indent
		}
	}
	return nil
}

// bomOf returns the byte order mark that a text begins with, "" for none.
func bomOf(src []byte) string {
	if bom := []byte("\uFEFF"); bytes.HasPrefix(src, bom) {
		return string(bom)
	}
	return ""
}
