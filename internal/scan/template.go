package scan

import "bytes"

// quoted takes a quoted string with its templates.
func (r *recogniser) quoted() bool {
	r.at++
	for r.at < len(r.src) {
		c := r.src[r.at]
		switch {
		case !inQuotes[c]:
			r.at++
		case c == '"':
			r.at++
			return true
		case c == '\\':
			if !r.escape() {
				return false
			}
		case c == '$' || c == '%':
			if !r.sequence() {
				return false
			}
		default:
			return false
		}
	}
	return false
}

// escape takes an escape of one character; those of Unicode have rules that are
// not known here.
func (r *recogniser) escape() bool {
	r.at += 2
	return r.at < len(r.src) && bytes.IndexByte([]byte(`nrt"\`), r.src[r.at-1]) >= 0
}

// sequence takes what a dollar or percent sign begins: an interpolation, an
// escape of one, or nothing. Directives are not known here.
func (r *recogniser) sequence() bool {
	c := r.src[r.at]
	switch {
	case r.followedBy('{'):
		if c == '%' {
			return false
		}
		r.at += 2
		r.has("~")
		return r.in(false, func() bool {
			return r.expression() && (r.has("~}") || r.has("}"))
		})
	case r.followedBy(c):
		if r.at+2 < len(r.src) && r.src[r.at+2] == '{' {
			r.at += 3
			return true
		}
		return false // signs in a row
	}
	r.at++
	return true
}

// heredoc takes a heredoc up to the end of the line of its marker.
func (r *recogniser) heredoc() bool {
	if !r.has("<<") {
		return false
	}
	r.has("-")
	marker, ok := r.name()
	if !ok || !r.has("\n") {
		return false
	}
	for lineStart := true; r.at < len(r.src); {
		if lineStart {
			if size := markerLine(r.src[r.at:], marker); size > 0 {
				r.at += size
				return true
			}
		}
		for r.at < len(r.src) && !inHeredoc[r.src[r.at]] {
			r.at++
		}
		switch lineStart = false; r.peek() {
		case '\n':
			r.at++
			lineStart = true
		case '$', '%':
			if !r.sequence() {
				return false
			}
		default:
			return false
		}
	}
	return false
}

// markerLine returns how long the line is that the bytes begin with, if nothing
// is on it but a marker and blanks; 0 for any other.
func markerLine(b, marker []byte) int {
	at := 0
	for at < len(b) && (b[at] == ' ' || b[at] == '\t') {
		at++
	}
	if !bytes.HasPrefix(b[at:], marker) {
		return 0
	}
	at += len(marker)
	if at < len(b) && b[at] == '\n' {
		return at
	}
	return 0
}
