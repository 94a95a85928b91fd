package gitignore

import "strings"

// special are the bytes of a pattern that do not stand for themselves.
const special = `*?[\`

// An outcome is how matching a piece of a pattern with a piece of a text ends.
type outcome int8

const (
	matched outcome = iota
	mismatch
	// hopeless: it does not match, and with less of the text in front neither.
	hopeless
	// astray: no star above can help that matches no slash.
	astray
)

// wildmatch reports whether a pattern matches all of a text: * and ? match
// bytes other than a slash, ** between slashes matches any number of folders,
// and what begins with [ is a class of bytes. The time is polynomial: what git
// finds hopeless is not tried again.
// https://github.com/git/git/blob/v2.52.0/wildmatch.c
func wildmatch(pattern, text string) bool { return wild(pattern, text) == matched }

// wild matches a pattern that begins where a star ends, at the beginning of
// the whole pattern, or after a slash.
func wild(pattern, text string) outcome {
	for i := 0; i < len(pattern); {
		if pattern[i] == '*' {
			rest := strings.TrimLeft(pattern[i:], "*")
			deep := len(pattern)-len(rest)-i > 1 && (i == 0 || pattern[i-1] == '/') && endsName(rest)
			if deep || !strings.HasPrefix(rest, "/") {
				return star(rest, text, deep)
			}
			slash := strings.IndexByte(text, '/')
			if slash < 0 {
				return hopeless
			}
			i, text = len(pattern)-len(rest), text[slash:]
			continue
		}
		if text == "" {
			return hopeless
		}
		n, ok := one(pattern[i:], text[0])
		switch {
		case n == 0:
			return hopeless
		case !ok:
			return mismatch
		}
		i, text = i+n, text[1:]
	}
	if text != "" {
		return mismatch
	}
	return matched
}

// endsName reports whether a pattern goes on after the end of a name.
func endsName(rest string) bool {
	return rest == "" || rest[0] == '/' || strings.HasPrefix(rest, `\/`)
}

// one matches what a pattern begins with, which is no star, with one byte. It
// returns how many bytes of the pattern that is; 0 if nothing can match it.
func one(pattern string, b byte) (int, bool) {
	switch pattern[0] {
	case '?':
		return 1, b != '/'
	case '[':
		n, ok := class(pattern, b)
		return n, ok && b != '/'
	case '\\':
		if len(pattern) == 1 {
			return 0, false
		}
		return 2, b == pattern[1]
	}
	return 1, b == pattern[0]
}

// star matches what comes after a star, and the text from that star on. A deep
// star matches slashes, too.
func star(rest, text string, deep bool) outcome {
	if rest == "" {
		if !deep && strings.Contains(text, "/") {
			return astray
		}
		return matched
	}
	if deep && rest[0] == '/' {
		rest = past(rest)
		// It may match no folder at all.
		if out := wild(rest[1:], text); out == matched || out == hopeless {
			return out
		}
	}
	isLiteral := !strings.Contains(special, rest[:1])
	for ; text != ""; text = text[1:] {
		if isLiteral {
			at := strings.IndexByte(text, rest[0])
			if at < 0 && deep {
				return hopeless
			}
			if at < 0 || !deep && strings.Contains(text[:at], "/") {
				return astray
			}
			text = text[at:]
		}
		switch out := wild(rest, text); {
		case out == matched, out == hopeless, out == astray && !deep:
			return out
		case out == mismatch && !deep && text[0] == '/':
			return astray
		}
	}
	return hopeless
}

// past returns what comes after a deep star, a slash, without further deep
// stars: they match nothing more.
func past(rest string) string {
	for {
		after := strings.TrimLeft(rest[1:], "*")
		if len(rest)-len(after) < 3 || !strings.HasPrefix(after, "/") {
			return rest
		}
		rest = after
	}
}
