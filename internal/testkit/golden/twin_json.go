package golden

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// The ill-formatted neighbours in JSON.
const (
	aboveJSON = "\"locals\":{ \"neighbour_above\" :1 ,\n      \"b_above\":   [1,2 ]  }"
	belowJSON = "\"locals\"  :{\"neighbour_below\"   : 1}"
)

// isJSON reports whether a text begins as JSON does, and none in HCL.
func isJSON(src []byte) bool {
	src = bytes.TrimLeft(src, " \t\r\n")
	return len(src) > 0 && (src[0] == '{' || src[0] == '[')
}

// insideJSON returns where the first member of a JSON object begins, and where
// the last one ends; false for anything without members.
func insideJSON(src []byte) (first, end int, found bool) {
	open := bytes.IndexByte(src, '{')
	first = open + 1 + len(src[open+1:]) - len(bytes.TrimLeft(src[open+1:], " \t\r\n"))
	body, closed := bytes.CutSuffix(bytes.TrimRight(src, " \t\r\n"), []byte("}"))
	end = len(bytes.TrimRight(body, " \t\r\n"))
	return first, end, json.Valid(src) && closed && bytes.TrimLeft(src, " \t\r\n")[0] == '{' && first < end
}

// junction returns what separates the members of an object that begins with
// the text before the first one.
func junction(begin []byte, spaced bool) string {
	switch gap := string(begin[bytes.IndexByte(begin, '{')+1:]); {
	case strings.Contains(gap, "\n"):
		return "," + gap
	case spaced:
		return ", "
	}
	return ","
}

// neighbours returns the texts that stand above and below in the twin of JSON.
func neighbours(src []byte, first int, spaced bool) (above, below string) {
	eol := "\n"
	if bytes.Contains(src, []byte("\r\n")) {
		eol = "\r\n"
	}
	between := junction(src[:first], spaced)
	return string(ending(aboveJSON, eol)) + between, between + belowJSON
}

// besideJSON returns JSON with ill-formatted neighbours.
func besideJSON(src []byte) []byte {
	first, end, found := insideJSON(src)
	if !found {
		return src
	}
	above, below := neighbours(src, first, bytes.Contains(src, []byte(`": `)))
	return []byte(string(src[:first]) + above + string(src[first:end]) + below + string(src[end:]))
}

// withoutBesideJSON returns JSON without the neighbours.
func withoutBesideJSON(src []byte) ([]byte, error) {
	first, _, found := insideJSON(src)
	if !found {
		return src, nil
	}
	for _, spaced := range []bool{true, false} {
		above, below := neighbours(src, first, spaced)
		rest, cut := bytes.CutPrefix(src[first:], []byte(above))
		if cut && bytes.Count(rest, []byte(below)) == 1 {
			return append(bytes.Clone(src[:first]), bytes.Replace(rest, []byte(below), nil, 1)...), nil
		}
	}
	return nil, errors.New("a neighbour is changed")
}

// moveJSON returns where a position of JSON is beside the neighbours.
func moveJSON(src []byte, line, column int) (int, int) {
	first, _, found := insideJSON(src)
	start := 0
	for range line - 1 {
		start += bytes.IndexByte(src[start:], '\n') + 1
	}
	at := start + column - 1
	if column == 0 { // of the line as a whole
		at = start + max(0, bytes.IndexByte(src[start:], '\n'))
	}
	if !found || line == 0 || at < first {
		return line, column
	}
	above, _ := neighbours(src, first, bytes.Contains(src, []byte(`": `)))
	moved := string(src[:first]) + above + string(src[first:at])
	return 1 + strings.Count(moved, "\n"), len(moved) - strings.LastIndex(moved, "\n")
}
