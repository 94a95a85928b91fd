package terraform

import (
	"encoding/json"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// unescapedOffsets returns, for each byte of what a JSON string without its
// quotes stands for, and for its end, where that is written in the string.
func unescapedOffsets(raw []byte) []int {
	var out []int
	for at := 0; at < len(raw); {
		n := escapeLength(raw[at:])
		var text string
		if json.Unmarshal([]byte(`"`+string(raw[at:at+n])+`"`), &text) != nil {
			text = string(raw[at : at+n])
		}
		for range len(text) {
			out = append(out, at)
		}
		at += n
	}
	return append(out, len(raw))
}

// escapeLength returns how many bytes of a JSON string belong together: a
// character, an escape, or two that are one character
// (https://www.rfc-editor.org/rfc/rfc8259#section-7).
func escapeLength(raw []byte) int {
	switch {
	case raw[0] != '\\' || len(raw) < 2:
		_, size := utf8.DecodeRune(raw)
		return size
	case raw[1] != 'u' || len(raw) < 6:
		return 2
	}
	high := strings.ToLower(string(raw[2:4]))
	if len(raw) >= 12 && high >= "d8" && high <= "db" && strings.HasPrefix(strings.ToLower(string(raw[6:])), `\ud`) && strings.ContainsAny(string(raw[9]), "cdefCDEF") {
		return 12
	}
	return 6
}

// relocate moves the ranges of a template, which is parsed from what a JSON
// string stands for, to where its parts are written.
func relocate(template hclsyntax.Expression, start int, offsets []int) {
	done := map[hclsyntax.Node]bool{}
	move := func(r *hcl.Range) {
		for _, p := range []*hcl.Pos{&r.Start, &r.End} {
			p.Byte = start + offsets[max(0, min(p.Byte-start, len(offsets)-1))]
		}
	}
	hclsyntax.VisitAll(template, func(n hclsyntax.Node) hcl.Diagnostics {
		v := reflect.ValueOf(n)
		if v.Kind() != reflect.Pointer || done[n] {
			return nil // a scope of a for expression, which is no node of its own
		}
		done[n] = true
		for i := range v.Elem().NumField() {
			if !v.Elem().Type().Field(i).IsExported() {
				continue
			}
			switch field := v.Elem().Field(i).Addr().Interface().(type) {
			case *hcl.Range:
				move(field)
			case *hcl.Traversal:
				moveSteps(*field, move)
			}
		}
		return nil
	})
}

func moveSteps(steps hcl.Traversal, move func(*hcl.Range)) {
	for i, step := range steps {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			move(&step.SrcRange)
			steps[i] = step
		case hcl.TraverseAttr:
			move(&step.SrcRange)
			steps[i] = step
		case hcl.TraverseIndex:
			move(&step.SrcRange)
			steps[i] = step
		}
	}
}
