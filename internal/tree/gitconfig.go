package tree

import "strings"

const (
	spaces   = " \t\r\n"
	letters  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	keyBytes = letters + "0123456789-"
)

// originURL returns the first URL of the remote origin in a git configuration;
// "" for none, or if git would refuse the text. Files that it includes are not
// read.
// https://git-scm.com/docs/git-config#_syntax
func originURL(text string) string {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\uFEFF"), "\r\n", "\n") + "\n\n" // the end is one, too
	section, url := "", ""
	for {
		text = strings.TrimLeft(text, spaces)
		if text == "" {
			return url
		}
		var key, value string
		ok := true
		switch {
		case text[0] == '#' || text[0] == ';':
			_, text, _ = strings.Cut(text, "\n")
		case text[0] == '[':
			section, text, ok = cutSection(text[1:])
		case strings.Contains(letters, text[:1]):
			key, value, text, ok = cutVariable(text)
		default:
			ok = false
		}
		if !ok {
			return ""
		}
		if url == "" && section == "remote.origin" && key == "url" {
			url = value
		}
	}
}

// cutSection returns the name that a section's header has after its bracket,
// with a subsection after a dot, and what comes after the header.
func cutSection(text string) (name, rest string, ok bool) {
	rest = strings.TrimLeft(text, keyBytes+".")
	name = strings.ToLower(text[:len(text)-len(rest)])
	if after, ok := strings.CutPrefix(rest, "]"); ok {
		return name, after, name != ""
	}
	quoted := strings.TrimLeft(rest, " \t\r")
	if quoted == rest || quoted == "" || quoted[0] != '"' {
		return "", "", false
	}
	var out strings.Builder
	for i := 1; i < len(quoted) && quoted[i] != '\n'; i++ {
		switch {
		case quoted[i] == '"':
			rest, ok = strings.CutPrefix(quoted[i+1:], "]")
			return name + "." + out.String(), rest, ok
		case quoted[i] == '\\' && quoted[i+1] != '\n':
			i++
		}
		out.WriteByte(quoted[i])
	}
	return "", "", false
}

// cutVariable returns the key and the value that a text begins with, and what
// comes after their line.
func cutVariable(text string) (key, value, rest string, ok bool) {
	rest = strings.TrimLeft(text, keyBytes)
	key = strings.ToLower(text[:len(text)-len(rest)])
	rest = strings.TrimLeft(rest, " \t")
	if after, ok := strings.CutPrefix(rest, "\n"); ok {
		return key, "", after, true // true, for those that are
	}
	if rest, ok = strings.CutPrefix(rest, "="); !ok {
		return "", "", "", false
	}
	value, rest, ok = cutValue(strings.TrimLeft(rest, " \t\r"))
	return key, value, rest, ok
}

// escapes are what values have after a backslash, and what that means.
var escapes = map[byte]string{'\n': "", 't': "\t", 'n': "\n", 'b': "\b", '\\': "\\", '"': `"`}

// cutValue returns the value that a text begins with, without quotes and the
// spaces and comment at its end, and what comes after its line.
func cutValue(text string) (value, rest string, ok bool) {
	var out strings.Builder
	quoted, end := false, 0 // of the value, the spaces after it left out
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch {
		case b == '\n':
			return out.String()[:end], text[i+1:], !quoted
		case (b == '#' || b == ';') && !quoted:
			_, rest, _ = strings.Cut(text[i:], "\n")
			return out.String()[:end], rest, true
		case b == '"':
			quoted = !quoted
		case b == '\\':
			i++
			text, known := escapes[text[i]]
			if !known {
				return "", "", false
			}
			out.WriteString(text)
		case !quoted && strings.IndexByte(spaces, b) >= 0:
			if out.Len() > 0 {
				out.WriteByte(b)
			}
			continue
		default:
			out.WriteByte(b)
		}
		end = out.Len()
	}
	return "", "", false
}
